/** Families whose models are asked no turn: embeddings, rerank, images. */
import type { Json, JsonObject } from "../json.ts";
import type { EmbeddingRequest, Embeddings } from "../turn/embedding.ts";
import type { ImageRequest, Images } from "../turn/image.ts";
import type { Relevances, RerankRequest } from "../turn/rerank.ts";
import type { Ability } from "./provider.ts";

/** A native answer. */
export interface DirectAnswer {
	body: JsonObject;
	/** For the header that says so; families without texts to count, and rerank, send none (observed). */
	inputTokenCount?: number | undefined;
}

/** The doors and the chance that native bodies need. */
export interface DirectCall {
	uuid(): string;
	/** A number in [0, 1), the same for the same seed of the emulator and the same request before it. */
	chance(): number;
	embed(request: EmbeddingRequest): Promise<Embeddings>;
	rerank(request: RerankRequest): Promise<Relevances>;
	draw(request: ImageRequest): Promise<Images>;
}

/** Reads one native body and writes the answer. */
export interface DirectProvider {
	/**
	 * @param baseId - the bare model id, by which models of one family differ
	 * @throws ServiceError `ValidationException` with the family's own text when the body breaks the family's rules
	 */
	answer(
		body: Json,
		modelId: string,
		baseId: string,
		call: DirectCall,
	): Promise<DirectAnswer>;
}

/** The entry of a family in the list: all that is known of it before a request for it comes. */
export interface DirectFamily {
	/** AWS's `providerName`. */
	readonly name: string;
	/** The family within it, as docs name it. */
	readonly family: string;
	/** What its native bodies can say; nothing for models that InvokeModel does not serve. */
	readonly speaks: readonly Ability[];
	/** Which models speak it: matched against the bare model id. Neither global nor sticky. */
	readonly models: RegExp;
	/** Loads its code; a server that is never asked for it starts without. */
	load(): Promise<DirectProvider>;
}
