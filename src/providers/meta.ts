import type { ImageBlock, StopReason } from "@aws-sdk/client-bedrock-runtime";
import type { Json, JsonObject } from "../json.ts";
import { resolveModelId } from "../models/resolve.ts";
import type { Reply, Turn, WholeReply } from "../turn/turn.ts";
import { decodeBase64, malformed, StreamMeter } from "./native.ts";
import {
	type PromptPart,
	readInstPrompt,
	splitAtMarks,
	textOf,
	turnOfParts,
	turnOfText,
} from "./prompt.ts";
import type { NativeCall, Provider } from "./provider.ts";
import { type BodySchema, checkBody } from "./schema.ts";

/**
 * Meta Llama 2, 3 and 4: one prompt in, one text out.
 *
 * Source: shapes of replies and chunks observed; the refusal `#/max_gen_len: 8192 is not less or equal to 2048` observed on
 * Llama 3; ranges documented.
 */
export const meta: Provider = {
	name: "Meta",
	family: "Meta Llama",
	speaks: ["text", "stream", "images"],
	models: /(?:^|[./:])meta\.llama/,
	readTurn,
	writeReply,
	writeChunks,
};

/** Its tools are words in the prompt, so a tool call is words in the answer: Llama 3.1's JSON form (documented by Meta). */
function writeToolCall(name: string, json: string): string {
	return `{"name": ${JSON.stringify(name)}, "parameters": ${json || "{}"}}`;
}

function readTurn(body: Json, modelId: string): Turn {
	const { baseId } = resolveModelId(modelId);
	checkBody(body, schemaOf(baseId));
	const images = readImages(body.images);
	const turn = readLlamaPrompt(body.prompt as string);
	const first = turn.messages.find(({ role }) => role === "user");
	if (images.length > 0 && first?.content)
		first.content.unshift(...images.map((image) => ({ image })));
	const { max_gen_len: maxTokens, temperature, top_p: topP } = body;
	const inferenceConfig = {
		...(maxTokens !== undefined && { maxTokens: Number(maxTokens) }),
		...(temperature !== undefined && { temperature: Number(temperature) }),
		...(topP !== undefined && { topP: Number(topP) }),
	};
	return {
		modelId,
		...turn,
		...(Object.keys(inferenceConfig).length > 0 && { inferenceConfig }),
	};
}

/** Llama 2 and 3 answer at most 2048 tokens (observed on 3), later ones 8192 (documented). Vision came with 3.2. */
function schemaOf(baseId: string): BodySchema {
	const early = /llama2|llama3-\d+b/.test(baseId);
	const sees = /llama3-2-(?:11|90)b|llama[4-9]/.test(baseId);
	return early ? earlySchema : sees ? visionSchema : textSchema;
}

const properties: Record<string, BodySchema> = {
	prompt: { type: "string", minLength: 1 },
	max_gen_len: { type: "integer", minimum: 1, maximum: 8192 },
	temperature: { type: "number", minimum: 0, maximum: 1 },
	top_p: { type: "number", minimum: 0, maximum: 1 },
	"amazon-bedrock-guardrailConfig": {},
};
const textSchema: BodySchema = {
	type: "object",
	closed: true,
	required: ["prompt"],
	properties,
};
const earlySchema: BodySchema = {
	...textSchema,
	properties: {
		...properties,
		max_gen_len: { type: "integer", minimum: 1, maximum: 2048 },
	},
};
const visionSchema: BodySchema = {
	...textSchema,
	properties: {
		...properties,
		images: { type: "array", maxItems: 20, items: { type: "string" } },
	},
};

/** Images are bare base64; their first bytes tell the format. They belong to the first message of the user (assumed). */
function readImages(images: Json | undefined): ImageBlock[] {
	if (!Array.isArray(images)) return [];
	return images.map((image, index) => {
		const bytes = decodeBase64(String(image));
		if (!bytes || bytes.length === 0)
			throw malformed(`#/images/${index}: invalid base64 data`);
		return { format: formatOf(bytes), source: { bytes } };
	});
}

