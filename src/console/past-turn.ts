import type { Call, Clock, Identity, Mode, WireRequest } from "../call.ts";
import type { Exchange } from "../journal/exchange.ts";
import type { Catalog } from "../models/catalog.ts";
import { seededRandom } from "../random.ts";
import type {
	ResolvedModel,
	Service,
	ServiceCall,
} from "../services/service.ts";
import { countTurn } from "../turn/tokens.ts";
import type { Turn } from "../turn/turn.ts";

/** What making a turn again takes of an emulator. */
export interface PastWorld {
	readonly services: readonly Service[];
	readonly mode: Mode;
	readonly clock: Clock;
	readonly catalog: Catalog;
	readonly resolveModel: (modelId: string) => ResolvedModel;
}

/** A turn that was asked, and the call that asked it. */
export interface PastTurn {
	turn: Turn;
	call: Call;
}

/**
 * The turn that an exchange asked, read again from what travelled by the operation's own handler, whose doors lead nowhere:
 * no engine is asked, and nothing is counted, reserved or noted.
 *
 * @returns undefined when it asked none: another kind of operation, or refused before it came to that
 */
export async function readPastTurn(
	exchange: Exchange,
	world: PastWorld,
): Promise<PastTurn | undefined> {
	// Those that invoke a model name it in their path; others may change what the emulator keeps.
	if (exchange.modelId === undefined) return undefined;
	const handler = world.services.find(({ name }) => name === exchange.service)
		?.handlers[exchange.operation];
	const { input } = exchange;
	if (!handler || !input) return undefined;
	const call = new PastCall(exchange, world);
	try {
		// Handlers take the input of their own operation, which is what the exchange read.
		await handler(input as never, call);
	} catch {
		// The door to the engines threw, or the request is refused as it was then.
	}
	return call.turn && { turn: call.turn, call };
}

/** A call that only finds out what would be asked. */
class PastCall implements ServiceCall {
	readonly id: string;
	readonly service: string;
	readonly operation: string;
	readonly identity: Identity;
	readonly namespace: string;
	readonly mode: Mode;
	readonly clock: Clock;
	readonly catalog: Catalog;
	readonly random = seededRandom(1);
	readonly signal = new AbortController().signal;
	readonly notes = {};
	readonly wire: WireRequest;
	readonly model: (modelId: string) => ResolvedModel;
	/** What the engines would have been asked. */
	turn: Turn | undefined;

	constructor(exchange: Exchange, world: PastWorld) {
		this.id = exchange.id;
		this.service = exchange.service;
		this.operation = exchange.operation;
		this.identity = exchange.identity;
		this.namespace = exchange.namespace;
		this.mode = world.mode;
		this.clock = world.clock;
		this.catalog = world.catalog;
		this.model = world.resolveModel;
		const { method, path, requestHeaders, requestBody } = exchange;
		this.wire = {
			method,
			path,
			query: "",
			headers: requestHeaders,
			body: requestBody ?? new Uint8Array(),
		};
	}

	get bodyBytes(): number {
		return this.wire.body.byteLength;
	}

	ask(turn: Turn): never {
		this.turn = turn;
		return leadNowhere();
	}

	suffer(): void {}
	relay(): undefined {}
	embed = leadNowhere;
	rerank = leadNowhere;
	draw = leadNowhere;

	countTokens(turn: Turn): number {
		return countTurn(turn).total;
	}
}

function leadNowhere(): never {
	throw new Error("A past call asks nobody.");
}
