import type { Model } from "../models/catalog.ts";
import type { ModelFacts } from "../models/facts.ts";
import {
	readClaude,
	refusesPrefill,
	takesSystemMessages,
} from "../providers/anthropic/claude.ts";

/**
 * What a model accepts, as far as it is known. The catalogue's rows know more than is safe to refuse by: what AWS might
 * accept stays undefined, and what is undefined is permitted.
 *
 * @param baseId - the bare model id
 * @param model - its row; without one only the family is known
 */
export function modelFacts(
	baseId: string,
	model: Model | undefined,
): ModelFacts {
	const family = familyOf(baseId);
	return {
		family,
		...byFamily(family, baseId),
		...(model && byRow(family, model)),
	};
}

/** `anthropic`, `meta`, … is the vendor of the id; Amazon's own are told apart. */
function familyOf(baseId: string): string | undefined {
	const [, vendor, rest = ""] = /^([a-z0-9-]+)\.(.*)$/.exec(baseId) ?? [];
	if (vendor !== "amazon") return vendor;
	if (rest.startsWith("nova")) return "amazon-nova";
	return rest.startsWith("titan") ? "amazon-titan" : vendor;
}

/**
 * Source: a leading assistant message for Anthropic and Qwen, `status` for Writer and no other, tool blocks that stand alone
 * for Llama and Mistral (observed, pydantic-ai 2026-07); the last turn for Llama and Titan (observed, live logs);
 * `outputConfig` for Nova, Llama and Pixtral (observed, live logs 2026), Command R and Mistral Large 2402 (observed:
 * langchain4j's integration tests wait for a refusal); Claude's see `providers/anthropic/claude.ts`.
 */
function byFamily(family: string | undefined, baseId: string): ModelFacts {
	switch (family) {
		case "anthropic": {
			const claude = readClaude(baseId);
			return {
				leadingAssistant: true,
				prefill: !refusesPrefill(claude),
				systemMessages: takesSystemMessages(claude),
			};
		}
		case "qwen":
			return { leadingAssistant: true };
		case "meta":
			return {
				mixedToolContent: false,
				prefill: false,
				streamingTools: false,
				outputConfig: false,
			};
		case "mistral":
			return {
				mixedToolContent: false,
				...(/pixtral|mistral-large-2402/.test(baseId) && {
					outputConfig: false,
				}),
			};
		case "amazon-nova":
			return { outputConfig: false };
		case "amazon-titan":
			return { prefill: false };
		case "writer":
			return { toolResultStatus: false };
		case "cohere":
			return { outputConfig: false };
		default:
			return {};
	}
}

/**
 * A configured row is believed. Of AWS's: a row of which only the id is established says nothing; of the rest a "no" to
 * tools, system prompts, images and video counts; to documents and caching only where AWS's own listing said it.
 */
function byRow(family: string | undefined, model: Model): ModelFacts {
	const { confidence, converseMaxTokens, contextWindow } = model;
	const own = confidence === "configured";
	if (confidence === "id-only") return {};
	const listed = own || converseMaxTokens !== undefined;
	const speech = model.inputModalities?.some(
		(modality) => modality === "SPEECH" || modality === "AUDIO",
	);
	return {
		provider: model.providerName,
		system: noOr(model.systemPrompts),
		// What Gemma takes is told one way by one row and the other way by the next.
		tools: family === "google" && !own ? undefined : noOr(model.toolUse),
		streamingTools: own
			? model.streamingToolUse
			: streamingTools(family, model),
		images: noOr(model.imageInput),
		video: noOr(model.videoInput),
		audio: model.inputModalities && !speech ? false : undefined,
		documents: listed ? noOr(model.documentInput) : undefined,
		promptCaching:
			own || confidence === "captured" ? noOr(model.promptCaching) : undefined,
		maxOutputTokens: outputLimit(family, model),
		contextWindow:
			contextWindow &&
			Math.max(roundedUp(family, contextWindow), converseMaxTokens ?? 0),
	};
}

/** "No" is a fact; "yes" changes nothing. */
function noOr(accepts: boolean | undefined): false | undefined {
	return accepts === false ? false : undefined;
}

/** Source: "This model doesn't support tool use in streaming mode." on these (observed, live logs). The catalogue's own
 * "no" is what a client library assumes. */
function streamingTools(
	family: string | undefined,
	{ modelId }: Model,
): false | undefined {
	if (family === "meta") return false;
	return modelId.startsWith("ai21.jamba") ||
		modelId === "mistral.mistral-large-2402-v1:0"
		? false
		: undefined;
}

/**
 * Converse's own maximum where the service told it. Else the published figure, but not where it is the context window
 * (then none is published), nor for Titan, Claude 3.7 and DeepSeek R1, whose figures are below what AWS documents (8192,
 * 64000, 32768).
 */
function outputLimit(
	family: string | undefined,
	model: Model,
): number | undefined {
	const {
		modelId,
		confidence,
		contextWindow,
		maxOutputTokens: limit,
		converseMaxTokens,
	} = model;
	if (confidence !== "configured") {
		if (converseMaxTokens !== undefined) return converseMaxTokens;
		if (
			limit === contextWindow ||
			family === "amazon-titan" ||
			modelId.includes("claude-3-7") ||
			modelId.startsWith("deepseek.r1")
		)
			return undefined;
	}
	return limit;
}

/** Llama's windows are published in rounded thousands: its own refusal says 131072 (observed). */
function roundedUp(family: string | undefined, contextWindow: number): number {
	return family === "meta"
		? (binary.get(contextWindow) ?? contextWindow)
		: contextWindow;
}

const binary = new Map([
	[4_000, 4096],
	[8_000, 8192],
	[128_000, 131_072],
	[1_000_000, 1_048_576],
	[10_000_000, 10_485_760],
]);
