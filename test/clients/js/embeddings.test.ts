import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import { BedrockEmbeddings } from "@langchain/aws";
import { cosineSimilarity, embed, embedMany, generateImage } from "ai";
import { expect, test } from "vitest";
import { startScripted } from "./scripted.ts";

const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const values = ["a granite cliff", "cliffs of granite", "monthly invoices"];

async function start() {
	const outcrop = await startScripted();
	const bedrock = createAmazonBedrock({
		baseURL: outcrop.url,
		region: "us-east-1",
		...credentials,
	});
	return {
		url: outcrop.url,
		bedrock,
		[Symbol.asyncDispose]: () => outcrop[Symbol.asyncDispose](),
	};
}

test.each([
	["amazon.titan-embed-text-v1", 1536],
	["amazon.titan-embed-text-v2:0", 1024],
	["amazon.nova-2-multimodal-embeddings-v1:0", 1024],
	["cohere.embed-english-v3", 1024],
	["us.cohere.embed-v4:0", 1536],
])(
	"the AI SDK reads the embedding of %s and its tokens",
	async (modelId, dimensions) => {
		await using running = await start();
		const result = await embed({
			model: running.bedrock.embedding(modelId),
			value: "a granite cliff",
		});
		expect(result.embedding).toHaveLength(dimensions);
		expect(result.usage.tokens).toBeGreaterThan(0);
	},
);

test.each(["amazon.titan-embed-text-v2:0", "cohere.embed-multilingual-v3"])(
	"the AI SDK embeds many with %s, and what shares words is closer",
	async (modelId) => {
		await using running = await start();
		const { embeddings } = await embedMany({
			model: running.bedrock.embedding(modelId),
			values,
		});
		const [one = [], near = [], far = []] = embeddings;
		expect(embeddings).toHaveLength(3);
		expect(cosineSimilarity(one, near)).toBeGreaterThan(
			cosineSimilarity(one, far) + 0.3,
		);
	},
);

test("the AI SDK passes dimensions on", async () => {
	await using running = await start();
	const { embedding } = await embed({
		model: running.bedrock.embedding("amazon.titan-embed-text-v2:0"),
		value: "hi",
		providerOptions: { bedrock: { dimensions: 256, normalize: true } },
	});
	expect(embedding).toHaveLength(256);
});

test("the AI SDK reads images of Nova Canvas", async () => {
	await using running = await start();
	const { images } = await generateImage({
		model: running.bedrock.image("amazon.nova-canvas-v1:0"),
		prompt: "a granite cliff",
		size: "320x320",
		n: 2,
		seed: 7,
	});
	expect(images).toHaveLength(2);
	expect(images[0]?.mediaType).toBe("image/png");
});

test("LangChain reads the embeddings of Titan", async () => {
	await using running = await start();
	const model = new BedrockEmbeddings({
		model: "amazon.titan-embed-text-v2:0",
		region: "us-east-1",
		credentials,
		clientOptions: { endpoint: running.url },
		dimensions: 512,
	});
	const vectors = await model.embedDocuments(values);
	expect(vectors.map((vector) => vector.length)).toEqual([512, 512, 512]);
	expect(await model.embedQuery("a granite cliff")).toEqual(vectors[0]);
	model.client.destroy();
});
