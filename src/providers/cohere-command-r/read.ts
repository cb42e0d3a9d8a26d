import type { ContentBlock, Message } from "@aws-sdk/client-bedrock-runtime";
import { isObject, type Json, type JsonObject } from "../../json.ts";
import type { Turn } from "../../turn/turn.ts";
import { checkBodyInDetail, pick, readInference } from "../checked-body.ts";
import { readTools } from "./parameters.ts";
import { commandSchema } from "./schema.ts";

const additionalKeys = [
	"k",
	"search_queries_only",
	"prompt_truncation",
	"frequency_penalty",
	"presence_penalty",
	"seed",
	"return_prompt",
	"raw_prompting",
];

/**
 * Reads a body of Command R. `chat_history`, the message and the tool results of `tool_results` become the conversation;
 * `documents` become documents of the message, cited; `preamble` is the system text. Tool calls have no ids there, so they
 * are numbered.
 *
 * @throws ServiceError `ValidationException`
 */
export function readCommandTurn(body: Json, modelId: string): Turn {
	checkBodyInDetail(body, commandSchema);
	const conversation = new Conversation();
	for (const item of listOf(body.chat_history)) conversation.addHistory(item);
	conversation.addMessage(String(body.message), readDocuments(body.documents));
	conversation.addResults(listOf(body.tool_results));
	const inferenceConfig = readInference(body, {
		maxTokens: "max_tokens",
		topP: "p",
	});
	const toolConfig = readTools(body.tools);
	const additionalModelRequestFields = pick(body, additionalKeys);
	const system = [body.preamble, ...conversation.system].filter(
		(text) => typeof text === "string" && text !== "",
	);
	return {
		modelId,
		messages: conversation.messages,
		...(system.length > 0 && {
			system: system.map((text) => ({ text: String(text) })),
		}),
		...(inferenceConfig && { inferenceConfig }),
		...(toolConfig && { toolConfig }),
		...(additionalModelRequestFields && { additionalModelRequestFields }),
	};
}

/**
 * Checks `additionalModelRequestFields`, which Converse adds to the body; the turn stays as it is.
 *
 * @throws ServiceError `ValidationException`
 */
export function readCommandFields(turn: Turn): Turn {
	const { additionalModelRequestFields: fields } = turn;
	if (fields !== undefined)
		checkBodyInDetail(fields, { ...commandSchema, required: [] });
	return turn;
}

/** The conversation in the making. Results answer the calls that are still open, in order. */
class Conversation {
	readonly messages: Message[] = [];
	readonly system: string[] = [];
	#calls = 0;
	#answered = 0;

	addHistory(item: JsonObject): void {
		const { role, message } = item;
		const text = typeof message === "string" ? message : "";
		if (role === "SYSTEM") this.system.push(text);
		else if (role === "TOOL") this.addResults(listOf(item.tool_results));
		else if (role === "USER") this.#add("user", { text });
		else {
			if (text !== "") this.#add("assistant", { text });
			for (const call of listOf(item.tool_calls)) this.addCall(call);
		}
	}

	/** The message itself. It may be empty where only tool results are said. */
	addMessage(text: string, documents: ContentBlock[]): void {
		const asked = this.messages.length > 0 && documents.length === 0;
		if (text === "" && asked) return;
		this.messages.push({ role: "user", content: [...documents, { text }] });
	}

	addCall({ name, parameters }: JsonObject): void {
		const input = isObject(parameters) ? parameters : {};
		this.#add("assistant", {
			toolUse: {
				toolUseId: `call_${this.#calls++}`,
				name: String(name),
				input,
			},
		});
	}

	/** Results of calls that the history does not show make their calls. */
	addResults(results: JsonObject[]): void {
		for (const [index, result] of results.entries()) {
			if (this.#calls <= this.#answered + index) this.addCall(callOf(result));
		}
		const content = results.map(
			({ outputs }): ContentBlock => ({
				toolResult: {
					toolUseId: `call_${this.#answered++}`,
					content: listOf(outputs).map((json) => ({ json })),
				},
			}),
		);
		if (content.length > 0) this.messages.push({ role: "user", content });
	}

	#add(role: "user" | "assistant", block: ContentBlock): void {
		const last = this.messages.at(-1);
		if (last?.role === role && role === "assistant") last.content?.push(block);
		else this.messages.push({ role, content: [block] });
	}
}

function callOf({ call }: JsonObject): JsonObject {
	return isObject(call) ? call : {};
}

/** A document is named by its title; its text is the snippet, or else everything it has but the title and id. */
function readDocuments(documents: Json | undefined): ContentBlock[] {
	return listOf(documents).map((document, index) => {
		const { title, snippet, id: _id, ...rest } = document;
		const text =
			typeof snippet === "string"
				? snippet
				: Object.values(rest).map(String).join("\n");
		const name =
			typeof title === "string" && title !== ""
				? title
				: `Document ${index + 1}`;
		return {
			document: {
				format: "txt",
				name,
				source: { text },
				citations: { enabled: true },
			},
		};
	});
}

function listOf(value: Json | undefined): JsonObject[] {
	return Array.isArray(value) ? value.filter(isObject) : [];
}
