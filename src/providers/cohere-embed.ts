import { invalid } from "../errors.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { EmbeddingInput } from "../turn/embedding.ts";
import { cutTokens } from "./cut-tokens.ts";
import type { DirectProvider } from "./direct.ts";
import { decodeBase64, malformed } from "./native.ts";
import { type BodySchema, checkBody } from "./schema.ts";

const purposes = [
	"search_document",
	"search_query",
	"classification",
	"clustering",
	"image",
];
const types = ["float", "int8", "uint8", "binary", "ubinary"];

const shared: Record<string, BodySchema> = {
	input_type: { type: "string", enum: purposes },
	truncate: { type: "string", enum: ["NONE", "START", "END", "LEFT", "RIGHT"] },
	embedding_types: { type: "array", items: { type: "string", enum: types } },
	images: {
		type: "array",
		minItems: 1,
		maxItems: 96,
		items: { type: "string" },
	},
};

/** Source: at most 96 texts (documented), 2048 characters each (observed: `#/texts/0: expected maxLength: 2048, actual: 19882`). */
const v3Schema: BodySchema = {
	type: "object",
	properties: {
		...shared,
		texts: {
			type: "array",
			minItems: 1,
			maxItems: 96,
			items: { type: "string", minLength: 1, maxLength: 2048 },
		},
	},
	required: ["input_type"],
	closed: true,
};

const v4Schema: BodySchema = {
	type: "object",
	properties: {
		...shared,
		texts: {
			type: "array",
			minItems: 1,
			maxItems: 96,
			items: { type: "string", minLength: 1 },
		},
		inputs: {
			type: "array",
			minItems: 1,
			maxItems: 96,
			items: {
				type: "object",
				properties: {
					content: {
						type: "array",
						minItems: 1,
						items: { type: "object", required: ["type"] },
					},
				},
				required: ["content"],
			},
		},
		output_dimension: { type: "integer", enum: [256, 512, 1024, 1536] },
		max_tokens: { type: "integer", minimum: 1, maximum: 128_000 },
	},
	required: ["input_type"],
	closed: true,
};

/** Cohere Embed: English and multilingual v3, and v4. */
export const cohereEmbed: DirectProvider = {
	async answer(body, modelId, baseId, call) {
		const v4 = baseId.startsWith("cohere.embed-v4");
		checkBody(body, v4 ? v4Schema : v3Schema);
		const limit = v4 ? numberOr(body.max_tokens, 128_000) : 512;
		const inputs = readInputs(body).map((input) =>
			truncate(input, body.truncate, limit, modelId),
		);
		const dimensions = v4
			? numberOr(body.output_dimension, 1536)
			: baseId.endsWith(":512")
				? 512
				: 1024;
		const purpose = String(body.input_type);
		const { vectors, inputTokens } = await call.embed({
			modelId,
			inputs,
			dimensions,
			purpose,
		});
		const asked = Array.isArray(body.embedding_types)
			? body.embedding_types.map(String)
			: [];
		const byType = v4 || asked.length > 0;
		const answer: JsonObject = {
			embeddings: byType
				? typed(vectors, asked.length > 0 ? asked : ["float"])
				: vectors,
			id: call.uuid(),
			response_type: byType ? "embeddings_by_type" : "embeddings_floats",
			...echo(body, baseId),
		};
		return { body: answer, inputTokenCount: inputTokens };
	},
};

/** The texts come back, from English v3 in lower case (observed); images as their sizes (documented by Cohere), not emulated. */
function echo(body: JsonObject, baseId: string): JsonObject {
	if (!Array.isArray(body.texts)) return {};
	const lower = baseId.startsWith("cohere.embed-english-v3");
	return {
		texts: body.texts.map((text) =>
			lower ? String(text).toLowerCase() : text,
		),
	};
}

