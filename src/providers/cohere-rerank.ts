import { invalid } from "../errors.ts";
import { isObject, type Json } from "../json.ts";
import type { DirectProvider } from "./direct.ts";
import { type BodySchema, checkBody } from "./schema.ts";

/** Source: members documented; 1,000 documents and a query of 9,000 characters at most (documented for the Rerank API). */
const schema: BodySchema = {
	type: "object",
	properties: {
		query: { type: "string", minLength: 1, maxLength: 9000 },
		documents: { type: "array", minItems: 1, maxItems: 1000 },
		top_n: { type: "integer", minimum: 1 },
		max_tokens_per_doc: { type: "integer", minimum: 1 },
		api_version: { type: "integer", minimum: 2 },
	},
	required: ["query", "documents"],
};

/** Cohere needs its version (documented: `api_version` must be 2 or more), Amazon has none. */
const cohereSchema: BodySchema = {
	...schema,
	required: ["query", "documents", "api_version"],
	closed: true,
};

/** Cohere Rerank 3.5 and Amazon Rerank 1.0: the most relevant first. */
export const rerank: DirectProvider = {
	async answer(body, modelId, baseId, call) {
		checkBody(body, baseId.startsWith("cohere.") ? cohereSchema : schema);
		const documents = Array.isArray(body.documents)
			? body.documents.map(readDocument)
			: [];
		const { scores } = await call.rerank({
			modelId,
			query: String(body.query),
			documents,
		});
		const top = typeof body.top_n === "number" ? body.top_n : documents.length;
		const results = scores
			.map((score, index) => ({ index, relevance_score: score }))
			.sort(
				(one, other) =>
					other.relevance_score - one.relevance_score ||
					one.index - other.index,
			)
			.slice(0, top);
		return { body: { results } };
	},
};

/** A text, an object with a `text`, or any other object as its JSON (documented by Cohere as YAML of its fields). */
function readDocument(document: Json): string {
	if (typeof document === "string") return document;
	if (!isObject(document)) throw invalid("documents must be texts or objects.");
	return typeof document.text === "string"
		? document.text
		: JSON.stringify(document);
}
