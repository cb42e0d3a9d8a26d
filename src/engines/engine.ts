import type { Call } from "../call.ts";
import type { EmbeddingRequest, Embeddings } from "../turn/embedding.ts";
import type { ImageRequest, Images } from "../turn/image.ts";
import type { Relevances, RerankRequest } from "../turn/rerank.ts";
import type { TrueAnswer } from "../turn/true-answer.ts";
import type { Reply, Turn } from "../turn/turn.ts";

/** In place of a reply: one other engine is to answer, and no other, whatever models it is for. */
export class SentTo {
	readonly engine: string;
	constructor(engine: string) {
		this.engine = engine;
	}
}

/** Decides an answer, or returns undefined so that the next engine of the chain is asked; a door that is missing passes. */
export interface Engine {
	readonly name: string;
	/** Whether it is asked for a model, whose identifier is as the client gave it; absent: for every one. */
	serves?(modelId: string): boolean;
	/**
	 * Whether it never passes, so that engines behind it are not asked; absent: it may pass.
	 *
	 * @param modelId - one that it serves; undefined for operations that name no model
	 */
	isLast?(modelId: string | undefined): boolean;
	/**
	 * Answers an operation, whatever it is, by what a real service answered to it (`call.wire`). An engine that has this door
	 * is asked by no other; it is also asked when Outcrop's own rules refuse the request, for the real service is the judge.
	 *
	 * @param modelId - as received; undefined for operations that name no model
	 */
	relay?(
		modelId: string | undefined,
		call: Call,
	): Promise<TrueAnswer | undefined>;
	reply(
		turn: Turn,
		call: Call,
	): Promise<Reply | SentTo | undefined> | Reply | SentTo | undefined;
	/**
	 * Called once before the emulator listens.
	 *
	 * @throws ConfigError when what the user configured cannot work
	 */
	start?(): Promise<void>;
	/** Lets go of what `start` opened. */
	stop?(): void | Promise<void>;
	/** Forgets what requests and tests have left behind: of one namespace, or of all. */
	reset?(namespace?: string): void;
	embed?(
		request: EmbeddingRequest,
		call: Call,
	): Promise<Embeddings | undefined>;
	rerank?(request: RerankRequest, call: Call): Promise<Relevances | undefined>;
	draw?(request: ImageRequest, call: Call): Promise<Images | undefined>;
}
