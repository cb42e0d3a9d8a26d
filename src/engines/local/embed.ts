import type { Call } from "../../call.ts";
import { invalid } from "../../errors.ts";
import type { EmbeddingRequest, Embeddings } from "../../turn/embedding.ts";
import type { LocalModel } from "./model.ts";

/**
 * The model's vectors, of unit length and as many numbers as were asked for. A model with fewer has zeros after them, which
 * changes no similarity; one with more is cut, which is right for models that were trained for it (Matryoshka) and an
 * approximation for others.
 *
 * @throws ServiceError `ValidationException` when there is more than text to embed
 */
export async function embed(
	local: LocalModel,
	{ inputs, dimensions }: EmbeddingRequest,
	call: Call,
): Promise<Embeddings> {
	if (inputs.some(({ media = [] }) => media.length > 0))
		throw invalid(
			"The engine local embeds text only, and this request has media. Leave it out, or have another engine answer this model.",
		);
	await local.embedders.take(call.signal);
	try {
		const context = await local.embedding();
		const vectors: number[][] = [];
		let inputTokens = 0;
		for (const { text = "" } of inputs) {
			call.signal.throwIfAborted();
			const { vector } = await context.getEmbeddingFor(text);
			vectors.push(resize(vector, dimensions));
			inputTokens += context.calculateInputLength(text);
		}
		return { vectors, inputTokens };
	} finally {
		local.embedders.giveBack(undefined);
	}
}

function resize(vector: readonly number[], dimensions: number): number[] {
	const values = vector.slice(0, dimensions);
	const length = Math.hypot(...values) || 1;
	const unit = values.map((value) => value / length);
	return [...unit, ...Array(dimensions - unit.length).fill(0)];
}
