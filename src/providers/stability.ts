import { invalid } from "../errors.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { ImageFormat } from "../turn/image.ts";
import { type ImageSize, imageSize } from "../turn/image-size.ts";
import type { DirectAnswer, DirectCall, DirectProvider } from "./direct.ts";
import { decodeBase64, encodeBase64 } from "./native.ts";
import { checkBody } from "./schema.ts";
import {
	aspectRatios,
	type StabilityModel,
	sdxlSchema,
	stabilityModel,
} from "./stability-rules.ts";

/** Stability AI: Stable Diffusion 3, Stable Image, its editing services, and the older SDXL. */
export const stability: DirectProvider = {
	answer(body, modelId, baseId, call) {
		if (baseId.startsWith("stability.stable-diffusion-xl"))
			return answerSdxl(body, modelId, call);
		return answerStable(body, modelId, stabilityModel(baseId), call);
	},
};

async function answerStable(
	body: Json,
	modelId: string,
	model: StabilityModel,
	call: DirectCall,
): Promise<DirectAnswer> {
	checkBody(body, model.schema);
	if (
		body.mode === "image-to-image" &&
		(body.image === undefined || body.strength === undefined)
	) {
		throw invalid(
			"image and strength are required when mode is image-to-image.",
		);
	}
	const sources = model.images
		.filter((key) => body[key] !== undefined)
		.map((key) => readImage(body[key], key));
	const seed = readSeed(body.seed, call);
	const { images } = await call.draw({
		modelId,
		task: body.mode === "image-to-image" ? "image to image" : model.task,
		prompt:
			model.prompts
				.map((key) => body[key])
				.find((prompt) => typeof prompt === "string") ?? "",
		negativePrompt:
			typeof body.negative_prompt === "string"
				? body.negative_prompt
				: undefined,
		...sizeOf(body, sources[0], model),
		format: (typeof body.output_format === "string"
			? body.output_format
			: "png") as ImageFormat, // the schema lists them
		seeds: [seed],
		sources,
	});
	return {
		body: {
			seeds: [seed],
			finish_reasons: [null],
			images: images.map(encodeBase64),
		},
	};
}

/** The most pixels that any service makes: a fast upscale of the largest picture it takes (documented). */
const maxPixels = 16_777_216;

function sizeOf(
	body: JsonObject,
	source: Uint8Array | undefined,
	model: StabilityModel,
): ImageSize {
	const own = source && imageSize(source);
	if (!own || body.mode === "image-to-image" || model.ownSize) {
		return (
			aspectRatios[String(body.aspect_ratio ?? "1:1")] ?? {
				width: 1024,
				height: 1024,
			}
		);
	}
	const size = model.resize?.(own, body) ?? own;
	if (size.width * size.height > maxPixels) {
		throw invalid(
			`The image would be ${size.width} x ${size.height} pixels. At most ${maxPixels} pixels are supported.`,
		);
	}
	return size;
}

/** Source: 64 pixels or more on every side, 9,437,184 pixels or fewer (documented); the texts are assumed. */
function readImage(value: Json | undefined, key: string): Uint8Array {
	const bytes = decodeBase64(String(value));
	const size = bytes && imageSize(bytes);
	if (!bytes || !size)
		throw invalid(
			`${key}: the image could not be decoded. Use a base64-encoded JPEG, PNG or WebP image.`,
		);
	if (size.width < 32 || size.height < 32)
		throw invalid(`${key}: every side must be at least 32 pixels.`);
	if (size.width * size.height > 9_437_184)
		throw invalid(`${key}: the image must have at most 9,437,184 pixels.`);
	return bytes;
}

/** 0 asks for any (documented). */
function readSeed(seed: Json | undefined, call: DirectCall): number {
	return typeof seed === "number" && seed > 0
		? seed
		: 1 + Math.floor(call.chance() * 4_294_967_293);
}

async function answerSdxl(
	body: Json,
	modelId: string,
	call: DirectCall,
): Promise<DirectAnswer> {
	checkBody(body, sdxlSchema);
	const prompts = (
		Array.isArray(body.text_prompts) ? body.text_prompts : []
	).filter(isObject);
	const weighted = (positive: boolean) =>
		prompts
			.filter(
				({ weight }) =>
					(typeof weight === "number" ? weight > 0 : true) === positive,
			)
			.map(({ text }) => String(text))
			.join(", ");
	const sources =
		body.init_image === undefined
			? []
			: [readImage(body.init_image, "init_image")];
	const seed = readSeed(body.seed, call);
	const { images } = await call.draw({
		modelId,
		task: sources.length > 0 ? "image to image" : "text to image",
		prompt: weighted(true),
		negativePrompt: weighted(false) || undefined,
		width: typeof body.width === "number" ? body.width : 1024,
		height: typeof body.height === "number" ? body.height : 1024,
		format: "png",
		seeds: [seed],
		sources,
	});
	const artifacts = images.map((image) => ({
		seed,
		base64: encodeBase64(image),
		finishReason: "SUCCESS",
	}));
	return { body: { result: "success", artifacts } };
}
