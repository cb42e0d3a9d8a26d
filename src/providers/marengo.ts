import { invalid } from "../errors.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { EmbeddingInput } from "../turn/embedding.ts";
import { cutTokens } from "./cut-tokens.ts";
import type { DirectProvider } from "./direct.ts";
import { decodeBase64, malformed } from "./native.ts";
import { type BodySchema, checkBody } from "./schema.ts";

const mediaSource: BodySchema = {
	type: "object",
	properties: {
		base64String: { type: "string", minLength: 1 },
		s3Location: {
			type: "object",
			properties: { uri: { type: "string" }, bucketOwner: { type: "string" } },
			required: ["uri"],
		},
	},
	closed: true,
};

const schema27: BodySchema = {
	type: "object",
	properties: {
		inputType: { type: "string", enum: ["text", "image", "video", "audio"] },
		inputText: { type: "string", minLength: 1 },
		textTruncate: { type: "string", enum: ["end", "none"] },
		mediaSource,
	},
	required: ["inputType"],
};

const text: BodySchema = { type: "string", minLength: 1 };

const schema30: BodySchema = {
	type: "object",
	properties: {
		inputType: {
			type: "string",
			enum: ["text", "image", "text_image", "video", "audio"],
		},
		text: {
			type: "object",
			properties: { inputText: text },
			required: ["inputText"],
		},
		image: {
			type: "object",
			properties: { mediaSource },
			required: ["mediaSource"],
		},
		text_image: {
			type: "object",
			properties: { inputText: text, mediaSource },
			required: ["inputText", "mediaSource"],
		},
	},
	required: ["inputType"],
};

/** Tokens of a text (documented). */
const limits = { v27: 77, v30: 500 };

/** TwelveLabs Marengo Embed 2.7 (1024 dimensions) and 3.0 (512); video and audio are for `StartAsyncInvoke` (documented). */
export const marengo: DirectProvider = {
	async answer(body, modelId, baseId, call) {
		const old = baseId.startsWith("twelvelabs.marengo-embed-2-");
		checkBody(body, old ? schema27 : schema30);
		const { inputType } = body;
		if (inputType === "video" || inputType === "audio") {
			throw invalid(
				`inputType ${inputType} is only supported by StartAsyncInvoke.`,
			);
		}
		const place = old ? body : body[String(inputType)];
		if (!isObject(place))
			throw malformed(`#: required key [${inputType}] not found`);
		const input = readInput(place, String(inputType));
		const fit = cutText(
			input,
			old ? limits.v27 : limits.v30,
			old && body.textTruncate !== "none",
			modelId,
		);
		const { vectors, inputTokens } = await call.embed({
			modelId,
			inputs: [fit],
			dimensions: old ? 1024 : 512,
		});
		const embedding = vectors[0] ?? [];

		return {
			body: { data: [{ embedding }] },
			inputTokenCount: inputTokens,
		};
	},
};

function readInput(place: JsonObject, inputType: string): EmbeddingInput {
	const inputText = inputType === "image" ? undefined : place.inputText;
	if (inputType !== "image" && typeof inputText !== "string")
		throw malformed("#: required key [inputText] not found");
	if (inputType === "text") return { text: String(inputText) };
	const media = [readMedia(place.mediaSource)];
	return typeof inputText === "string" ? { text: inputText, media } : { media };
}

/** Texts of the refusals are assumed. */
function readMedia(source: Json | undefined): Uint8Array | string {
	if (!isObject(source))
		throw malformed("#: required key [mediaSource] not found");
	if (typeof source.base64String === "string") {
		const bytes = decodeBase64(source.base64String);
		if (!bytes) throw invalid("mediaSource.base64String is not valid base64.");
		return bytes;
	}
	if (isObject(source.s3Location)) return String(source.s3Location.uri);
	throw invalid(
		"Exactly one of base64String or s3Location must be given in mediaSource.",
	);
}

function cutText(
	input: EmbeddingInput,
	limit: number,
	cuts: boolean,
	modelId: string,
): EmbeddingInput {
	if (input.text === undefined) return input;
	const { text, tokens, cut } = cutTokens(input.text, limit, "start", modelId);
	if (cut && !cuts) {
		throw invalid(
			`The text is ${tokens} tokens long; the limit is ${limit} tokens.`,
		);
	}
	return { ...input, text };
}
