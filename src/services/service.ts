import type { Call } from "../call.ts";
import type { ModelFacts } from "../models/facts.ts";
import type { ResolvedId } from "../models/resolve.ts";
import {
	type Description,
	type DescriptionFile,
	linkDescription,
} from "../protocol/description.ts";
import { type Route, routeOf } from "../protocol/route.ts";
import type { Provider } from "../providers/provider.ts";
import type { Reply, Turn } from "../turn/turn.ts";

/** What a model id, profile id or ARN resolves to. */
export interface ResolvedModel extends ResolvedId {
	/** As received. */
	id: string;
	/** Who reads and writes its native bodies. */
	provider: Provider;
	/** What is known of the model; what is not is permitted. */
	facts: ModelFacts;
}

/** A call as handlers see it: with the doors to engines and models. */
export interface ServiceCall extends Call {
	/** Asks the engines; the first that does not pass decides. */
	ask(turn: Turn): Promise<Reply>;
	/** Resolves a model id, inference-profile id or ARN. */
	model(modelId: string): ResolvedModel;
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
	labels: Record<string, string>,
	body: Uint8Array,
	call: ServiceCall,
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
 * @throws Error on a handler whose operation the description lacks
 */
export function defineService(
	name: string,
	file: DescriptionFile,
	handlers: Record<string, Handler<never, unknown>>,
	flociHandlers: Record<string, RawHandler> = {},
): Service {
	const description = linkDescription(file);
	for (const operation of [
		...Object.keys(handlers),
		...Object.keys(flociHandlers),
	]) {
		if (!description.operations.has(operation)) {
			throw new Error(
				`${name}: a handler is given for ${operation}, which description.json lacks`,
			);
		}
	}
	return {
		name,
		description,
		route: routeOf(description),
		handlers,
		flociHandlers,
	};
}