/** PNG where nothing else is recognised. */
function formatOf(bytes: Uint8Array): ImageBlock["format"] {
	if (bytes[0] === 0xff && bytes[1] === 0xd8) return "jpeg";
	if (bytes[0] === 0x47 && bytes[1] === 0x49) return "gif";
	return bytes[0] === 0x52 && bytes[1] === 0x49 ? "webp" : "png";
}

const marks =
	/<\|(?:begin_of_text|end_of_text|start_header_id|end_header_id|eot_id|eom_id|header_start|header_end|eot|eom)\|>/g;

/**
 * Reads the templates of Llama 3 (`<|start_header_id|>user<|end_header_id|>…<|eot_id|>`), 4 (`<|header_start|>user<|header_end|>…
 * <|eot|>`) and 2 (`[INST]`). The marks of images go; what tools answered (`ipython`) is the user's text, for a prompt tells no
 * ids (assumed).
 *
 * Source: Meta's model cards (documented).
 */
export function readLlamaPrompt(
	prompt: string,
): Pick<Turn, "messages" | "system"> {
	const text = prompt.replaceAll("<|image|>", "");
	if (
		!text.includes("<|start_header_id|>") &&
		!text.includes("<|header_start|>")
	) {
		return (
			readInstPrompt(text) ??
			turnOfText(text.replace(/^<\|begin_of_text\|>/, ""))
		);
	}
	const parts: PromptPart[] = [];
	let role: PromptPart["role"] = "user";
	for (const { mark, text: said } of splitAtMarks(text, marks)) {
		if (mark === "<|start_header_id|>" || mark === "<|header_start|>") {
			role = roleOf(said.trim());
			continue;
		}
		if (mark !== "<|end_header_id|>" && mark !== "<|header_end|>")
			role = "user";
		parts.push({ role, text: said });
	}
	return turnOfParts(parts);
}

function roleOf(name: string): PromptPart["role"] {
	return name === "system" || name === "assistant" ? name : "user";
}

function stopReasonOf(stopReason: StopReason | undefined): string {
	return stopReason === "max_tokens" ? "length" : "stop";
}

function writeReply({ content, stopReason, usage }: WholeReply): JsonObject {
	const calls = content.map(({ toolUse }) =>
		toolUse
			? writeToolCall(toolUse.name ?? "", JSON.stringify(toolUse.input))
			: "",
	);
	return {
		generation: textOf(content) + calls.join(""),
		prompt_token_count: usage.inputTokens ?? 0,
		generation_token_count: usage.outputTokens ?? 0,
		stop_reason: stopReasonOf(stopReason),
	};
}

/**
 * The first chunk alone says the prompt's tokens, the last one has no text (observed). Between them the tokens of the answer are
 * counted as one a chunk (assumed).
 */
async function* writeChunks(
	reply: Reply,
	_turn: Turn,
	call: NativeCall,
): AsyncGenerator<JsonObject> {
	const meter = new StreamMeter(call);
	let stopReason: StopReason | undefined;
	let promptTokens: number | null = call.inputTokens;
	let generated = 0;
	let tool: { name: string; json: string } | undefined;
	const chunk = (
		generation: string,
		tokens: number,
		stop: string | null,
	): JsonObject => {
		const prompt_token_count = promptTokens;
		promptTokens = null;
		return {
			generation,
			prompt_token_count,
			generation_token_count: tokens,
			stop_reason: stop,
		};
	};
	for await (const event of reply) {
		meter.see(event);
		const { contentBlockStart, contentBlockDelta, contentBlockStop } = event;
		if (contentBlockStart?.start?.toolUse)
			tool = { name: contentBlockStart.start.toolUse.name ?? "", json: "" };
		if (tool && contentBlockDelta?.delta?.toolUse)
			tool.json += contentBlockDelta.delta.toolUse.input ?? "";
		if (contentBlockDelta?.delta?.text)
			yield chunk(contentBlockDelta.delta.text, ++generated, null);
		if (tool && contentBlockStop) {
			yield chunk(writeToolCall(tool.name, tool.json), ++generated, null);
			tool = undefined;
		}
		stopReason = event.messageStop?.stopReason ?? stopReason;
	}
	yield {
		...chunk("", meter.usage.outputTokens ?? 0, stopReasonOf(stopReason)),
		...meter.metrics(),
	};
}
