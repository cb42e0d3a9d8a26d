import { invalid } from "../errors.ts";
import { isObject, type JsonObject } from "../json.ts";
import type { EmbeddingInput } from "../turn/embedding.ts";
import type { DirectProvider } from "./direct.ts";
import { decodeBase64, malformed } from "./native.ts";
import { type BodySchema, checkBody } from "./schema.ts";

const source: BodySchema = {
	type: "object",
	properties: {
		bytes: { type: "string" },
		s3Location: {
			type: "object",
			properties: { uri: { type: "string" }, bucketOwner: { type: "string" } },
			required: ["uri"],
		},
	},
	closed: true,
};

function media(
	formats: string[],
	more: Record<string, BodySchema> = {},
): BodySchema {
	const properties = {
		format: { type: "string", enum: formats },
		source,
		...more,
	} satisfies Record<string, BodySchema>;
	return {
		type: "object",
		properties,
		required: ["format", "source"],
		closed: true,
	};
}

/** Source: the request schema of the Nova user guide (documented). */
const schema: BodySchema = {
	type: "object",
	properties: {
		schemaVersion: { type: "string", enum: ["nova-multimodal-embed-v1"] },
		taskType: {
			type: "string",
			enum: ["SINGLE_EMBEDDING", "SEGMENTED_EMBEDDING"],
		},
		singleEmbeddingParams: {
			type: "object",
			properties: {
				embeddingPurpose: {
					type: "string",
					enum: [
						"GENERIC_INDEX",
						"GENERIC_RETRIEVAL",
						"TEXT_RETRIEVAL",
						"IMAGE_RETRIEVAL",
						"VIDEO_RETRIEVAL",
						"DOCUMENT_RETRIEVAL",
						"AUDIO_RETRIEVAL",
						"CLASSIFICATION",
						"CLUSTERING",
					],
				},
				embeddingDimension: { type: "integer", enum: [256, 384, 1024, 3072] },
				text: {
					type: "object",
					properties: {
						truncationMode: { type: "string", enum: ["START", "END", "NONE"] },
						value: { type: "string", minLength: 1 },
						source,
					},
					closed: true,
				},
				image: media(["png", "jpeg", "gif", "webp"], {
					detailLevel: {
						type: "string",
						enum: ["STANDARD_IMAGE", "DOCUMENT_IMAGE"],
					},
				}),
				audio: media(["mp3", "wav", "ogg"]),
				video: media(
					["mp4", "mov", "mkv", "webm", "flv", "mpeg", "mpg", "wmv", "3gp"],
					{
						embeddingMode: {
							type: "string",
							enum: ["AUDIO_VIDEO_COMBINED", "AUDIO_VIDEO_SEPARATE"],
						},
					},
				),
			},
			required: ["embeddingPurpose"],
			closed: true,
		},
		segmentedEmbeddingParams: { type: "object" },
	},
	required: ["taskType"],
};

const modalities = ["text", "image", "video", "audio"] as const;

/** Inline text (documented: 8,192 characters). */
const maxCharacters = 8192;

/** Amazon Nova multimodal embeddings, one at a time; segments of long files are for `StartAsyncInvoke`. */
export const novaEmbeddings: DirectProvider = {
	async answer(body, modelId, _baseId, call) {
		checkBody(body, schema);
		if (body.taskType === "SEGMENTED_EMBEDDING") {
			throw invalid(
				"taskType SEGMENTED_EMBEDDING is only supported by StartAsyncInvoke.",
			);
		}
		const params = body.singleEmbeddingParams;
		if (!isObject(params))
			throw malformed("#: required key [singleEmbeddingParams] not found");
		const given = modalities.filter((name) => isObject(params[name]));
		const modality = given[0];
		if (modality === undefined || given.length > 1) {
			throw invalid(
				"Exactly one of text, image, video or audio must be given in singleEmbeddingParams.",
			);
		}
		const content = params[modality] as JsonObject; // one of those that are objects
		const input =
			modality === "text"
				? readText(content)
				: { media: [readSource(content)] };
		const kinds = kindsOf(modality, content);
		const dimensions =
			typeof params.embeddingDimension === "number"
				? params.embeddingDimension
				: 3072;
		const purpose = String(params.embeddingPurpose);
		const inputs = kinds.map(() => input);
		const { vectors, inputTokens } = await call.embed({
			modelId,
			inputs,
			dimensions,
			purpose,
		});
		const embeddings = kinds.map((embeddingType, index) => ({
			embeddingType,
			embedding: vectors[index] ?? [],
		}));
		return { body: { embeddings }, inputTokenCount: inputTokens };
	},
};

/** Source: `TEXT` observed, the others documented. */
function kindsOf(
	modality: (typeof modalities)[number],
	content: JsonObject,
): string[] {
	if (modality !== "video") return [modality.toUpperCase()];
	return content.embeddingMode === "AUDIO_VIDEO_SEPARATE"
		? ["VIDEO", "AUDIO"]
		: ["AUDIO_VIDEO_COMBINED"];
}

function readText({
	value,
	source: from,
	truncationMode,
}: JsonObject): EmbeddingInput {
	if (typeof value !== "string") {
		if (!isObject(from))
			throw invalid("Either value or source must be given in text.");
		return readTextSource(from);
	}
	if (value.length <= maxCharacters) return { text: value };
	if (truncationMode === "START") return { text: value.slice(-maxCharacters) };
	if (truncationMode === "END") return { text: value.slice(0, maxCharacters) };
	throw invalid(
		`The text is longer than ${maxCharacters} characters. Set truncationMode to START or END.`,
	);
}

function readTextSource(from: JsonObject): EmbeddingInput {
	const content = readSource({ source: from });
	return typeof content === "string"
		? { media: [content] }
		: { text: Buffer.from(content).toString("utf8") };
}

/** Bytes, or the URI of what only AWS can read. Texts of the refusals are assumed. */
function readSource({ source: from }: JsonObject): Uint8Array | string {
	if (isObject(from) && typeof from.bytes === "string") {
		const bytes = decodeBase64(from.bytes);
		if (!bytes || bytes.length === 0)
			throw invalid("The source's bytes are not valid base64.");
		return bytes;
	}
	const location = isObject(from) ? from.s3Location : undefined;
	if (isObject(location) && typeof location.uri === "string")
		return location.uri;
	throw invalid("Exactly one of bytes or s3Location must be given in source.");
}
