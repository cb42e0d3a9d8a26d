import { invalid } from "../errors.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { type ImageSize, imageSize } from "../turn/image-size.ts";
import type { DirectCall, DirectProvider } from "./direct.ts";
import { decodeBase64, encodeBase64, malformed } from "./native.ts";
import { checkBody } from "./schema.ts";
import {
	canvasRules,
	type ImageRules,
	type Task,
	tasks,
	titanV1Rules,
	titanV2Rules,
} from "./titan-image-rules.ts";

/** Amazon Titan Image Generator v1 and v2, and Nova Canvas, whose bodies are the same. */
export const titanImage: DirectProvider = {
	async answer(body, modelId, baseId, call) {
		const rules = rulesOf(baseId);
		checkBody(body, rules.schema);
		const task = tasks[String(body.taskType)] as Task; // the schema lists them
		const params = body[task.params];
		if (!isObject(params))
			throw malformed(`#: required key [${task.params}] not found`);
		checkMask(params, task);
		const sources = readSources(params, task);
		const config = isObject(body.imageGenerationConfig)
			? body.imageGenerationConfig
			: {};
		const size = readSize(config, sources[0], task, rules);
		const prompt =
			typeof params.text === "string" ? params.text : readPromptMask(params);
		const request = {
			modelId,
			task: task.title,
			prompt,
			negativePrompt:
				typeof params.negativeText === "string"
					? params.negativeText
					: undefined,
			...size,
			format: "png" as const,
			seeds: readSeeds(config, rules, task),
			colors: Array.isArray(params.colors)
				? params.colors.map(String)
				: undefined,
			sources,
		};
		const { images } = await call.draw(request);
		const mask =
			params.returnMask === true ? await drawMask(request, call) : undefined;
		return {
			body: {
				images: images.map(encodeBase64),
				...(mask && { maskImage: mask }),
				error: null,
			},
		};
	},
};

function rulesOf(baseId: string): ImageRules {
	if (baseId.startsWith("amazon.nova-canvas")) return canvasRules;
	return baseId.startsWith("amazon.titan-image-generator-v1")
		? titanV1Rules
		: titanV2Rules;
}

/** The mask itself is not computed: it is a picture that says so. */
async function drawMask(
	request: Parameters<DirectCall["draw"]>[0],
	call: DirectCall,
): Promise<string> {
	const { images } = await call.draw({
		...request,
		task: "mask",
		seeds: request.seeds.slice(0, 1),
		colors: ["#000000"],
	});
	return encodeBase64(images[0] ?? new Uint8Array());
}

/** Source: one of the two, not both (documented); the texts are assumed. */
function checkMask(params: JsonObject, task: Task): void {
	if (!task.masked) return;
	const given = [params.maskPrompt, params.maskImage].filter(
		(mask) => mask !== undefined,
	).length;
	if (given !== 1)
		throw invalid("Exactly one of maskPrompt or maskImage must be provided.");
}

function readPromptMask(params: JsonObject): string {
	const mask = isObject(params.promptBasedMask)
		? params.promptBasedMask.maskShape
		: undefined;
	return typeof mask === "string" ? mask : "";
}

/** Source: the largest picture that comes in or goes out (documented for Nova Canvas). */
const maxPixels = 4_194_304;
const maxEdge = 4096;

function readSources(params: JsonObject, task: Task): Uint8Array[] {
	const found: Uint8Array[] = [];
	for (const key of task.images) {
		const value = params[key];
		const list = Array.isArray(value)
			? value
			: value === undefined
				? []
				: [value];
		for (const image of list) found.push(readImage(image));
	}
	return found;
}

function readImage(value: Json): Uint8Array {
	const bytes = decodeBase64(String(value));
	const size = bytes && imageSize(bytes);
	if (!bytes || !size)
		throw invalid(
			"The image could not be decoded. Provide a base64-encoded PNG or JPEG image.",
		);
	if (
		size.width > maxEdge ||
		size.height > maxEdge ||
		size.width * size.height > maxPixels
	) {
		throw invalid(
			`The image is ${size.width} x ${size.height} pixels. At most ${maxPixels} pixels are supported.`,
		);
	}
	return bytes;
}

/** Edits keep the size of what they edit; all else has the asked one. */
function readSize(
	config: JsonObject,
	source: Uint8Array | undefined,
	task: Task,
	rules: ImageRules,
): ImageSize {
	const own = task.keepsSize && source ? imageSize(source) : undefined;
	if (own) return own;
	const width = typeof config.width === "number" ? config.width : 1024;
	const height = typeof config.height === "number" ? config.height : 1024;
	rules.checkSize(width, height);
	return { width, height };
}

function readSeeds(
	config: JsonObject,
	rules: ImageRules,
	task: Task,
): number[] {
	const first =
		typeof config.seed === "number" ? config.seed : rules.defaultSeed;
	const count =
		task.single || typeof config.numberOfImages !== "number"
			? 1
			: config.numberOfImages;
	return Array.from({ length: count }, (_, index) => first + index);
}
