import type {
	ContentBlock,
	ContentBlockDelta,
	ContentBlockStart,
	TokenUsage,
} from "@aws-sdk/client-bedrock-runtime";
import type { Call } from "../call.ts";
import { randomText } from "../random.ts";
import { readToolInput } from "./collect.ts";
import { cutDraft, type Said, type SaidBlock, type TextTokens } from "./cut.ts";
import type { Draft, Pace } from "./draft.ts";
import type { PromptCache, TurnTokens } from "./prompt-cache.ts";
import { selectResponseFields } from "./response-fields.ts";
import type {
	JsonObject,
	Reply,
	ReplyEvent,
	Turn,
	WholeReply,
} from "./turn.ts";

/** A reply without waits: it can be had as a list or as a whole, without a promise for each event. */
export interface InstantReply extends Reply {
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
		return playPaced(played, pace, call);
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

/** The events up to messageStop, and beside each how many output tokens it says. */
interface Sheet {
	events: ReplyEvent[];
	tokens: number[];
}

class Played implements InstantReply {
	readonly startedMs: number;
	readonly #said: Said;
	readonly #turn: Turn;
	readonly #call: Call;
	readonly #tokens: TokenCounter;
	readonly #usage: TokenUsage;
	readonly #fields: JsonObject | undefined;
	readonly #claude: boolean;

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
		this.#claude = turn.modelId.includes("anthropic.");
		const streaming = call.operation.endsWith("Stream");
		const paths = turn.additionalModelResponseFieldPaths;
		const asked = paths?.length
			? selectResponseFields(paths, said, this.#claude, streaming)
			: undefined;
		const authored = draft.additionalModelResponseFields;
		this.#fields =
			authored && asked ? { ...asked, ...authored } : (authored ?? asked);
		this.#usage = countUsage(
			said.outputTokens,
			draft,
			turn,
			call,
			options,
			streaming,
		);
		nameBlocks(said.blocks, call, this.#claude);
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
			usage: this.#usage,
			latencyMs: this.#latencyMs(),
		};
		if (this.#fields) whole.additionalModelResponseFields = this.#fields;
		if (performanceConfig) whole.performanceConfig = performanceConfig;
		if (serviceTier) whole.serviceTier = serviceTier;
		return whole;
	}

	sheet(): Sheet {
		const sheet: Sheet = {
			events: [{ messageStart: { role: "assistant" } }],
			tokens: [0],
		};
		for (const [index, block] of this.#said.blocks.entries())
			this.#writeEvents(block, index, sheet);
		const { stopReason } = this.#said;
		const fields = this.#fields
			? { additionalModelResponseFields: this.#fields }
			: undefined;
		sheet.events.push({ messageStop: { stopReason, ...fields } });
		return sheet;
	}

	metadata(): ReplyEvent {
		const { performanceConfig, serviceTier } = this.#turn;
		return {
			metadata: {
				usage: this.#usage,
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

	#writeEvents(
		block: SaidBlock,
		contentBlockIndex: number,
		{ events, tokens }: Sheet,
	): void {
		const start = writeStart(block);
		if (start) {
			events.push({ contentBlockStart: { start, contentBlockIndex } });
			tokens.push(0);
		}
		const add = (delta: ContentBlockDelta, weight: number) => {
			events.push({ contentBlockDelta: { delta, contentBlockIndex } });
			tokens.push(weight);
		};
		if (block.kind === "text") {
			for (const [text, weight] of this.#split(block.text, block))
				add({ text }, weight);
			for (const citation of block.citations ?? []) add({ citation }, 0);
		} else if (block.kind === "reasoning") {
			for (const [text, weight] of this.#split(block.text, block))
				add({ reasoningContent: { text } }, weight);
			if (block.signature !== undefined)
				add({ reasoningContent: { signature: block.signature } }, 0);
		} else if (block.kind === "toolUse") {
			for (const [input, weight] of this.#splitInput(block))
				add({ toolUse: { input } }, weight);
		} else if (block.kind === "redacted") {
			add({ reasoningContent: { redactedContent: block.bytes } }, 0);
		} else {
			const { source, error } = block.image;
			add({ image: { ...(source && { source }), ...(error && { error }) } }, 0);
		}
		events.push({ contentBlockStop: { contentBlockIndex } });
		tokens.push(0);
	}

	/** The text in pieces with their share of the block's tokens; at least one piece. */
	#split(text: string, block: SaidBlock): [string, number][] {
		const own = block.kind === "text" ? block.deltas : undefined;
		if (own?.length)
			return own.map((piece) => [
				piece,
				(block.tokens * piece.length) / (text.length || 1),
			]);
		if (text === "") return [["", 0]];
		const pieces = this.#tokens.splitText(text, this.#turn.modelId);
		const share = block.tokens / pieces.length;
		const split = pieces.map((piece): [string, number] => [piece, share]);
		// Nova and Llama may end a text with an empty delta (observed).
		if (
			block.kind === "text" &&
			/amazon\.nova|meta\.llama/.test(this.#turn.modelId)
		)
			split.push(["", 0]);
		return split;
	}

	/** Claude begins with an empty fragment, and that is all of a call without arguments; Nova says all in one (observed). */
	#splitInput(block: SaidBlock & { kind: "toolUse" }): [string, number][] {
		if (this.#turn.modelId.includes("amazon.nova"))
			return [[block.json, block.tokens]];
		if (block.json === "{}" || block.json === "") return [["", block.tokens]];
		const fragments = this.#split(block.json, block);
		return this.#claude ? [["", 0], ...fragments] : fragments;
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
 * Claude's and Nova's usage always has the cache counters, but in streams only when the request has cache points
 * (observed for Claude; assumed for Nova). `inputTokens` leaves out what was read or written, `totalTokens` has all.
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
	const { accountId, region } = call.identity;
	const caching = counted.checkpoints.length > 0;
	const counters =
		caching || (!streaming && /anthropic\.|amazon\.nova/.test(turn.modelId));
	const charge = cache.charge(
		counted,
		turn.modelId,
		caching ? `${accountId} ${region}` : "",
		call.clock.now(),
	);
	const { inputTokens, ...cached } = charge;
	const usage: TokenUsage = {
		inputTokens,
		outputTokens,
		totalTokens: 0,
		...(counters && cached),
		...draft.usage,
	};
	usage.totalTokens = draft.usage?.totalTokens ?? sumTokens(usage);
	return usage;
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

/** Only tool calls and images begin with contentBlockStart (observed). */
function writeStart(block: SaidBlock): ContentBlockStart | undefined {
	if (block.kind === "image") return { image: { format: block.image.format } };
	if (block.kind !== "toolUse") return undefined;
	const { toolUseId, name, type } = block;
	return { toolUse: { toolUseId, name, ...(type && { type }) } };
}

/** The block as Converse returns it. */
function writeBlock(block: SaidBlock): ContentBlock {
	switch (block.kind) {
		case "text":
			if (!block.citations?.length) return { text: block.text };
			return {
				citationsContent: {
					content: [{ text: block.text }],
					citations: block.citations,
				},
			};
		case "reasoning": {
			const { text, signature } = block;
			return {
				reasoningContent: {
					reasoningText: {
						text,
						...(signature !== undefined && { signature }),
					},
				},
			};
		}
		case "toolUse": {
			const { toolUseId, name, type, json } = block;
			return {
				toolUse: {
					toolUseId,
					name,
					...(type && { type }),
					input: readToolInput(json),
				},
			};
		}
		case "redacted":
			return { reasoningContent: { redactedContent: block.bytes } };
		case "image":
			return { image: block.image };
	}
}
