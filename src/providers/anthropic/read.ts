import type {
	ConversationRole,
	Message,
	SystemContentBlock,
} from "@aws-sdk/client-bedrock-runtime";
import { invalid } from "../../errors.ts";
import type { Json, JsonObject } from "../../json.ts";
import type { Turn } from "../../turn/turn.ts";
import { readCacheControl, readContent } from "./blocks.ts";
import { type Claude, refusesPrefill, takesSystemMessages } from "./claude.ts";
import { checkToolPairs } from "./pairs.ts";
import { readAdditional, readInference, readOutput } from "./parameters.ts";
import { readTools } from "./tools.ts";
import {
	asList,
	asObject,
	asText,
	optional,
	readTag,
	required,
} from "./values.ts";

/** Which of several sequences ended the reply is known nowhere else; streams say it under `delta` (observed). */
const stopSequencePaths = ["/stop_sequence", "/delta/stop_sequence"];

/**
 * Reads a Messages body, whatever surface it came by; which keys may be there is checked before. The turn is the one that
 * the same conversation makes through Converse.
 *
 * @throws ServiceError `ValidationException` in Claude's words, on the first thing that is wrong
 */
export function readMessagesTurn(
	body: JsonObject,
	modelId: string,
	claude: Claude,
): Turn {
	const messages = readMessages(required(body, "messages", "messages"), claude);
	const system = readSystem(optional(body, "system"));
	const { toolConfig, additional } = readTools(body);
	const inferenceConfig = readInference(body, claude);
	const outputConfig = readOutput(body);
	const additionalModelRequestFields = {
		...readAdditional(body, claude),
		...additional,
	};
	return {
		modelId,
		messages,
		...(system && { system }),
		inferenceConfig,
		...(toolConfig && { toolConfig }),
		...(outputConfig && { outputConfig }),
		...(Object.keys(additionalModelRequestFields).length > 0 && {
			additionalModelRequestFields,
		}),
		...(inferenceConfig.stopSequences && {
			additionalModelResponseFieldPaths: stopSequencePaths,
		}),
	};
}

/**
 * Source of the texts: observed, but for roles other than `system` (assumed: pydantic's wording of an enumeration).
 */
function readMessages(value: Json, claude: Claude): Message[] {
	const list = asList(value, "messages");
	if (list.length === 0)
		throw invalid("messages: at least one message is required");
	const messages: Message[] = [];
	for (const [index, item] of list.entries()) {
		const path = `messages.${index}`;
		const message = asObject(item, path);
		const role = readRole(
			required(message, "role", `${path}.role`),
			path,
			claude,
		);
		const content = required(message, "content", `${path}.content`);
		if (content === "" || (Array.isArray(content) && content.length === 0)) {
			if (role === "assistant" && index === list.length - 1 && index > 0)
				continue;
			throw invalid(
				`${path}: all messages must have non-empty content except for the optional final assistant message`,
			);
		}
		messages.push({
			role,
			content: readContent(content, `${path}.content`, claude),
		});
	}
	checkEnds(messages, claude);
	checkToolPairs(messages);
	return messages;
}

function readRole(role: Json, path: string, claude: Claude): ConversationRole {
	if (role === "user" || role === "assistant") return role;
	if (role === "system" && takesSystemMessages(claude)) return role;
	if (role === "system") {
		throw invalid(
			'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.',
		);
	}
	throw invalid(`${path}.role: Input should be 'user' or 'assistant'`);
}

function checkEnds(messages: Message[], claude: Claude): void {
	const last = messages.at(-1);
	if (last?.role !== "assistant") return;
	const end = last.content?.at(-1);
	// A tool use at the end lacks its result, which is what Claude complains of.
	if (end?.toolUse) return;
	if (refusesPrefill(claude)) {
		throw invalid(
			"This model does not support assistant message prefill. The conversation must end with a user message.",
		);
	}
	if (end?.text !== undefined && /\s$/.test(end.text)) {
		throw invalid(
			"messages: final assistant content cannot end with trailing whitespace",
		);
	}
}

function readSystem(value: Json | undefined): SystemContentBlock[] | undefined {
	if (value === undefined || value === "") return undefined;
	if (typeof value === "string") return [{ text: value }];
	const system: SystemContentBlock[] = [];
	for (const [index, item] of asList(value, "system").entries()) {
		const path = `system.${index}`;
		const block = asObject(item, path);
		readTag(block, path, ["text"]);
		const text = asText(
			required(block, "text", `${path}.text`),
			`${path}.text`,
		);
		if (text === "")
			throw invalid("system: text content blocks must be non-empty");
		system.push({ text });
		const cachePoint = readCacheControl(block, path);
		if (cachePoint) system.push({ cachePoint });
	}
	return system.length > 0 ? system : undefined;
}
