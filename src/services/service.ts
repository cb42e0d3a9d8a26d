import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Call } from "../call.ts";
import type { Catalog, Model } from "../models/catalog.ts";
import type { ModelFacts } from "../models/facts.ts";
import type { ResolvedId } from "../models/resolve.ts";
import {
	type Description,
	type DescriptionFile,
	linkDescription,
	type Operation,
} from "../protocol/description.ts";
import { type Route, routeOf } from "../protocol/route.ts";
import type { DirectFamily } from "../providers/direct.ts";
import type { Provider } from "../providers/provider.ts";
import type { EmbeddingRequest, Embeddings } from "../turn/embedding.ts";
import type { ImageRequest, Images } from "../turn/image.ts";
import type { Relevances, RerankRequest } from "../turn/rerank.ts";
import type { Reply, Turn } from "../turn/turn.ts";

/** What a model id, profile id or ARN resolves to. */
export interface ResolvedModel extends ResolvedId {
	/** As received. */
	id: string;
	/** Who reads and writes its native bodies. */
	provider: Provider;
	/** Who answers it when it is asked no turns: embeddings, rerank, images. */
	direct: DirectFamily | undefined;
	/** What is known of the model; what is not is permitted. */
	facts: ModelFacts;
	/** The catalogue's row of the model; undefined when nothing is known of it. */
	row: Model | undefined;
}

/** A call as handlers see it: with the doors to engines and models. */
export interface ServiceCall extends Call {
	/** Asks the engines; the first that does not pass decides. */
	ask(turn: Turn): Promise<Reply> | Reply;
	embed(request: EmbeddingRequest): Promise<Embeddings>;
	rerank(request: RerankRequest): Promise<Relevances>;
	draw(request: ImageRequest): Promise<Images>;
	/**
	 * Asks the engines that hold a real service's answers: for operations that ask no model.
	 *
	 * @throws Relayed (`engines/chain.ts`) by the first that does not pass
	 */
	relay(modelId: string | undefined): Promise<void> | undefined;
	/**
	 * Resolves a model id, inference-profile id or ARN. An operation that invokes a model asks this before it looks at the
	 * rest of its input: with `--strict` it is where AWS's refusals for account, Region and date come from.
	 *
	 * @throws ServiceError with `--strict`, when AWS would refuse the model (`models/access.ts`)
	 */
	model(modelId: string): ResolvedModel;
	/** Every model there is. */
	readonly catalog: Catalog;
	/** Size of the request's body. */
	readonly bodyBytes: number;
	/** Input tokens that asking this turn would be billed for, cached ones included. */
	countTokens(turn: Turn): number;
}

/** One operation: typed input to typed output; it never sees HTTP. */
export type Handler<Input, Output> = (
	input: Input,
	call: ServiceCall,
) => Output | Promise<Output>;

/**
 * An operation of a compatibility mode that neither reads nor validates its input by the description: decoded path labels
 * and the body's bytes to an output.
 */
export type RawHandler = (
	labels: Readonly<Record<string, string>>,
	body: Uint8Array,
	call: ServiceCall,
	operation: Operation,
) => unknown;

/** A service derived from a description. */
export interface Service {
	readonly name: string;
	readonly description: Description;
	readonly route: Route;
	readonly handlers: Record<string, Handler<never, unknown>>;
	readonly flociHandlers: Record<string, RawHandler>;
}

/**
 * Declares a service: its description and the handlers of the operations that are built.
 *
 * @param file - the description, or what reads it: it is then read when the service is first asked for a route
 * @throws Error on a handler whose operation the description lacks, once it is read
 */
export function defineService(
	name: string,
	file: DescriptionFile | (() => DescriptionFile),
	handlers: Record<string, Handler<never, unknown>>,
	flociHandlers: Record<string, RawHandler> = {},
): Service {
	let linked: { description: Description; route: Route } | undefined;
	const link = () => {
		linked ??= linkService(name, typeof file === "function" ? file() : file, {
			...handlers,
			...flociHandlers,
		});
		return linked;
	};
	if (typeof file !== "function") link();
	return {
		name,
		handlers,
		flociHandlers,
		get description() {
			return link().description;
		},
		get route() {
			return link().route;
		},
	};
}

function linkService(
	name: string,
	file: DescriptionFile,
	handlers: Record<string, unknown>,
) {
	const description = linkDescription(file);
	for (const operation of Object.keys(handlers)) {
		if (!description.operations.has(operation)) {
			throw new Error(
				`${name}: a handler is given for ${operation}, which description.json lacks`,
			);
		}
	}
	return { description, route: routeOf(description) };
}

/** Reads `<service>/description.json`: beside this file in the sources, beside the bundle once it is built. */
export function readDescription(service: string): DescriptionFile {
	return JSON.parse(
		readFileSync(
			join(import.meta.dirname, service, "description.json"),
			"utf8",
		),
	) as DescriptionFile;
}
