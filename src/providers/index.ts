import { resolveModelId } from "../models/resolve.ts";
import { ai21Jamba } from "./ai21-jamba.ts";
import { ai21Jurassic } from "./ai21-jurassic.ts";
import { amazonNova } from "./amazon-nova.ts";
import { titanText } from "./amazon-titan-text.ts";
import { anthropic } from "./anthropic.ts";
import { anthropicText } from "./anthropic-text.ts";
import { cohereCommand } from "./cohere-command.ts";
import { cohereCommandR } from "./cohere-command-r.ts";
import { deepseekR1 } from "./deepseek-r1.ts";
import type { DirectFamily } from "./direct.ts";
import { generic } from "./generic.ts";
import { imported } from "./imported.ts";
import { meta } from "./meta.ts";
import { mistral } from "./mistral.ts";
import { mistralChat } from "./mistral-chat.ts";
import { openaiChat } from "./openai-chat.ts";
import type { Provider } from "./provider.ts";
import { twelvelabsPegasus } from "./twelvelabs-pegasus.ts";
import { writer } from "./writer.ts";

/** Every family; the first whose `models` match speaks. `generic` takes what is left, so it stays last. */
export const providers: readonly Provider[] = [
	anthropicText,
	anthropic,
	amazonNova,
	titanText,
	meta,
	mistral,
	mistralChat,
	...openaiChat,
	deepseekR1,
	cohereCommandR,
	cohereCommand,
	ai21Jamba,
	ai21Jurassic,
	writer,
	twelvelabsPegasus,
	imported,
	generic,
];

/** Every family that is asked no turns. Models that are in no row here speak one of the above. */
export const directFamilies: readonly DirectFamily[] = [
	{
		name: "Amazon",
		family: "Titan Embeddings",
		speaks: ["embeddings"],
		models: /^amazon\.titan-embed-/,
		load: async () => (await import("./titan-embeddings.ts")).titanEmbeddings,
	},
	{
		name: "Amazon",
		family: "Nova Multimodal Embeddings",
		speaks: ["embeddings"],
		models: /^amazon\.nova-.*embeddings/,
		load: async () => (await import("./nova-embeddings.ts")).novaEmbeddings,
	},
	{
		name: "Cohere",
		family: "Cohere Embed",
		speaks: ["embeddings"],
		models: /^cohere\.embed-/,
		load: async () => (await import("./cohere-embed.ts")).cohereEmbed,
	},
	{
		name: "TwelveLabs",
		family: "TwelveLabs Marengo",
		speaks: ["embeddings"],
		models: /^twelvelabs\.marengo-/,
		load: async () => (await import("./marengo.ts")).marengo,
	},
	{
		name: "Cohere",
		family: "Rerank",
		speaks: ["rerank"],
		models: /^(?:cohere|amazon)\.rerank-/,
		load: async () => (await import("./cohere-rerank.ts")).rerank,
	},
	{
		name: "Amazon",
		family: "Titan Image Generator and Nova Canvas",
		speaks: ["pictures"],
		models: /^amazon\.(?:titan-image-generator|nova-canvas)-/,
		load: async () => (await import("./titan-image.ts")).titanImage,
	},
	{
		name: "Stability AI",
		family: "Stability AI",
		speaks: ["pictures"],
		models: /^stability\./,
		load: async () => (await import("./stability.ts")).stability,
	},
	{
		name: "Amazon, Luma AI",
		family: "Nova Reel and Luma Ray",
		speaks: [],
		models: /^(?:amazon\.nova-reel|luma\.ray)-/,
		load: async () => (await import("./video.ts")).video,
	},
];

/**
 * Who answers a model that is asked no turns: embeddings, rerank, images, video; undefined for all others.
 *
 * @param baseId - the bare model id
 */
export function directFamilyFor(baseId: string): DirectFamily | undefined {
	return directFamilies.find((family) => family.models.test(baseId));
}

/**
 * Who reads and writes the native bodies of a model. Callers that ask for every request remember the answer themselves.
 *
 * @param modelId - an id, inference-profile id or ARN, as received and percent-decoded
 */
export function providerFor(modelId: string): Provider {
	const { baseId, kind } = resolveModelId(modelId);
	const byKind = providers.find(({ kinds }) => kinds?.includes(kind));
	if (byKind) return byKind;
	return providers.find(({ models }) => models.test(baseId)) ?? generic;
}
