/** One thing to embed: a text, media, or both together as one. */
export interface EmbeddingInput {
	text?: string | undefined;
	/** Images, sound and video as bytes, or where they lie when only their owner's account can read them (`s3://…`). */
	media?: (Uint8Array | string)[] | undefined;
}

/** What an embedding model is asked: as many vectors as there are inputs. */
export interface EmbeddingRequest {
	/** As received, percent-decoded: an id, an inference-profile id or an ARN. */
	modelId: string;
	inputs: EmbeddingInput[];
	/** Numbers of a vector. */
	dimensions: number;
	/** What the vectors are for, in the family's own word (`search_query`, `GENERIC_INDEX`, …). */
	purpose?: string | undefined;
}

/** The vectors, one for each input in its order. */
export interface Embeddings {
	/** Of unit length. */
	vectors: number[][];
	/** Tokens of all texts together. */
	inputTokens: number;
}
