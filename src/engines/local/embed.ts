import type { Call } from "../../call.ts";
import { invalid } from "../../errors.ts";
import type { EmbeddingRequest, Embeddings } from "../../turn/embedding.ts";
import type { LocalModel } from "./model.ts";

/**
 * The model's vectors, of unit length. They have as many numbers as the model gives them; the journal says when that is not
 * what was asked for.
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
			vectors.push(unit(vector));
			inputTokens += context.calculateInputLength(text);
		}
		if (vectors.some((vector) => vector.length !== dimensions))
			call.notes.ignored = [...(call.notes.ignored ?? []), "dimensions"];
		return { vectors, inputTokens };
	} finally {
		local.embedders.giveBack(undefined);
	}
}

function unit(vector: readonly number[]): number[] {
	const length = Math.hypot(...vector) || 1;
	return vector.map((value) => value / length);
}
