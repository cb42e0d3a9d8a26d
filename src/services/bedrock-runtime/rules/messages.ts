import type {
	ContentBlock,
	Message,
	ToolResultBlock,
} from "@aws-sdk/client-bedrock-runtime";
import { isObject } from "../../../json.ts";
import type { ModelFacts } from "../../../models/facts.ts";
import {
	checkDocument,
	checkImage,
	type MediaCount,
	mediaRules,
} from "./media.ts";
import { isBlank, requestRules } from "./request.ts";
import { blockPath, type ConverseRules, refuse } from "./rule.ts";

/** Rules on messages and their blocks. */
export const messageRules = {
	startsWithUser: {
		text: "A conversation must start with a user message. Try again with a conversation that starts with a user message.",
		source: "observed",
		reference:
			"langgenius/dify#12340, elastic/kibana#246393; no messages at all: strands-agents/harness-sdk#2085",
		models: "all",
	},
	endsWithUser: {
		text: "The model that you are using requires the last turn in the conversation to be a user message. Add a user message to the conversation and try again.",
		source: "observed",
		reference: "live logs; Llama, Titan and others without prefill",
		models: "by facts",
	},
	prefillUnsupported: {
		text: "The model returned the following errors: This model does not support assistant message prefill.",
		source: "observed",
		reference: "live logs 2026; Claude Opus 4.7 and newer",
		models: "by facts",
	},
	contentEmpty: {
		text: "The content field in the Message object at messages.{message} is empty. Add a ContentBlock object to the content field and try again.",
		source: "observed",
		reference: "archestra-ai/archestra#4220 and many live logs",
		models: "all",
	},
	textBlank: {
		text: "The text field in the ContentBlock object at {path} is blank. Add text to the text field, and try again.",
		source: "observed",
		reference:
			"continuedev/continue#9767, boto/botocore#3525; inside tool results anomalyco/opencode#46335 (the path assumed)",
		models: "all",
	},
	textEmptyForModel: {
		text: "The model returned the following errors: messages: text content blocks must be non-empty",
		source: "observed",
		reference: "aws-samples/generative-ai-use-cases#1685, Claude, 2026-08",
		models: "by facts",
	},
	textBlankForModel: {
		text: "The model returned the following errors: messages: text content blocks must contain non-whitespace text",
		source: "observed",
		reference: "NousResearch/hermes-agent#63983, Claude, 2026-07",
		models: "by facts",
	},
	toolInputNotObject: {
		text: "The format of the value at {path}.toolUse.input is invalid. Provide a json object for the field and try again.",
		source: "observed",
		reference: "sigoden/aichat#1550",
		models: "all",
	},
	toolJsonNotObject: {
		text: "The format of the value at {path}.json is invalid. Provide a json object for the field and try again.",
		source: "observed",
		reference: "deepset-ai/haystack-core-integrations#3766",
		models: "all",
	},
	toolErrorEmpty: {
		text: "The content field at {path}.toolResult cannot be empty when status value is error.",
		source: "observed",
		reference:
			"aws-samples/sample-multi-agent-orchestration-chat-on-agentcore#15, 2026-06; an empty success passes",
		models: "all",
	},
	toolStatusUnsupported: {
		text: "This model doesn't support the status field. Remove status and try again.",
		source: "observed",
		reference: "pydantic/pydantic-ai, notes on its providers; Writer",
		models: "by facts",
	},
} as const satisfies ConverseRules;

/** What one pass over the messages has seen. */
export interface Seen {
	toolBlocks: boolean;
	cachePoints: boolean;
}

/**
 * Checks every message in one pass, blocks in their order.
 *
 * @param messages - one at least
 * @returns what later rules need to look for
 */
export function checkMessages(
	messages: readonly Message[],
	facts: ModelFacts,
): Seen {
	checkEnds(messages, facts);
	const walk: Walk = {
		facts,
		toolBlocks: false,
		cachePoints: false,
		images: 0,
		documents: 0,
		names: undefined,
	};
	for (let index = 0; index < messages.length; index++) {
		const { role, content = [] } = messages[index] as Message;
		if (content.length === 0)
			throw refuse(messageRules.contentEmpty, { message: index });
		if (role === "system" && facts.systemMessages === false)
			throw refuse(requestRules.systemUnsupported);
		let text = false;
		let document = false;
		for (let at = 0; at < content.length; at++) {
			const block = content[at] as ContentBlock;
			if (block.text !== undefined) {
				if (isBlank(block.text) && !parts(block.text, content[at - 1]))
					throw blankText(block.text, blockPath(index, at), facts);
				text = true;
			} else {
				document ||= block.document !== undefined;
				text ||= block.guardContent?.text !== undefined;
				checkBlock(block, role, blockPath(index, at), walk);
			}
		}
		if (document && !text) throw refuse(mediaRules.documentWithoutText);
	}
	return walk;
}

