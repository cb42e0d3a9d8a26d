import { invalid } from "../errors.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { imageSize } from "../turn/image-size.ts";
import { countText } from "../turn/tokens.ts";
import type { DirectAnswer, DirectCall, DirectProvider } from "./direct.ts";
import { decodeBase64, malformed } from "./native.ts";
import { type BodySchema, checkBody } from "./schema.ts";

/** Amazon Titan Embeddings: text v1 and v2, multimodal. */
export const titanEmbeddings: DirectProvider = {
	answer(body, modelId, baseId, call) {
		if (baseId.startsWith("amazon.titan-embed-image"))
			return answerMultimodal(body, modelId, call);
		if (baseId.startsWith("amazon.titan-embed-text-v2"))
			return answerV2(body, modelId, call);
		return answerV1(body, modelId, call);
	},
};

const v1Schema: BodySchema = {
	type: "object",
	properties: { inputText: { type: "string" } },
	required: ["inputText"],
	closed: true,
};

async function answerV1(
	body: Json,
	modelId: string,
	call: DirectCall,
): Promise<DirectAnswer> {
	checkBody(body, v1Schema);
	const text = readText(body, modelId);
	const { vectors, inputTokens } = await call.embed({
		modelId,
		inputs: [{ text }],
		dimensions: 1536,
	});
	return answer(
		{ embedding: vectors[0] ?? [], inputTextTokenCount: inputTokens },
		inputTokens,
	);
}

const v2Schema: BodySchema = {
	type: "object",
	properties: {
		inputText: { type: "string" },
		dimensions: { type: "integer", enum: [256, 512, 1024] },
		normalize: { type: "boolean" },
		embeddingTypes: {
			type: "array",
			minItems: 1,
			items: { type: "string", enum: ["float", "binary"] },
		},
	},
	required: ["inputText"],
	closed: true,
};

/** How long the vectors are that nobody wanted normalised: anything but 1 (assumed). */
const rawLength = 8;

async function answerV2(
	body: Json,
	modelId: string,
	call: DirectCall,
): Promise<DirectAnswer> {
	checkBody(body, v2Schema);
	const text = readText(body, modelId);
	const dimensions =
		typeof body.dimensions === "number" ? body.dimensions : 1024;
	const types = Array.isArray(body.embeddingTypes)
		? body.embeddingTypes
		: ["float"];
	const { vectors, inputTokens } = await call.embed({
		modelId,
		inputs: [{ text }],
		dimensions,
	});
	const unit = vectors[0] ?? [];
	const float =
		body.normalize === false ? unit.map((value) => value * rawLength) : unit;
	const embeddingsByType: JsonObject = {};
	if (types.includes("float")) embeddingsByType.float = float;
	// One number for each dimension, not packed (assumed).
	if (types.includes("binary"))
		embeddingsByType.binary = unit.map((value) => (value > 0 ? 1 : 0));
	return answer(
		{
			...(types.includes("float") && { embedding: float }),
			embeddingsByType,
			inputTextTokenCount: inputTokens,
		},
		inputTokens,
	);
}

const multimodalSchema: BodySchema = {
	type: "object",
	properties: {
		// The limit of characters is that of the text models (assumed); tokens end far sooner.
		inputText: { type: "string", maxLength: 50_000 },
		inputImage: { type: "string" },
		embeddingConfig: {
			type: "object",
			properties: {
				outputEmbeddingLength: { type: "integer", enum: [256, 384, 1024] },
			},
			closed: true,
		},
	},
	closed: true,
};

/** Source: 2048 x 2048 (assumed); the texts: pixels observed by users 2025, the rest assumed. */
const maxPixels = 2048 * 2048;
const maxMultimodalTokens = 256;

async function answerMultimodal(
	body: Json,
	modelId: string,
	call: DirectCall,
): Promise<DirectAnswer> {
	checkBody(body, multimodalSchema);
	const text =
		typeof body.inputText === "string" && body.inputText !== ""
			? body.inputText
			: undefined;
	const image =
		typeof body.inputImage === "string"
			? readImage(body.inputImage)
			: undefined;
	if (text === undefined && image === undefined) {
		throw invalid(
			"Either inputText or inputImage must be provided in the request.",
		);
	}
	if (text !== undefined) checkTokens(text, maxMultimodalTokens, modelId);
	const config = isObject(body.embeddingConfig) ? body.embeddingConfig : {};
	const dimensions =
		typeof config.outputEmbeddingLength === "number"
			? config.outputEmbeddingLength
			: 1024;
	const inputs = [{ text, media: image && [image] }];
	const { vectors, inputTokens } = await call.embed({
		modelId,
		inputs,
		dimensions,
	});
	return answer(
		{
			embedding: vectors[0] ?? [],
			inputTextTokenCount: inputTokens,
			message: null,
		},
		inputTokens,
	);
}

function readImage(base64: string): Uint8Array {
	const bytes = decodeBase64(base64);
	const size = bytes && imageSize(bytes);
	if (!bytes || !size)
		throw invalid(
			"Failed to decode image. Image is not a valid base64 encoded JPEG or PNG.",
		);
	if (size.width * size.height > maxPixels)
		throw invalid("Image exceeds max pixels allowed.");
	return bytes;
}

const maxLength = 50_000;
const maxTokens = 8192;

/** Source: both refusals observed by users, the first without the path that other violations have. */
function readText(body: JsonObject, modelId: string): string {
	const text = body.inputText as string; // the schema says so
	if (text.length > maxLength)
		throw malformed(`expected maxLength: ${maxLength}, actual: ${text.length}`);
	if (text.length === 0) throw malformed("expected minLength: 1, actual: 0");
	checkTokens(text, maxTokens, modelId);
	return text;
}

/** Source: observed by users 2023 and later, then with `400 Bad Request: ` in front. */
function checkTokens(text: string, most: number, modelId: string): void {
	if (text.length <= most / 4) return; // no character is more than four tokens
	const count = countText(text, modelId);
	if (count > most) {
		throw invalid(
			`Too many input tokens. Max input tokens: ${most}, request input token count: ${count}`,
		);
	}
}

function answer(body: JsonObject, inputTokenCount: number): DirectAnswer {
	return { body, inputTokenCount };
}
