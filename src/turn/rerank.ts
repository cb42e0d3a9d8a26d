/** What a reranking model is asked: how well each document answers the query. */
export interface RerankRequest {
	/** As received, percent-decoded: an id, an inference-profile id or an ARN. */
	modelId: string;
	query: string;
	documents: string[];
}

/** The relevance of each document, 0 to 1, in the order of the documents. */
export interface Relevances {
	scores: number[];
}