interface Walk extends Seen, MediaCount {
	facts: ModelFacts;
}

function checkEnds(messages: readonly Message[], facts: ModelFacts): void {
	// The rule is Converse's for all; since 2026 it does not hold for these two (verified by pydantic-ai, us-east-1).
	const leading =
		facts.leadingAssistant ??
		(facts.family === "anthropic" || facts.family === "qwen");
	if (!leading && messages[0]?.role !== "user")
		throw refuse(messageRules.startsWithUser);
	if (facts.prefill === false && messages.at(-1)?.role !== "user") {
		throw refuse(
			facts.family === "anthropic"
				? messageRules.prefillUnsupported
				: messageRules.endsWithUser,
		);
	}
}

/** Checks a block that is no text. */
function checkBlock(
	block: ContentBlock,
	role: Message["role"],
	path: string,
	walk: Walk,
): void {
	const { facts } = walk;
	if (block.image) {
		if (role !== "user" && facts.assistantImages !== true)
			throw wrongRole("image", role);
		checkImage(block.image, path, facts, walk);
	} else if (block.document) {
		if (role !== "user") throw wrongRole("document", role);
		checkDocument(block.document, facts, walk);
		if (facts.family === "anthropic" && block.document.source?.s3Location)
			throw refuse(mediaRules.s3DocumentAnthropic, { path });
	} else if (block.video) {
		if (facts.video === false)
			throw refuse(mediaRules.blockUnsupported, { kind: "video" });
	} else if (block.audio) {
		if (facts.audio === false)
			throw refuse(mediaRules.blockUnsupported, { kind: "audio" });
	} else if (block.toolUse) {
		walk.toolBlocks = true;
		if (role !== "assistant") throw wrongRole("toolUse", role);
		if (!isObject(block.toolUse.input))
			throw refuse(messageRules.toolInputNotObject, { path });
	} else if (block.toolResult) {
		walk.toolBlocks = true;
		checkToolResult(block.toolResult, path, walk);
	} else if (block.cachePoint) {
		walk.cachePoints = true;
	}
}

function checkToolResult(
	result: ToolResultBlock,
	path: string,
	walk: Walk,
): void {
	const { facts } = walk;
	const content = result.content ?? [];
	if (result.status !== undefined && facts.toolResultStatus === false)
		throw refuse(messageRules.toolStatusUnsupported);
	if (result.status === "error" && content.length === 0)
		throw refuse(messageRules.toolErrorEmpty, { path });
	for (let at = 0; at < content.length; at++) {
		const block = content[at];
		const blockAt = `${path}.toolResult.content.${at}`;
		if (block?.text !== undefined) {
			if (isBlank(block.text)) throw blankText(block.text, blockAt, facts);
		} else if (block?.json !== undefined) {
			if (!isObject(block.json))
				throw refuse(messageRules.toolJsonNotObject, { path: blockAt });
		} else if (block?.image) {
			checkImage(block.image, blockAt, facts, walk);
		} else if (block?.document) {
			if (block.document.citations?.enabled)
				throw refuse(mediaRules.toolDocumentCitations);
			checkDocument(block.document, facts, walk);
		} else if (block?.video && facts.video === false) {
			throw refuse(mediaRules.blockUnsupported, { kind: "video" });
		}
	}
}

/**
 * Whether blank text parts a document from what follows it, which passes.
 *
 * Source: a line break between document and cache point, Claude Sonnet 4.5 (observed, pydantic-ai's recordings); other white
 * space is assumed.
 */
function parts(text: string, before: ContentBlock | undefined): boolean {
	return text !== "" && before?.document !== undefined;
}

function blankText(text: string, path: string, facts: ModelFacts): Error {
	if (facts.blankText !== "model")
		return refuse(messageRules.textBlank, { path });
	return refuse(
		text === ""
			? messageRules.textEmptyForModel
			: messageRules.textBlankForModel,
	);
}

function wrongRole(field: string, role: Message["role"]): Error {
	return refuse(mediaRules.wrongRole, { field, role: String(role) });
}
