import { InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { imageSize } from "../../src/turn/image-size.ts";
import { startOutcrop, type TestOutcrop } from "../support/outcrop.ts";
import { decodeLossy, decodePng } from "../support/pictures.ts";

const canvas = "amazon.nova-canvas-v1:0";
const titan = "amazon.titan-image-generator-v2:0";
const small = { width: 320, height: 320 };

async function invoke(outcrop: TestOutcrop, modelId: string, body: object) {
	const command = new InvokeModelCommand({
		modelId,
		body: JSON.stringify(body),
	});
	const answer = await outcrop.client().send(command);
	return JSON.parse(answer.body.transformToString());
}

function bytes(base64: string): Uint8Array {
	return Buffer.from(base64, "base64");
}

/** A picture to edit. */
async function picture(
	outcrop: TestOutcrop,
	width = 320,
	height = 320,
): Promise<string> {
	const body = textImage("a source", { width, height });
	return (await invoke(outcrop, canvas, body)).images[0];
}

function textImage(text: string, imageGenerationConfig: object = small) {
	return {
		taskType: "TEXT_IMAGE",
		textToImageParams: { text },
		imageGenerationConfig,
	};
}

test("Nova Canvas answers as many PNG files as were asked, of the asked size", async () => {
	await using outcrop = await startOutcrop();
	const answer = await invoke(
		outcrop,
		canvas,
		textImage("a cliff", { width: 336, height: 320, numberOfImages: 2 }),
	);
	expect(Object.keys(answer)).toEqual(["images", "error"]);
	expect(answer.error).toBeNull();
	expect(answer.images).toHaveLength(2);
	expect(answer.images[0]).not.toBe(answer.images[1]);
	expect(decodePng(bytes(answer.images[1]))).toMatchObject({
		width: 336,
		height: 320,
	});
});

test("the same seed draws the same picture, in another emulator too", async () => {
	await using one = await startOutcrop();
	await using other = await startOutcrop({ seed: 99 });
	const body = textImage("a cliff", { ...small, seed: 7 });
	expect(await invoke(other, canvas, body)).toEqual(
		await invoke(one, canvas, body),
	);
});

test("Titan draws 1024 x 1024 unless told otherwise", async () => {
	await using outcrop = await startOutcrop();
	const body = {
		taskType: "TEXT_IMAGE",
		textToImageParams: { text: "a cliff" },
	};
	const { images } = await invoke(outcrop, titan, body);
	expect(imageSize(bytes(images[0]))).toEqual({ width: 1024, height: 1024 });
});

test("an edited picture keeps its size", async () => {
	await using outcrop = await startOutcrop();
	const image = await picture(outcrop, 336, 352);
	const inPaintingParams = { image, text: "a door", maskPrompt: "the window" };
	const { images } = await invoke(outcrop, canvas, {
		taskType: "INPAINTING",
		inPaintingParams,
	});
	expect(imageSize(bytes(images[0]))).toEqual({ width: 336, height: 352 });
});

test("background removal and virtual try-on answer", async () => {
	await using outcrop = await startOutcrop();
	const image = await picture(outcrop);
	const removal = {
		taskType: "BACKGROUND_REMOVAL",
		backgroundRemovalParams: { image },
	};
	expect((await invoke(outcrop, canvas, removal)).images).toHaveLength(1);
	const virtualTryOnParams = {
		sourceImage: image,
		referenceImage: image,
		maskType: "GARMENT",
		returnMask: true,
	};
	const worn = await invoke(outcrop, canvas, {
		taskType: "VIRTUAL_TRY_ON",
		virtualTryOnParams,
	});
	expect(decodePng(bytes(worn.maskImage))).toMatchObject(small);
});

test.each([
	[
		"an unknown task",
		canvas,
		{ taskType: "SCULPT" },
		"Malformed input request: #/taskType: SCULPT is not a valid enum value, please reformat your input and try again.",
	],
	[
		"a task without its parameters",
		canvas,
		{ taskType: "TEXT_IMAGE" },
		"Malformed input request: #: required key [textToImageParams] not found, please reformat your input and try again.",
	],
	[
		"a long prompt",
		canvas,
		textImage("x".repeat(1025)),
		"Malformed input request: #/textToImageParams/text: expected maxLength: 1024, actual: 1025, please reformat your input and try again.",
	],
	[
		"a longer prompt for Titan",
		titan,
		textImage("x".repeat(513), {}),
		"Malformed input request: #/textToImageParams/text: expected maxLength: 512, actual: 513, please reformat your input and try again.",
	],
	[
		"a small picture",
		canvas,
		textImage("x", { width: 100 }),
		"Malformed input request: #/imageGenerationConfig/width: 100 is not greater or equal to 320, please reformat your input and try again.",
	],
	[
		"a width between steps",
		canvas,
		textImage("x", { width: 321 }),
		"The width and height must be divisible by 16.",
	],
	[
		"a strip",
		canvas,
		textImage("x", { width: 4096, height: 320 }),
		"The aspect ratio must be between 1:4 and 4:1.",
	],
	[
		"too many pixels",
		canvas,
		textImage("x", { width: 4096, height: 4096 }),
		"The total number of pixels must not exceed 4,194,304.",
	],
	[
		"six images",
		canvas,
		textImage("x", { numberOfImages: 6 }),
		"Malformed input request: #/imageGenerationConfig/numberOfImages: 6 is not less or equal to 5, please reformat your input and try again.",
	],
	[
		"a seed out of range",
		canvas,
		textImage("x", { seed: 858_993_460 }),
		"Malformed input request: #/imageGenerationConfig/seed: 858993460 is not less or equal to 858993459, please reformat your input and try again.",
	],
	[
		"try-on by Titan",
		titan,
		{ taskType: "VIRTUAL_TRY_ON" },
		"Malformed input request: #/taskType: VIRTUAL_TRY_ON is not a valid enum value, please reformat your input and try again.",
	],
	[
		"no image",
		canvas,
		{
			taskType: "BACKGROUND_REMOVAL",
			backgroundRemovalParams: { image: "AAAA" },
		},
		"The image could not be decoded. Provide a base64-encoded PNG or JPEG image.",
	],
	[
		"no mask",
		canvas,
		{ taskType: "INPAINTING", inPaintingParams: { image: "AAAA" } },
		"Exactly one of maskPrompt or maskImage must be provided.",
	],
])("%s is refused", async (_what, modelId, body, message) => {
	await using outcrop = await startOutcrop();
	await expect(invoke(outcrop, modelId, body)).rejects.toMatchObject({
		name: "ValidationException",
		message,
	});
});

test("Titan makes its own sizes only", async () => {
	await using outcrop = await startOutcrop();
	const refused = invoke(
		outcrop,
		titan,
		textImage("x", { width: 1000, height: 1000 }),
	);
	await expect(refused).rejects.toThrow(
		"The image size 1000x1000 is not supported.",
	);
});

test("Stable Diffusion answers seed, reason and a PNG of the aspect ratio", async () => {
	await using outcrop = await startOutcrop();
	const body = { prompt: "a cliff", aspect_ratio: "21:9", seed: 7 };
	const answer = await invoke(outcrop, "stability.sd3-5-large-v1:0", body);
	expect(Object.keys(answer)).toEqual(["seeds", "finish_reasons", "images"]);
	expect(answer.seeds).toEqual([7]);
	expect(answer.finish_reasons).toEqual([null]);
	expect(decodePng(bytes(answer.images[0]))).toMatchObject({
		width: 1536,
		height: 640,
	});
});

test("a seed of 0 becomes a random one, the same for the same seed of the emulator", async () => {
	await using one = await startOutcrop({ seed: 5 });
	await using same = await startOutcrop({ seed: 5 });
	const body = { prompt: "a cliff", seed: 0, aspect_ratio: "1:1" };
	const first = await invoke(one, "stability.stable-image-core-v1:1", body);
	const second = await invoke(same, "stability.stable-image-core-v1:1", body);
	expect(first.seeds[0]).toBeGreaterThan(0);
	expect(second).toEqual(first);
});

test.each(["jpeg", "webp"] as const)(
	"Stable Image answers %s",
	async (format) => {
		await using outcrop = await startOutcrop();
		const body = { prompt: "a cliff", output_format: format };
		const { images } = await invoke(
			outcrop,
			"stability.stable-image-ultra-v1:1",
			body,
		);
		expect(await decodeLossy(bytes(images[0]), format)).toMatchObject({
			width: 1024,
			height: 1024,
		});
	},
);

test.each([
	[
		"us.stability.stable-image-remove-background-v1:0",
		{},
		{ width: 320, height: 352 },
	],
	["us.stability.stable-fast-upscale-v1:0", {}, { width: 1280, height: 1408 }],
	[
		"us.stability.stable-outpaint-v1:0",
		{ left: 100, down: 8 },
		{ width: 420, height: 360 },
	],
	[
		"us.stability.stable-conservative-upscale-v1:0",
		{ prompt: "x" },
		{ width: 1953, height: 2148 },
	],
])("%s answers a picture of its size", async (modelId, more, size) => {
	await using outcrop = await startOutcrop();
	const image = await picture(outcrop, 320, 352);
	const { images } = await invoke(outcrop, modelId, {
		image,
		output_format: "jpeg",
		...more,
	});
	expect(imageSize(bytes(images[0]))).toEqual(size);
});

test("style transfer takes two images", async () => {
	await using outcrop = await startOutcrop();
	const image = await picture(outcrop);
	const body = { init_image: image, style_image: image };
	const { images } = await invoke(
		outcrop,
		"us.stability.stable-style-transfer-v1:0",
		body,
	);
	expect(imageSize(bytes(images[0]))).toEqual(small);
});

test("SDXL answers artifacts", async () => {
	await using outcrop = await startOutcrop();
	const body = {
		text_prompts: [{ text: "a cliff" }, { text: "people", weight: -1 }],
		seed: 3,
		width: 512,
		height: 512,
	};
	const answer = await invoke(
		outcrop,
		"stability.stable-diffusion-xl-v1",
		body,
	);
	expect(answer.result).toBe("success");
	expect(answer.artifacts).toEqual([
		{ seed: 3, base64: expect.any(String), finishReason: "SUCCESS" },
	]);
	expect(imageSize(bytes(answer.artifacts[0].base64))).toEqual({
		width: 512,
		height: 512,
	});
});

test.each([
	["stability.sd3-5-large-v1:0", {}, "#: required key [prompt] not found"],
	[
		"stability.sd3-5-large-v1:0",
		{ prompt: "x", aspect_ratio: "2:1" },
		"#/aspect_ratio: 2:1 is not a valid enum value",
	],
	[
		"us.stability.stable-image-inpaint-v1:0",
		{ image: "AAAA" },
		"#: required key [prompt] not found",
	],
])("%s refuses what its schema forbids", async (modelId, body, detail) => {
	await using outcrop = await startOutcrop();
	const message = `Malformed input request: ${detail}, please reformat your input and try again.`;
	await expect(invoke(outcrop, modelId, body)).rejects.toMatchObject({
		name: "ValidationException",
		message,
	});
});

test("the answer has a latency header and none that counts tokens", async () => {
	await using outcrop = await startOutcrop();
	const response = await fetch(`${outcrop.url}/model/${canvas}/invoke`, {
		method: "POST",
		body: JSON.stringify(textImage("a cliff")),
	});
	expect(response.headers.get("x-amzn-bedrock-invocation-latency")).toMatch(
		/^\d+$/,
	);
	expect(
		[...response.headers.keys()].filter((name) => name.includes("token-count")),
	).toEqual([]);
});
