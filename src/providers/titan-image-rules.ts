import { invalid } from "../errors.ts";
import type { BodySchema } from "./schema.ts";

/** What one `taskType` is. */
export interface Task {
	/** The member that holds its parameters. */
	params: string;
	/** In few words, as the picture shows it. */
	title: string;
	/** The parameters that are images; the first is the one that is edited. */
	images: string[];
	/** The answer has the size of the first image. */
	keepsSize?: true;
	/** Needs `maskPrompt` or `maskImage`. */
	masked?: true;
	/** Makes one image only. */
	single?: true;
}

/** Source: the request parameters of Titan Image Generator and Nova Canvas (documented). */
export const tasks: Record<string, Task> = {
	TEXT_IMAGE: {
		params: "textToImageParams",
		title: "text to image",
		images: ["conditionImage"],
	},
	COLOR_GUIDED_GENERATION: {
		params: "colorGuidedGenerationParams",
		title: "colour-guided generation",
		images: ["referenceImage"],
	},
	IMAGE_VARIATION: {
		params: "imageVariationParams",
		title: "image variation",
		images: ["images"],
	},
	INPAINTING: {
		params: "inPaintingParams",
		title: "inpainting",
		images: ["image", "maskImage"],
		keepsSize: true,
		masked: true,
	},
	OUTPAINTING: {
		params: "outPaintingParams",
		title: "outpainting",
		images: ["image", "maskImage"],
		keepsSize: true,
		masked: true,
	},
	BACKGROUND_REMOVAL: {
		params: "backgroundRemovalParams",
		title: "background removal",
		images: ["image"],
		keepsSize: true,
		single: true,
	},
	VIRTUAL_TRY_ON: {
		params: "virtualTryOnParams",
		title: "virtual try-on",
		images: ["sourceImage", "referenceImage"],
		keepsSize: true,
	},
};

/** What tells the three models apart. */
export interface ImageRules {
	schema: BodySchema;
	defaultSeed: number;
	/** @throws ServiceError `ValidationException` on a size that the model does not make */
	checkSize(width: number, height: number): void;
}

const text = (maxLength: number): BodySchema => ({
	type: "string",
	minLength: 1,
	maxLength,
});
const image: BodySchema = { type: "string", minLength: 1 };

