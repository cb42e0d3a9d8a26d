import type { TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import type { Call } from "../call.ts";
import type { JsonObject } from "../json.ts";
import { randomText } from "../random.ts";
import { cutDraft, type Said, type SaidBlock, type TextTokens } from "./cut.ts";
import type { Draft, Pace } from "./draft.ts";
import {
	cacheOwner,
	type PromptCache,
	type TurnTokens,
} from "./prompt-cache.ts";
import { selectResponseFields } from "./response-fields.ts";
import type { Reply, ReplyEvent, Turn, WholeReply } from "./turn.ts";
import { type Sheet, writeBlock, writeEvents } from "./write-said.ts";

/** A reply that knows from its start what it will use. */
export interface CountedReply extends Reply {
	readonly usage: TokenUsage;
}

/** A reply without waits: it can be had as a list or as a whole, without a promise for each event. */
export interface InstantReply extends CountedReply {
	/** What iterating would give. */
	events(): ReplyEvent[];
	/** What collecting the events would give. */
	whole(): WholeReply;
}

/** The token counts that playing needs; `src/turn/tokens.ts` as a whole will do. */
export interface TokenCounter extends TextTokens {
	countTurn(turn: Turn): TurnTokens;
}

export interface PlayOptions {
	/** For drafts that have no pace of their own. */
	pace: Pace;
	cache: PromptCache;
	tokens: TokenCounter;
}

/**
 * Makes a reply of a draft: cuts it to the turn's limits, counts and charges its tokens, and says it in ConverseStream's
 * events at the draft's pace. Everything but time is decided at once, so what the request gets wrong is thrown before a
 * stream begins. Without waits the reply is an `InstantReply`.
 *
 * @throws ServiceError `ValidationException` on a malformed `additionalModelResponseFieldPaths`
 */
export function play(
	draft: Draft,
	turn: Turn,
	call: Call,
	options: PlayOptions,
): Reply {
	const startedMs = call.clock.now();
	const said = cutDraft(draft, turn, options.tokens);
	const played = new Played(said, draft, turn, call, options, startedMs);
	const pace = draft.pace ?? options.pace;
	if (pace.firstTokenMs > 0 || pace.tokensPerSecond > 0)
		return Object.assign(playPaced(played, pace, call), {
			usage: played.usage,
		});
	return played;
}

/** Says the events when their tokens are due. Delays count from the reply's start, so that late timers do not add up. */
async function* playPaced(played: Played, pace: Pace, call: Call): Reply {
	const { clock, random, signal } = call;
	const stretch = () => 1 + pace.jitter * (2 * random.next() - 1);
	const perTokenMs = pace.tokensPerSecond > 0 ? 1000 / pace.tokensPerSecond : 0;
	let dueMs = played.startedMs + pace.firstTokenMs * stretch();
	let first = true;
	const sheet = played.sheet();
	for (const [index, event] of sheet.events.entries()) {
		const tokens = sheet.tokens[index] ?? 0;
		// The first token is what `firstTokenMs` waited for.
		if (tokens > 0 && !first) dueMs += tokens * perTokenMs * stretch();
		if (tokens > 0) first = false;
		const waitMs = dueMs - clock.now();
		if (waitMs > 0) await clock.sleep(waitMs, signal);
		signal.throwIfAborted();
		yield event;
	}
	yield played.metadata();
}

class Played implements InstantReply {
	readonly startedMs: number;
	readonly #said: Said;
	readonly #turn: Turn;
	readonly #call: Call;
	readonly #tokens: TokenCounter;
	readonly usage: TokenUsage;
	readonly #fields: JsonObject | undefined;

	constructor(
		said: Said,
		draft: Draft,
		turn: Turn,
		call: Call,
		options: PlayOptions,
		startedMs: number,
	) {
		this.startedMs = startedMs;
		this.#said = said;
		this.#turn = turn;
		this.#call = call;
		this.#tokens = options.tokens;
		const claude = turn.modelId.includes("anthropic.");
		const streaming = call.operation.endsWith("Stream");
		const paths = turn.additionalModelResponseFieldPaths;
		const asked = paths?.length
			? selectResponseFields(paths, said, claude, streaming)
			: undefined;
		const authored = draft.additionalModelResponseFields;
		this.#fields =
			authored && asked ? { ...asked, ...authored } : (authored ?? asked);
		this.usage = countUsage(
			said.outputTokens,
			draft,
			turn,
			call,
			options,
			streaming,
		);
		nameBlocks(said.blocks, call, claude);
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<ReplyEvent> {
		for (const event of this.events()) {
			this.#call.signal.throwIfAborted();
			yield event;
		}
	}

	events(): ReplyEvent[] {
		const { events } = this.sheet();
		events.push(this.metadata());
		return events;
	}

	whole(): WholeReply {
		const { performanceConfig, serviceTier } = this.#turn;
		const whole: WholeReply = {
			content: this.#said.blocks.map(writeBlock),
			stopReason: this.#said.stopReason,
			usage: this.usage,
			latencyMs: this.#latencyMs(),
		};
		if (this.#fields) whole.additionalModelResponseFields = this.#fields;
		if (performanceConfig) whole.performanceConfig = performanceConfig;
		if (serviceTier) whole.serviceTier = serviceTier;
		return whole;
	}

	/** The events up to messageStop. */
	sheet(): Sheet {
		const { blocks, stopReason } = this.#said;
		const sheet: Sheet = {
			events: [{ messageStart: { role: "assistant" } }],
			tokens: [0],
		};
		for (const [index, block] of blocks.entries())
			writeEvents(block, index, sheet, this.#turn.modelId, this.#tokens);
		const fields = this.#fields && {
			additionalModelResponseFields: this.#fields,
		};
		sheet.events.push({ messageStop: { stopReason, ...fields } });
		return sheet;
	}

	metadata(): ReplyEvent {
		const { performanceConfig, serviceTier } = this.#turn;
		return {
			metadata: {
				usage: this.usage,
				metrics: { latencyMs: this.#latencyMs() },
				...(performanceConfig && { performanceConfig }),
				...(serviceTier && { serviceTier }),
			},
		};
	}

	/** At least 1: no real call takes no time, and clients divide by it. */
	#latencyMs(): number {
		return Math.max(1, Math.round(this.#call.clock.now() - this.startedMs));
	}
}

/** Gives tool calls their ids and Claude's reasoning its signature, once: the events and the whole must agree. */
function nameBlocks(blocks: SaidBlock[], call: Call, claude: boolean): void {
	for (const block of blocks) {
		if (block.kind === "toolUse") block.toolUseId ??= toolUseId(call);
		if (block.kind !== "reasoning") continue;
		if (!block.whole) block.signature = undefined;
		else if (claude) block.signature ??= `Er${randomText(call.random, 254)}`;
	}
}

/** `tooluse_` and 22 base64url characters (observed, all families). */
function toolUseId(call: Call): string {
	return `tooluse_${randomText(call.random, 22, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")}`;
}

/**
 * Usage has the cache counters when the request has cache points, and in Claude's whole replies always (observed 2026 on
 * Claude 4.5 and Nova Lite). `inputTokens` leaves out what was read or written, `totalTokens` has all.
 */
function countUsage(
	outputTokens: number,
	draft: Draft,
	turn: Turn,
	call: Call,
	{ cache, tokens }: PlayOptions,
	streaming: boolean,
): TokenUsage {
	const counted = tokens.countTurn(turn);
	const caching = counted.checkpoints.length > 0;
	const counters =
		caching || (!streaming && turn.modelId.includes("anthropic."));
	const charge = cache.charge(
		counted,
		turn.modelId,
		caching ? ownerOf(call) : "",
		caching ? call.clock.now() : 0,
	);
	const { inputTokens, cacheDetails } = charge;
	const usage: TokenUsage = { inputTokens, outputTokens, totalTokens: 0 };
	if (counters) {
		usage.cacheReadInputTokens = charge.cacheReadInputTokens;
		usage.cacheWriteInputTokens = charge.cacheWriteInputTokens;
		if (cacheDetails) usage.cacheDetails = cacheDetails;
	}
	if (draft.usage) Object.assign(usage, draft.usage);
	usage.totalTokens = draft.usage?.totalTokens ?? sumTokens(usage);
	return usage;
}

/** Namespaces first: each forgets its own. */
function ownerOf({ namespace, identity }: Call): string {
	return `${cacheOwner(namespace)}${identity.accountId} ${identity.region}`;
}

function sumTokens(usage: TokenUsage): number {
	const {
		inputTokens = 0,
		outputTokens = 0,
		cacheReadInputTokens = 0,
		cacheWriteInputTokens = 0,
	} = usage;
	return (
		inputTokens + outputTokens + cacheReadInputTokens + cacheWriteInputTokens
	);
}
