/** Embeddings, where the server has them. */

import type { Call } from "../../call.ts";
import { invalid } from "../../errors.ts";
import { isObject, type Json } from "../../json.ts";
import type { EmbeddingRequest, Embeddings } from "../../turn/embedding.ts";
import { countText } from "../../turn/tokens.ts";
import { sendAdapted } from "./adapt.ts";
import { unreadable } from "./failures.ts";
import { readJson } from "./response.ts";
import type { ModelServer } from "./server.ts";

/**
 * Asks `/embeddings`. Vectors have the length that the server's model gives them: one that cannot be cut to the dimensions
 * that were asked for is handed on whole, and the journal says so.
 *
 * @throws UpstreamFailure; ServiceError `ValidationException` for images, sound and video, which it has no place for
 */
export async function askEmbeddings(
	server: ModelServer,
	model: string,
	{ modelId, inputs, dimensions }: EmbeddingRequest,
	call: Call,
): Promise<Embeddings> {
	const input = inputs.map(({ text, media }) => {
		if (text !== undefined && !media) return text;
		throw invalid(
			"The engine openai can have texts embedded only. Leave the media out, or name another engine for this model.",
		);
	});
	const path = "/embeddings";
	const body = { model, input, dimensions };
	const response = await sendAdapted(server, path, body, call);
	const place = server.place(path, model);
	const { data, usage } = await readJson(response, place, call.signal);
	const vectors = readVectors(data, input.length);
	if (!vectors)
		throw unreadable(`it sent no vector for each of ${input.length}`, place);
	if (vectors.some((vector) => vector.length !== dimensions))
		call.notes.ignored = [...(call.notes.ignored ?? []), "dimensions"];
	const told = isObject(usage) ? usage.prompt_tokens : undefined;
	const inputTokens =
		typeof told === "number"
			? told
			: input.reduce((sum, text) => sum + countText(text, modelId), 0);
	return { vectors: vectors.map(unit), inputTokens };
}

/** In the order of the inputs, which servers number. */
function readVectors(
	data: Json | undefined,
	count: number,
): number[][] | undefined {
	if (!Array.isArray(data) || data.length !== count) return undefined;
	const vectors: number[][] = [];
	for (const [at, item] of data.entries()) {
		const { embedding, index } = isObject(item) ? item : {};
		const numbers = Array.isArray(embedding) ? embedding.filter(isNumber) : [];
		if (numbers.length === 0) return undefined;
		vectors[typeof index === "number" ? index : at] = numbers;
	}
	return vectors.filter(Boolean).length === count ? vectors : undefined;
}

function isNumber(value: Json): value is number {
	return typeof value === "number";
}

function unit(vector: number[]): number[] {
	const length = Math.hypot(...vector);
	return length === 0 ? vector : vector.map((value) => value / length);
}