function schemaOf(
	names: string[],
	maxText: number,
	config: Record<string, BodySchema>,
): BodySchema {
	const words = { text: text(maxText), negativeText: text(maxText) };
	const params: Record<string, BodySchema> = {
		textToImageParams: {
			type: "object",
			properties: {
				...words,
				conditionImage: image,
				controlMode: { type: "string", enum: ["CANNY_EDGE", "SEGMENTATION"] },
				controlStrength: { type: "number", minimum: 0, maximum: 1 },
				style: {
					type: "string",
					enum: [
						"3D_ANIMATED_FAMILY_FILM",
						"DESIGN_SKETCH",
						"FLAT_VECTOR_ILLUSTRATION",
						"GRAPHIC_NOVEL_ILLUSTRATION",
						"MAXIMALISM",
						"MIDCENTURY_RETRO",
						"PHOTOREALISM",
						"SOFT_DIGITAL_PAINTING",
					],
				},
			},
			required: ["text"],
			closed: true,
		},
		colorGuidedGenerationParams: {
			type: "object",
			properties: {
				...words,
				colors: {
					type: "array",
					minItems: 1,
					maxItems: 10,
					items: { type: "string", pattern: /^#[0-9A-Fa-f]{6}$/ },
				},
				referenceImage: image,
			},
			required: ["text", "colors"],
			closed: true,
		},
		imageVariationParams: {
			type: "object",
			properties: {
				...words,
				images: { type: "array", minItems: 1, maxItems: 5, items: image },
				similarityStrength: { type: "number", minimum: 0.2, maximum: 1 },
			},
			required: ["images"],
			closed: true,
		},
		inPaintingParams: {
			type: "object",
			properties: {
				...words,
				image,
				maskPrompt: text(maxText),
				maskImage: image,
				returnMask: { type: "boolean" },
			},
			required: ["image"],
			closed: true,
		},
		outPaintingParams: {
			type: "object",
			properties: {
				...words,
				image,
				maskPrompt: text(maxText),
				maskImage: image,
				returnMask: { type: "boolean" },
				outPaintingMode: { type: "string", enum: ["DEFAULT", "PRECISE"] },
			},
			required: ["image", "text"],
			closed: true,
		},
		backgroundRemovalParams: {
			type: "object",
			properties: { image },
			required: ["image"],
			closed: true,
		},
		virtualTryOnParams: {
			type: "object",
			properties: {
				sourceImage: image,
				referenceImage: image,
				maskType: { type: "string", enum: ["IMAGE", "GARMENT", "PROMPT"] },
				mergeStyle: {
					type: "string",
					enum: ["BALANCED", "SEAMLESS", "DETAILED"],
				},
				returnMask: { type: "boolean" },
			},
			required: ["sourceImage", "referenceImage", "maskType"],
		},
	};
	const taken = Object.fromEntries(
		names.flatMap((name) => paramsOf(name, params)),
	);
	return {
		type: "object",
		properties: {
			taskType: { type: "string", enum: names },
			...taken,
			imageGenerationConfig: {
				type: "object",
				properties: config,
				closed: true,
			},
		},
		required: ["taskType"],
		closed: true,
	};
}

function paramsOf(
	name: string,
	params: Record<string, BodySchema>,
): [string, BodySchema][] {
	const key = tasks[name]?.params;
	const schema = key === undefined ? undefined : params[key];
	return key !== undefined && schema ? [[key, schema]] : [];
}

function configOf(
	edges: BodySchema,
	maxSeed: number,
): Record<string, BodySchema> {
	return {
		width: edges,
		height: edges,
		quality: { type: "string", enum: ["standard", "premium"] },
		cfgScale: { type: "number", minimum: 1.1, maximum: 10 },
		seed: { type: "integer", minimum: 0, maximum: maxSeed },
		numberOfImages: { type: "integer", minimum: 1, maximum: 5 },
	};
}

/** Source: edges of 320 to 4096 in steps of 16, 1:4 to 4:1, fewer than 4,194,304 pixels (documented); texts assumed. */
export const canvasRules: ImageRules = {
	schema: schemaOf(
		Object.keys(tasks),
		1024,
		configOf({ type: "integer", minimum: 320, maximum: 4096 }, 858_993_459),
	),
	defaultSeed: 12,
	checkSize(width, height) {
		if (width % 16 !== 0 || height % 16 !== 0)
			throw invalid("The width and height must be divisible by 16.");
		if (width > 4 * height || height > 4 * width)
			throw invalid("The aspect ratio must be between 1:4 and 4:1.");
		// Documented as fewer; 2048 x 2048 is exactly as many, and in AWS's own examples.
		if (width * height > 4_194_304)
			throw invalid("The total number of pixels must not exceed 4,194,304.");
	},
};

const titanTasks = [
	"TEXT_IMAGE",
	"INPAINTING",
	"OUTPAINTING",
	"IMAGE_VARIATION",
];
const titanConfig = configOf(
	{ type: "integer", minimum: 256, maximum: 1408 },
	2_147_483_646,
);

/** Source: documented, `1173x640` as it stands there. */
const titanSizes = new Set(
	(
		"1024x1024 768x768 512x512 768x1152 384x576 1152x768 576x384 768x1280 384x640 1280x768 640x384 896x1152 448x576 " +
		"1152x896 576x448 768x1408 384x704 1408x768 704x384 640x1408 320x704 1408x640 704x320 1152x640 1173x640"
	).split(" "),
);

function checkTitanSize(width: number, height: number): void {
	if (titanSizes.has(`${width}x${height}`)) return;
	throw invalid(
		`The image size ${width}x${height} is not supported. Use one of ${[...titanSizes].join(", ")}.`,
	);
}

/** Titan Image Generator G1. */
export const titanV1Rules: ImageRules = {
	schema: schemaOf(titanTasks, 512, titanConfig),
	defaultSeed: 42,
	checkSize: checkTitanSize,
};

/** Titan Image Generator G1 v2. */
export const titanV2Rules: ImageRules = {
	schema: schemaOf(
		[...titanTasks, "COLOR_GUIDED_GENERATION", "BACKGROUND_REMOVAL"],
		512,
		titanConfig,
	),
	defaultSeed: 42,
	checkSize: checkTitanSize,
};
