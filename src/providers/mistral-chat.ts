import type { ContentBlock } from "@aws-sdk/client-bedrock-runtime";
import type { Json, JsonObject } from "../json.ts";
import { resolveModelId } from "../models/resolve.ts";
import type { Reply, ReplyEvent, Turn, WholeReply } from "../turn/turn.ts";
import { mistralStopReason } from "./mistral.ts";
import { malformed, StreamMeter } from "./native.ts";
import { readChatTurn } from "./openai-chat/read.ts";
import { ChatBodyError } from "./openai-chat/refusal.ts";
import { textOf } from "./prompt.ts";
import type { NativeCall, Provider } from "./provider.ts";
import { type BodySchema, checkBody } from "./schema.ts";

/**
 * Mistral's chat completions of its middle years: Large of July 2024, and Pixtral, which sees. Requests are read as OpenAI's form
 * is. Large answers with nothing but `choices` and says `stop_reason`, Pixtral answers as OpenAI does, with `finish_reason`.
 *
 * Source: both documented; the chunks of both assumed after their whole replies.
 */
export const mistralChat: Provider = {
	name: "Mistral AI",
	family: "Mistral Large 2407 and Pixtral",
	speaks: ["text", "stream", "tools", "images"],
	models: /(?:^|[./:])mistral\.(?:mistral-large-2407|pixtral)/,
	readTurn,
	writeReply,
	writeChunks,
};

const schema: BodySchema = {
	type: "object",
	closed: true,
	required: ["messages"],
	properties: {
		messages: {
			type: "array",
			minItems: 1,
			items: {
				type: "object",
				required: ["role"],
				properties: {
					role: {
						type: "string",
						enum: ["system", "user", "assistant", "tool"],
					},
				},
			},
		},
		tools: { type: "array" },
		tool_choice: {},
		max_tokens: { type: "integer", minimum: 1 },
		temperature: { type: "number", minimum: 0, maximum: 1 },
		top_p: { type: "number", minimum: 0, maximum: 1 },
		stop: {},
		random_seed: { type: "integer" },
		response_format: { type: "object" },
		"amazon-bedrock-guardrailConfig": {},
	},
};

/** What the schema lets pass and cannot be read is refused in the words of the shared reader (assumed). */
function readTurn(body: Json, modelId: string): Turn {
	checkBody(body, schema);
	try {
		return readChatTurn(body, modelId);
	} catch (error) {
		if (error instanceof ChatBodyError) throw malformed(error.message);
		throw error;
	}
}

/** What stands around the choices: nothing on Large, OpenAI's head on Pixtral. */
function headOf(
	turn: Turn,
	call: NativeCall,
	object: string,
): JsonObject | undefined {
	const { baseId } = resolveModelId(turn.modelId);
	if (!baseId.includes("pixtral")) return undefined;
	return {
		id: call.uuid(),
		object,
		created: Math.floor(call.now() / 1000),
		model: baseId,
	};
}

function writeReply(
	{ content, stopReason, usage }: WholeReply,
	turn: Turn,
	call: NativeCall,
): JsonObject {
	const head = headOf(turn, call, "chat.completion");
	const reason = mistralStopReason(stopReason);
	const message = {
		role: "assistant",
		content: textOf(content),
		...withCalls(writeToolCalls(content)),
	};
	if (!head) return { choices: [{ index: 0, message, stop_reason: reason }] };
	const { inputTokens = 0, outputTokens = 0 } = usage;
	return {
		...head,
		choices: [{ index: 0, message, finish_reason: reason }],
		usage: {
			prompt_tokens: inputTokens,
			total_tokens: inputTokens + outputTokens,
			completion_tokens: outputTokens,
		},
	};
}

function withCalls(calls: JsonObject[]): JsonObject {
	return calls.length > 0 ? { tool_calls: calls } : {};
}

function writeToolCalls(content: readonly ContentBlock[]): JsonObject[] {
	return content.flatMap(({ toolUse }) =>
		toolUse
			? [
					writeToolCall(
						toolUse.toolUseId,
						toolUse.name,
						JSON.stringify(toolUse.input ?? {}),
					),
				]
			: [],
	);
}

/** Mistral's ids are 9 letters and digits (documented by Mistral); the same `tooluse_` id always gives the same one. */
function writeToolCall(id = "", name = "", json = ""): JsonObject {
	const short = id.slice("tooluse_".length).replace(/[^A-Za-z0-9]/g, "x");
	return {
		id: id.startsWith("tooluse_") ? short.slice(0, 9).padEnd(9, "x") : id,
		function: { name, arguments: json || "{}" },
	};
}

/** Tool calls come whole, each in a chunk of its own (documented by Mistral). */
async function* writeChunks(
	reply: Reply,
	turn: Turn,
	call: NativeCall,
): AsyncGenerator<JsonObject> {
	const meter = new StreamMeter(call);
	const head = headOf(turn, call, "chat.completion.chunk");
	const said = head ? "delta" : "message";
	const reason = head ? "finish_reason" : "stop_reason";
	const tools = new ToolCalls();
	let stopReason: WholeReply["stopReason"] | undefined;
	for await (const event of reply) {
		meter.see(event);
		const text = event.contentBlockDelta?.delta?.text;
		const done = tools.take(event);
		const message: JsonObject | undefined = text
			? { role: "assistant", content: text }
			: done && { role: "assistant", content: "", tool_calls: [done] };
		if (message)
			yield {
				...head,
				choices: [{ index: 0, [said]: message, [reason]: null }],
			};
		stopReason = event.messageStop?.stopReason ?? stopReason;
	}
	const message = { role: "assistant", content: "" };
	const choices = [
		{ index: 0, [said]: message, [reason]: mistralStopReason(stopReason) },
	];
	yield { ...head, choices, ...meter.metrics() };
}

/** Puts the input of one tool call after the other together. */
class ToolCalls {
	#open: { id: string; name: string; json: string } | undefined;

	/** The call that this event ends. */
	take({
		contentBlockStart,
		contentBlockDelta,
		contentBlockStop,
	}: ReplyEvent): JsonObject | undefined {
		const start = contentBlockStart?.start?.toolUse;
		if (start)
			this.#open = {
				id: start.toolUseId ?? "",
				name: start.name ?? "",
				json: "",
			};
		const open = this.#open;
		if (open && contentBlockDelta)
			open.json += contentBlockDelta.delta?.toolUse?.input ?? "";
		if (!open || !contentBlockStop) return undefined;
		this.#open = undefined;
		return writeToolCall(open.id, open.name, open.json);
	}
}
