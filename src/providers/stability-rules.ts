import type { JsonObject } from "../json.ts";
import type { ImageSize } from "../turn/image-size.ts";
import type { BodySchema } from "./schema.ts";

/** What tells the models and services of Stability AI apart. */
export interface StabilityModel {
	/** In few words, as the picture shows it. */
	task: string;
	schema: BodySchema;
	/** The members that are images; the first is the one that is worked on. */
	images: string[];
	/** The members that may say what to draw, the first that is there counts. */
	prompts: string[];
	/** Makes pictures of its own size though an image came in. */
	ownSize?: true;
	/** The size that comes of the image's. */
	resize?(size: ImageSize, body: JsonObject): ImageSize;
}

/** Pixels of each aspect ratio (documented for Stable Diffusion 3; assumed for the others). */
export const aspectRatios: Record<string, ImageSize> = {
	"16:9": { width: 1344, height: 768 },
	"1:1": { width: 1024, height: 1024 },
	"21:9": { width: 1536, height: 640 },
	"2:3": { width: 832, height: 1216 },
	"3:2": { width: 1216, height: 832 },
	"4:5": { width: 896, height: 1088 },
	"5:4": { width: 1088, height: 896 },
	"9:16": { width: 768, height: 1344 },
	"9:21": { width: 640, height: 1536 },
};

const image: BodySchema = { type: "string", minLength: 1 };
const prompt: BodySchema = { type: "string", minLength: 1, maxLength: 10_000 };
const side: BodySchema = { type: "integer", minimum: 0, maximum: 2000 };

/** Members of all of them. Ranges documented; what is not listed is let through, as the pages list it unevenly. */
const members: Record<string, BodySchema> = {
	prompt,
	negative_prompt: { type: "string", maxLength: 10_000 },
	search_prompt: prompt,
	select_prompt: prompt,
	mode: { type: "string", enum: ["text-to-image", "image-to-image"] },
	aspect_ratio: { type: "string", enum: Object.keys(aspectRatios) },
	image,
	mask: image,
	init_image: image,
	style_image: image,
	strength: { type: "number", minimum: 0, maximum: 1 },
	control_strength: { type: "number", minimum: 0, maximum: 1 },
	fidelity: { type: "number", minimum: 0, maximum: 1 },
	creativity: { type: "number", minimum: 0, maximum: 1 },
	grow_mask: { type: "integer", minimum: 0, maximum: 20 },
	left: side,
	right: side,
	up: side,
	down: side,
	seed: { type: "integer", minimum: 0, maximum: 4_294_967_294 },
	output_format: { type: "string", enum: ["jpeg", "png", "webp"] },
};

function define(
	task: string,
	required: string[],
	more: Partial<StabilityModel> = {},
): StabilityModel {
	const schema: BodySchema = { type: "object", properties: members, required };
	return {
		task,
		schema,
		images: ["image", "mask"],
		prompts: ["prompt", "select_prompt", "search_prompt"],
		...more,
	};
}

const textToImage = define("text to image", ["prompt"], { ownSize: true });

/** The services, by what their ids say (documented). */
const services: [string, StabilityModel][] = [
	["-inpaint-", define("inpainting", ["image", "prompt"])],
	["-erase-object-", define("object erasure", ["image"])],
	["-remove-background-", define("background removal", ["image"])],
	[
		"-search-replace-",
		define("search and replace", ["image", "prompt", "search_prompt"]),
	],
	[
		"-search-recolor-",
		define("search and recolour", ["image", "prompt", "select_prompt"]),
	],
	["-control-sketch-", define("sketch to image", ["image", "prompt"])],
	["-control-structure-", define("structure to image", ["image", "prompt"])],
	[
		"-style-guide-",
		define("style guide", ["image", "prompt"], { ownSize: true }),
	],
	[
		"-style-transfer-",
		define("style transfer", ["init_image", "style_image"], {
			images: ["init_image", "style_image"],
		}),
	],
	[
		"-fast-upscale-",
		define("fast upscale", ["image"], {
			resize: ({ width, height }) => ({ width: width * 4, height: height * 4 }),
		}),
	],
	[
		"-conservative-upscale-",
		define("conservative upscale", ["image", "prompt"], {
			resize: toFourMegapixels,
		}),
	],
	[
		"-creative-upscale-",
		define("creative upscale", ["image", "prompt"], {
			resize: toFourMegapixels,
		}),
	],
	["-outpaint-", define("outpainting", ["image"], { resize: widen })],
];

/** Of a bare model id; what no service is makes images of texts. */
export function stabilityModel(baseId: string): StabilityModel {
	return services.find(([name]) => baseId.includes(name))?.[1] ?? textToImage;
}

/** Source: output of about 4 megapixels (documented); the proportions stay. */
function toFourMegapixels({ width, height }: ImageSize): ImageSize {
	const scale = Math.max(1, Math.sqrt(4_194_304 / (width * height)));
	return {
		width: Math.round(width * scale),
		height: Math.round(height * scale),
	};
}

function widen({ width, height }: ImageSize, body: JsonObject): ImageSize {
	const by = (key: string) => (typeof body[key] === "number" ? body[key] : 0);
	return {
		width: width + by("left") + by("right"),
		height: height + by("up") + by("down"),
	};
}

/** SDXL 1.0 and before (documented). */
export const sdxlSchema: BodySchema = {
	type: "object",
	properties: {
		text_prompts: {
			type: "array",
			minItems: 1,
			maxItems: 10,
			items: {
				type: "object",
				properties: {
					text: { type: "string", minLength: 1, maxLength: 2000 },
					weight: { type: "number" },
				},
				required: ["text"],
			},
		},
		width: { type: "integer", minimum: 320, maximum: 1536 },
		height: { type: "integer", minimum: 320, maximum: 1536 },
		cfg_scale: { type: "number", minimum: 0, maximum: 35 },
		steps: { type: "integer", minimum: 10, maximum: 150 },
		samples: { type: "integer", minimum: 1, maximum: 1 },
		seed: { type: "integer", minimum: 0, maximum: 4_294_967_295 },
		init_image: image,
	},
	required: ["text_prompts"],
};
