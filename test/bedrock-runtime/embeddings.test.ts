import { InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { passages, questions } from "../engines/retrieval-corpus.ts";
import { startOutcrop, type TestOutcrop } from "../support/outcrop.ts";

const titanV2 = "amazon.titan-embed-text-v2:0";
const cohereV3 = "cohere.embed-english-v3";
const png =
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

async function invoke(outcrop: TestOutcrop, modelId: string, body: object) {
	const command = new InvokeModelCommand({
		modelId,
		body: JSON.stringify(body),
	});
	const answer = await outcrop.client().send(command);
	return JSON.parse(answer.body.transformToString());
}

function dot(one: number[], other: number[]): number {
	return one.reduce(
		(sum, value, index) => sum + value * (other[index] ?? 0),
		0,
	);
}

test("Titan v1 answers 1536 numbers and the tokens of the text", async () => {
	await using outcrop = await startOutcrop();
	const answer = await invoke(outcrop, "amazon.titan-embed-text-v1", {
		inputText: "hello world",
	});
	expect(Object.keys(answer)).toEqual(["embedding", "inputTextTokenCount"]);
	expect(answer.embedding).toHaveLength(1536);
	expect(answer.inputTextTokenCount).toBeGreaterThan(0);
});

test("Titan v2 answers 1024 normalised numbers, by type too", async () => {
	await using outcrop = await startOutcrop();
	const answer = await invoke(outcrop, titanV2, { inputText: "hello world" });
	expect(Object.keys(answer)).toEqual([
		"embedding",
		"embeddingsByType",
		"inputTextTokenCount",
	]);
	expect(answer.embedding).toHaveLength(1024);
	expect(answer.embeddingsByType).toEqual({ float: answer.embedding });
	expect(dot(answer.embedding, answer.embedding)).toBeCloseTo(1, 5);
});

test("Titan v2 answers the dimensions that were asked", async () => {
	await using outcrop = await startOutcrop();
	const answer = await invoke(outcrop, titanV2, {
		inputText: "hi",
		dimensions: 256,
	});
	expect(answer.embedding).toHaveLength(256);
});

test("Titan v2 answers signs when binary is asked, and no float then", async () => {
	await using outcrop = await startOutcrop();
	const both = await invoke(outcrop, titanV2, {
		inputText: "hi",
		embeddingTypes: ["float", "binary"],
	});
	const answer = await invoke(outcrop, titanV2, {
		inputText: "hi",
		embeddingTypes: ["binary"],
	});
	expect(answer).not.toHaveProperty("embedding");
	expect(Object.keys(answer.embeddingsByType)).toEqual(["binary"]);
	expect(answer.embeddingsByType.binary).toEqual(
		both.embedding.map((value: number) => (value > 0 ? 1 : 0)),
	);
});

test("Titan v2 leaves the length alone with normalize false", async () => {
	await using outcrop = await startOutcrop();
	const answer = await invoke(outcrop, titanV2, {
		inputText: "hi",
		normalize: false,
	});
	expect(dot(answer.embedding, answer.embedding)).toBeGreaterThan(1.5);
});

test("Titan multimodal embeds an image with its text", async () => {
	await using outcrop = await startOutcrop();
	const body = {
		inputText: "a dot",
		inputImage: png,
		embeddingConfig: { outputEmbeddingLength: 384 },
	};
	const answer = await invoke(outcrop, "amazon.titan-embed-image-v1", body);
	expect(Object.keys(answer)).toEqual([
		"embedding",
		"inputTextTokenCount",
		"message",
	]);
	expect(answer.embedding).toHaveLength(384);
	expect(answer.message).toBeNull();
});

test("Cohere v3 answers a list of vectors and the texts in lower case", async () => {
	await using outcrop = await startOutcrop();
	const answer = await invoke(outcrop, cohereV3, {
		texts: ["Hello, World!", "b"],
		input_type: "search_document",
	});
	expect(Object.keys(answer)).toEqual([
		"embeddings",
		"id",
		"response_type",
		"texts",
	]);
	expect(answer.embeddings).toHaveLength(2);
	expect(answer.embeddings[0]).toHaveLength(1024);
	expect(answer.response_type).toBe("embeddings_floats");
	expect(answer.texts).toEqual(["hello, world!", "b"]);
});

test("Cohere v3 answers by type when types are asked", async () => {
	await using outcrop = await startOutcrop();
	const body = {
		texts: ["hello"],
		input_type: "search_query",
		embedding_types: ["float", "int8", "uint8", "binary", "ubinary"],
	};
	const { embeddings, response_type } = await invoke(
		outcrop,
		"cohere.embed-multilingual-v3",
		body,
	);
	expect(response_type).toBe("embeddings_by_type");
	expect(Object.keys(embeddings)).toEqual([
		"float",
		"int8",
		"uint8",
		"binary",
		"ubinary",
	]);
	expect(embeddings.int8[0]).toHaveLength(1024);
	expect(Math.min(...embeddings.int8[0])).toBeLessThan(-20);
	expect(Math.max(...embeddings.int8[0])).toBeLessThanOrEqual(127);
	expect(embeddings.uint8[0]).toEqual(
		embeddings.int8[0].map((value: number) => value + 128),
	);
	expect(embeddings.ubinary[0]).toHaveLength(128);
	expect(embeddings.binary[0]).toEqual(
		embeddings.ubinary[0].map((value: number) => value - 128),
	);
	const firstBits = embeddings.float[0]
		.slice(0, 8)
		.map((value: number) => (value > 0 ? "1" : "0"));
	expect(embeddings.ubinary[0][0]).toBe(Number.parseInt(firstBits.join(""), 2));
});

test("Cohere v4 answers 1536 numbers by type, through a profile too", async () => {
	await using outcrop = await startOutcrop();
	const body = { texts: ["Hello"], input_type: "search_query" };
	const answer = await invoke(outcrop, "us.cohere.embed-v4:0", body);
	expect(answer.embeddings.float[0]).toHaveLength(1536);
	expect(answer.response_type).toBe("embeddings_by_type");
	expect(answer.texts).toEqual(["Hello"]);
});

test("Cohere v4 refuses content of a type that is no text, and shows it", async () => {
	await using outcrop = await startOutcrop();
	const inputs = [{ content: [{ type: { a: 1 } }] }];
	const body = { inputs, input_type: "search_document" };
	await expect(invoke(outcrop, "cohere.embed-v4:0", body)).rejects.toThrow(
		'invalid content type: {"a":1}, expected text or image_url',
	);
});

test("Cohere v4 embeds text and image as one input", async () => {
	await using outcrop = await startOutcrop();
	const content = [
		{ type: "text", text: "a dot" },
		{ type: "image_url", image_url: { url: `data:image/png;base64,${png}` } },
	];
	const body = {
		inputs: [{ content }],
		input_type: "search_document",
		output_dimension: 256,
	};
	const answer = await invoke(outcrop, "cohere.embed-v4:0", body);
	expect(answer.embeddings.float).toHaveLength(1);
	expect(answer.embeddings.float[0]).toHaveLength(256);
});

test("Nova answers one embedding with its type", async () => {
	await using outcrop = await startOutcrop();
	const body = {
		taskType: "SINGLE_EMBEDDING",
		singleEmbeddingParams: {
			embeddingPurpose: "GENERIC_INDEX",
			embeddingDimension: 384,
			text: { truncationMode: "END", value: "hello" },
		},
	};
	const answer = await invoke(
		outcrop,
		"amazon.nova-2-multimodal-embeddings-v1:0",
		body,
	);
	expect(answer.embeddings).toEqual([
		{ embeddingType: "TEXT", embedding: expect.any(Array) },
	]);
	expect(answer.embeddings[0].embedding).toHaveLength(384);
});

test("Nova answers two embeddings for picture and sound of a video", async () => {
	await using outcrop = await startOutcrop();
	const video = {
		format: "mp4",
		embeddingMode: "AUDIO_VIDEO_SEPARATE",
		source: { bytes: "AAAA" },
	};
	const body = {
		taskType: "SINGLE_EMBEDDING",
		singleEmbeddingParams: { embeddingPurpose: "GENERIC_INDEX", video },
	};
	const { embeddings } = await invoke(
		outcrop,
		"amazon.nova-2-multimodal-embeddings-v1:0",
		body,
	);
	expect(
		embeddings.map((one: { embeddingType: string }) => one.embeddingType),
	).toEqual(["VIDEO", "AUDIO"]);
	expect(embeddings[0].embedding).toHaveLength(3072);
});

test.each([
	[
		"us.twelvelabs.marengo-embed-2-7-v1:0",
		{ inputType: "text", inputText: "man walking a dog" },
		1024,
	],
	[
		"twelvelabs.marengo-embed-3-0-v1:0",
		{ inputType: "text", text: { inputText: "man walking a dog" } },
		512,
	],
	[
		"twelvelabs.marengo-embed-3-0-v1:0",
		{ inputType: "image", image: { mediaSource: { base64String: png } } },
		512,
	],
])("%s answers data with one embedding", async (modelId, body, dimensions) => {
	await using outcrop = await startOutcrop();
	const answer = await invoke(outcrop, modelId, body);
	expect(answer.data).toHaveLength(1);
	expect(answer.data[0].embedding).toHaveLength(dimensions);
});

test("the headers say how many tokens went in, and nothing of tokens out", async () => {
	await using outcrop = await startOutcrop();
	const response = await fetch(`${outcrop.url}/model/${titanV2}/invoke`, {
		method: "POST",
		body: JSON.stringify({ inputText: "hello world" }),
	});
	const { inputTextTokenCount } = (await response.json()) as {
		inputTextTokenCount: number;
	};
	expect(response.headers.get("x-amzn-bedrock-input-token-count")).toBe(
		String(inputTextTokenCount),
	);
	expect(response.headers.has("x-amzn-bedrock-output-token-count")).toBe(false);
	expect(response.headers.get("x-amzn-bedrock-invocation-latency")).toMatch(
		/^\d+$/,
	);
});

test.each([
	[
		titanV2,
		{},
		"Malformed input request: #: required key [inputText] not found, please reformat your input and try again.",
	],
	[
		titanV2,
		{ inputText: "x".repeat(52_611) },
		"Malformed input request: expected maxLength: 50000, actual: 52611, please reformat your input and try again.",
	],
	[
		titanV2,
		{ inputText: "hi", dimensions: 300 },
		"Malformed input request: #/dimensions: 300 is not a valid enum value, please reformat your input and try again.",
	],
	[
		"amazon.titan-embed-text-v1",
		{ inputText: "hi", dimensions: 256 },
		"Malformed input request: #: extraneous key [dimensions] is not permitted, please reformat your input and try again.",
	],
	[
		"amazon.titan-embed-image-v1",
		{},
		"Either inputText or inputImage must be provided in the request.",
	],
	[
		cohereV3,
		{ texts: ["x".repeat(19_882)], input_type: "search_query" },
		"Malformed input request: #/texts/0: expected maxLength: 2048, actual: 19882, please reformat your input and try again.",
	],
	[
		cohereV3,
		{ texts: Array(97).fill("a"), input_type: "search_query" },
		"Malformed input request: #/texts: expected maximum item count: 96, found: 97, please reformat your input and try again.",
	],
	[
		cohereV3,
		{ texts: ["a"] },
		"Malformed input request: #: required key [input_type] not found, please reformat your input and try again.",
	],
])("%s refuses what its schema forbids", async (modelId, body, message) => {
	await using outcrop = await startOutcrop();
	await expect(invoke(outcrop, modelId, body)).rejects.toMatchObject({
		name: "ValidationException",
		message,
	});
});

test("Titan refuses more than 8192 tokens with their number", async () => {
	await using outcrop = await startOutcrop();
	const refused = invoke(outcrop, titanV2, {
		inputText: "word ".repeat(9_500),
	});
	await expect(refused).rejects.toThrow(
		/^Too many input tokens\. Max input tokens: 8192, request input token count: \d+$/,
	);
});

test("what Cohere cuts off does not count: the end by default, the start when asked", async () => {
	await using outcrop = await startOutcrop();
	const [first, last] = ["花".repeat(900), "山".repeat(900)];
	const embed = async (text: string, more = {}) =>
		(
			await invoke(outcrop, cohereV3, {
				texts: [text],
				input_type: "search_document",
				...more,
			})
		).embeddings[0];
	const [start, end] = await Promise.all([embed(first), embed(last)]);
	expect(dot(await embed(first + last), start)).toBeGreaterThan(0.9);
	expect(
		dot(await embed(first + last, { truncate: "START" }), end),
	).toBeGreaterThan(0.9);
	await expect(embed(first + last, { truncate: "NONE" })).rejects.toThrow(
		/too many tokens/,
	);
});

test("a hostile text is cut before it is counted", async () => {
	await using outcrop = await startOutcrop();
	const body = {
		inputType: "text",
		text: { inputText: "a ".repeat(2_000_000) },
	};
	const refused = invoke(outcrop, "twelvelabs.marengo-embed-3-0-v1:0", body);
	await expect(refused).rejects.toThrow(/the limit is 500 tokens/);
});

test.each([
	[
		titanV2,
		(text: string, _kind: string) => ({ inputText: text }),
		(answer: { embedding: number[] }) => answer.embedding,
	],
	[
		cohereV3,
		(text: string, kind: string) => ({ texts: [text], input_type: kind }),
		(answer: { embeddings: number[][] }) => answer.embeddings[0] ?? [],
	],
])(
	"%s finds the right passage first for at least 9 of 10 questions",
	async (modelId, bodyOf, vectorOf) => {
		await using outcrop = await startOutcrop();
		const embed = async (text: string, kind: string) =>
			vectorOf(await invoke(outcrop, modelId, bodyOf(text, kind)));
		const stored = await Promise.all(
			Object.entries(passages).map(async ([id, text]) => ({
				id,
				vector: await embed(text, "search_document"),
			})),
		);
		const found = await Promise.all(
			questions.map(async ([question]) => {
				const vector = await embed(question, "search_query");
				return stored.reduce((best, next) =>
					dot(vector, next.vector) > dot(vector, best.vector) ? next : best,
				).id;
			}),
		);
		const right = found.filter((id, index) => id === questions[index]?.[1]);
		expect(right.length, `found ${found.join(", ")}`).toBeGreaterThanOrEqual(9);
	},
);
