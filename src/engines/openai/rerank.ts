/** Reranking, where the server has it: vLLM, llama.cpp, LiteLLM, Jina and others have the same `/rerank`. */

import type { Call } from "../../call.ts";
import { isObject, type Json } from "../../json.ts";
import type { Relevances, RerankRequest } from "../../turn/rerank.ts";
import { unreadable } from "./failures.ts";
import { readJson } from "./response.ts";
import type { ModelServer } from "./server.ts";

/**
 * Asks `/rerank`. Some servers (llama.cpp) tell logits instead of relevances from 0 to 1: those are turned into such.
 *
 * @throws UpstreamFailure
 */
export async function askRerank(
	server: ModelServer,
	model: string,
	{ query, documents }: RerankRequest,
	call: Call,
): Promise<Relevances> {
	const path = "/rerank";
	const body = { model, query, documents, top_n: documents.length };
	const response = await server.post(path, body, call.signal);
	const place = server.place(path, model);
	const { results } = await readJson(response, place, call.signal);
	const scores = readScores(results, documents.length);
	if (!scores)
		throw unreadable("it sent no relevance for each document", place);
	const areLogits = scores.some((score) => score < 0 || score > 1);
	return {
		scores: areLogits
			? scores.map((score) => 1 / (1 + Math.exp(-score)))
			: scores,
	};
}

function readScores(
	results: Json | undefined,
	count: number,
): number[] | undefined {
	const scores: number[] = new Array(count).fill(Number.NaN);
	for (const result of Array.isArray(results) ? results : []) {
		if (!isObject(result)) continue;
		const { index, relevance_score: score } = result;
		if (
			typeof index === "number" &&
			index in scores &&
			typeof score === "number"
		)
			scores[index] = score;
	}
	return scores.some(Number.isNaN) ? undefined : scores;
}