/** Source: one of them is needed (documented); the text is the validator's for a missing key (assumed for v4). */
function readInputs(body: JsonObject): EmbeddingInput[] {
	const given = [body.texts, body.images, body.inputs].filter(
		(list) => list !== undefined,
	);
	if (given.length === 0) throw malformed("#: required key [texts] not found");
	if (given.length > 1)
		throw invalid("only one of texts, images or inputs can be given");
	if (Array.isArray(body.texts))
		return body.texts.map((text) => ({ text: String(text) }));
	if (Array.isArray(body.images))
		return body.images.map((image) => ({ media: [readImage(String(image))] }));
	return (Array.isArray(body.inputs) ? body.inputs : []).map(readInput);
}

function readInput(input: Json): EmbeddingInput {
	const blocks =
		isObject(input) && Array.isArray(input.content) ? input.content : [];
	const texts: string[] = [];
	const media: (Uint8Array | string)[] = [];
	for (const block of blocks) {
		if (!isObject(block)) continue;
		if (block.type === "text" && typeof block.text === "string")
			texts.push(block.text);
		else if (block.type === "image_url")
			media.push(readImage(imageUrl(block.image_url)));
		else
			throw invalid(
				`invalid content type: ${typeof block.type === "string" ? block.type : JSON.stringify(block.type)}, expected text or image_url`,
			);
	}
	return {
		text: texts.length > 0 ? texts.join("\n") : undefined,
		media: media.length > 0 ? media : undefined,
	};
}

function imageUrl(value: Json | undefined): string {
	return String(isObject(value) ? value.url : value);
}

/** Texts of these refusals are assumed. */
function readImage(uri: string): Uint8Array {
	const comma = uri.indexOf(",");
	const head = uri.slice(0, Math.min(comma, 100));
	if (!/^data:image\/(?:png|jpeg|jpg|gif|webp);base64$/.test(head)) {
		throw invalid(
			"invalid image: must be a data URI such as data:image/png;base64,…",
		);
	}
	const bytes = decodeBase64(uri.slice(comma + 1));
	if (!bytes || bytes.length === 0)
		throw invalid("invalid image: the base64 cannot be decoded");
	return bytes;
}

/** By default the end is cut off (assumed: Cohere's own default). Source of the refusal: Cohere's text (assumed on Bedrock). */
function truncate(
	input: EmbeddingInput,
	mode: Json | undefined,
	limit: number,
	modelId: string,
): EmbeddingInput {
	if (input.text === undefined) return input;
	const keep = mode === "START" || mode === "LEFT" ? "end" : "start";
	const { text, tokens, cut } = cutTokens(input.text, limit, keep, modelId);
	if (cut && mode === "NONE") {
		throw invalid(
			`too many tokens: text must be no longer than ${limit} tokens, but is ${tokens} tokens long`,
		);
	}
	return { ...input, text };
}

function typed(vectors: number[][], asked: string[]): JsonObject {
	const found: JsonObject = {};
	for (const type of asked)
		found[type] = vectors.map((vector) => writers[type]?.(vector) ?? vector);
	return found;
}

const writers: Record<string, (vector: number[]) => number[]> = {
	float: (vector) => vector,
	int8: toInt8,
	uint8: (vector) => toInt8(vector).map((value) => value + 128),
	binary: (vector) => toBits(vector).map((byte) => byte - 128),
	ubinary: toBits,
};

/** Three times the usual size of a number is the end of the scale (assumed: Cohere's calibration is not public). */
function toInt8(vector: number[]): number[] {
	const scale = (127 * Math.sqrt(vector.length)) / 3;
	return vector.map((value) =>
		Math.max(-128, Math.min(127, Math.round(value * scale))),
	);
}

/** Signs, eight in a byte, the first in the highest bit, as numpy packs them; `binary` is that less 128 (documented by Cohere). */
function toBits(vector: number[]): number[] {
	const bytes = new Array<number>(Math.ceil(vector.length / 8)).fill(0);
	for (const [index, value] of vector.entries()) {
		if (value > 0)
			bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (0x80 >> (index & 7));
	}
	return bytes;
}

function numberOr(value: Json | undefined, fallback: number): number {
	return typeof value === "number" ? value : fallback;
}
