/** What handlers, engines and faults see of one request. */

import type { TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import type {
	Clock,
	Identity,
	Mode,
	Notes,
	Random,
	WireRequest,
} from "../call.ts";
import { askEngines, firstAnswer, relay } from "../engines/chain.ts";
import type { Engine } from "../engines/engine.ts";
import { slowReply } from "../faults/latency.ts";
import { combinePlans, type FaultPlan } from "../faults/plan.ts";
import { planOf } from "../faults/play.ts";
import type { Reservation } from "../faults/quotas.ts";
import type { HttpRequest } from "../http/message.ts";
import type { Exchange } from "../journal/exchange.ts";
import { checkAccess } from "../models/access.ts";
import type { Catalog } from "../models/catalog.ts";
import { priceOf } from "../models/price.ts";
import type { WriteCall } from "../protocol/write-stream.ts";
import { seededRandom, uuid } from "../random.ts";
import type { ResolvedModel, ServiceCall } from "../services/service.ts";
import type { EmbeddingRequest, Embeddings } from "../turn/embedding.ts";
import type { ImageRequest, Images } from "../turn/image.ts";
import { metered } from "../turn/meter.ts";
import type { Relevances, RerankRequest } from "../turn/rerank.ts";
import { countTurn } from "../turn/tokens.ts";
import type { TrueAnswer } from "../turn/true-answer.ts";
import type { Reply, Turn } from "../turn/turn.ts";
import type { EmulatorState } from "./state.ts";

const noBytes = new Uint8Array();

/** One call; what costs something is made when it is first asked for. */
export class EmulatorCall implements ServiceCall, WriteCall {
	readonly id: string;
	readonly random: Random;
	service = "";
	operation = "";
	/** The request's, once it was read. */
	body: Uint8Array = noBytes;
	exchange: Exchange | undefined;
	spoilFrame: WriteCall["spoilFrame"];
	beginsEarly: WriteCall["beginsEarly"];
	/** What it suffers on purpose. */
	plan: FaultPlan | undefined;
	/** Whether the engines were asked. */
	hasAsked = false;
	readonly notes: Notes = {};
	#reservations: Reservation[] | undefined;
	readonly request: HttpRequest;
	/** Which of the emulator's calls it is, counted from 1. */
	readonly sequence: number;
	readonly #emulator: EmulatorState;
	#identity: Identity | undefined;

	constructor(emulator: EmulatorState, request: HttpRequest, sequence: number) {
		this.#emulator = emulator;
		this.request = request;
		this.sequence = sequence;
		this.random = seededRandom(
			Math.imul(emulator.config.seed, 0x9e3779b1) +
				Math.imul(sequence, 0x85ebca6b),
		);
		this.id = uuid(this.random);
	}

	get requestId(): string {
		return this.id;
	}

	onError(error: unknown): void {
		this.#emulator.report(error, this.request);
	}

	onEvent(event: unknown): void {
		this.exchange?.sent(event);
	}

	onFrames(frames: Uint8Array): void {
		this.exchange?.sentWhole(frames);
	}

	/** The call has ended, in whatever way. */
	onEnd(error: unknown, isCut = false): void {
		for (const reservation of this.#reservations ?? []) reservation.release();
		if (!this.exchange) return;
		this.exchange.end(error, isCut);
		this.#emulator.journal.add(this.exchange);
	}

	get mode(): Mode {
		return this.#emulator.mode;
	}

	get clock(): Clock {
		return this.#emulator.clock;
	}

	get signal(): AbortSignal {
		return this.request.signal;
	}

	get bodyBytes(): number {
		return this.body.byteLength;
	}

	get wire(): WireRequest {
		const { method, path, query, headers } = this.request;
		return { method, path, query, headers, body: this.body };
	}

	get identity(): Identity {
		this.#identity ??= this.#emulator.identities.of(this.request);
		return this.#identity;
	}

	get namespace(): string {
		return (
			this.request.headers["x-outcrop-namespace"] ?? this.identity.accessKeyId
		);
	}

	suffer(plan: FaultPlan): void {
		this.plan = this.plan ? combinePlans([this.plan, plan]) : plan;
	}

	ask(turn: Turn): Promise<Reply> | Reply {
		this.hasAsked = true;
		const reservation = this.#emulator.quotas.isEmpty
			? undefined
			: this.#reserveTurn(turn);
		const asked = askEngines(this.#emulator.engines, turn, this);
		return asked instanceof Promise
			? asked.then((reply) => this.#answered(turn, reply, reservation))
			: this.#answered(turn, asked, reservation);
	}

	/** Plays the fault that an engine attached to its reply, if there is one. */
	#answered(
		turn: Turn,
		reply: Reply,
		reservation?: Reservation,
	): Promise<Reply> | Reply {
		const fault = reply.extras?.fault;
		if (!fault) return this.#watched(turn, reply, reservation);
		const plan = planOf(fault, this);
		this.suffer(plan);
		const waits = plan.before?.();
		return waits
			? waits.then(() => this.#watched(turn, reply, reservation))
			: this.#watched(turn, reply, reservation);
	}

	/** A reply with what the call does to it: its usage is told, its quota and faults may slow it. */
	#watched(turn: Turn, asked: Reply, reservation?: Reservation): Reply {
		const used = (usage: TokenUsage) => {
			this.#used(turn.modelId, usage);
			reservation?.settle(usage);
		};
		const reply = metered(asked, used);
		const paced = reservation?.waits
			? slowReply(reply, this, reservation.waits)
			: reply;
		const broken = this.plan?.reply?.(paced) ?? paced;
		// What an engine attached to its reply stays attached.
		if (asked.extras && broken !== asked) broken.extras = asked.extras;
		return broken;
	}

	#used(modelId: string, usage: TokenUsage): void {
		if (!this.exchange) return;
		this.exchange.usage = usage;
		const { row, profilePrefix } = this.#emulator.resolveModel(modelId);
		this.exchange.priceUsd = row && priceOf(row, profilePrefix, usage);
	}

	/**
	 * Without `maxTokens` the model's own maximum is reserved (documented); 4096 for models whose maximum is unknown.
	 *
	 * @throws ServiceError `ThrottlingException` when a quota is used up
	 */
	#reserveTurn(turn: Turn): Reservation | undefined {
		const { facts } = this.#emulator.resolveModel(turn.modelId);
		const maxTokens =
			turn.inferenceConfig?.maxTokens ?? facts.maxOutputTokens ?? 4096;
		return this.#reserve(turn.modelId, this.countTokens(turn), maxTokens);
	}

	#reserve(
		modelId: string,
		inputTokens: number,
		maxTokens: number,
	): Reservation | undefined {
		const { quotas } = this.#emulator;
		const reservation = quotas.reserve(this, modelId, inputTokens, maxTokens);
		if (reservation) {
			this.#reservations ??= [];
			this.#reservations.push(reservation);
		}
		return reservation;
	}

	async embed(request: EmbeddingRequest): Promise<Embeddings> {
		const reservation = this.#reserve(request.modelId, 0, 0);
		const embeddings = await this.#firstAnswer(request, (engine) =>
			engine.embed?.(request, this),
		);
		const { inputTokens } = embeddings;
		reservation?.settle({
			inputTokens,
			outputTokens: 0,
			totalTokens: inputTokens,
		});
		return embeddings;
	}

	async rerank(request: RerankRequest): Promise<Relevances> {
		this.#reserve(request.modelId, 0, 0);
		return this.#firstAnswer(request, (engine) =>
			engine.rerank?.(request, this),
		);
	}

	async draw(request: ImageRequest): Promise<Images> {
		this.#reserve(request.modelId, 0, 0);
		return this.#firstAnswer(request, (engine) => engine.draw?.(request, this));
	}

	relay(modelId: string | undefined): Promise<void> | undefined {
		const { engines } = this.#emulator;
		if (!engines.some((engine) => engine.relay)) return undefined;
		this.hasAsked = true;
		return relay(engines, modelId, this);
	}

	/** A real service's answer goes to the client: its usage is told. */
	relayed(modelId: string | undefined, { usage }: TrueAnswer): void {
		// The answer's head is true as well: it goes out as soon as it is there.
		this.beginsEarly = true;
		void usage?.then((used) => {
			if (!used || modelId === undefined) return;
			this.#used(modelId, used);
			for (const reservation of this.#reservations ?? [])
				reservation.settle(used);
		});
	}

	#firstAnswer<Answer>(
		{ modelId }: { modelId: string },
		ask: (engine: Engine) => Promise<Answer | undefined> | undefined,
	): Promise<Answer> | Answer {
		this.hasAsked = true;
		return firstAnswer(this.#emulator.engines, modelId, this, ask);
	}

	model(modelId: string): ResolvedModel {
		const resolved = this.#emulator.resolveModel(modelId);
		if (this.mode === "strict") {
			const { catalog, clock, identity } = this;
			const access = { catalog, region: identity.region, now: clock.now() };
			checkAccess(modelId, resolved, resolved.row, access);
		}
		return resolved;
	}

	get catalog(): Catalog {
		return this.#emulator.catalog;
	}

	countTokens(turn: Turn): number {
		return countTurn(turn).total;
	}
}
