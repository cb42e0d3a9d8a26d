import { expect, test } from "vitest";
import { directFamilyFor } from "../../src/providers/index.ts";

test.each([
	["amazon.titan-embed-text-v1", "Titan Embeddings"],
	["amazon.titan-embed-text-v2:0:8k", "Titan Embeddings"],
	["amazon.titan-embed-g1-text-02", "Titan Embeddings"],
	["amazon.titan-embed-image-v1:0", "Titan Embeddings"],
	["amazon.nova-2-multimodal-embeddings-v1:0", "Nova Multimodal Embeddings"],
	["cohere.embed-english-v3:0:512", "Cohere Embed"],
	["cohere.embed-v4:0", "Cohere Embed"],
	["twelvelabs.marengo-embed-3-0-v1:0", "TwelveLabs Marengo"],
	["cohere.rerank-v3-5:0", "Rerank"],
	["amazon.rerank-v1:0", "Rerank"],
	[
		"amazon.titan-image-generator-v2:0",
		"Titan Image Generator and Nova Canvas",
	],
	["amazon.nova-canvas-v1:0", "Titan Image Generator and Nova Canvas"],
	["stability.stable-creative-upscale-v1:0", "Stability AI"],
	["stability.stable-diffusion-xl-v1", "Stability AI"],
	["amazon.nova-reel-v1:1", "Nova Reel and Luma Ray"],
	["luma.ray-v2:0", "Nova Reel and Luma Ray"],
])("%s is asked no turns", (baseId, family) => {
	expect(directFamilyFor(baseId)?.family).toBe(family);
});

test.each([
	"amazon.titan-text-express-v1",
	"amazon.nova-lite-v1:0",
	"cohere.command-r-v1:0",
	"twelvelabs.pegasus-1-2-v1:0",
	"anthropic.claude-3-haiku-20240307-v1:0",
	"my-model",
])("%s is asked turns", (baseId) => {
	expect(directFamilyFor(baseId)).toBeUndefined();
});
