import type { Call, Clock } from "../../src/call.ts";
import { seededRandom } from "../../src/random.ts";
import type { PlayOptions, TokenCounter } from "../../src/turn/play.ts";
import { PromptCache, type TurnTokens } from "../../src/turn/prompt-cache.ts";
import type { ReplyEvent, Turn } from "../../src/turn/turn.ts";

/** Time that passes only while somebody sleeps. */
export class TestClock implements Clock {
	nowMs = 1_000_000;
	sleeps: number[] = [];

	now(): number {
		return this.nowMs;
	}

	sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
		if (signal?.aborted) return Promise.reject(signal.reason);
		this.sleeps.push(delayMs);
		this.nowMs += delayMs;
		return Promise.resolve();
	}
}

const noBody = new Uint8Array();

export function testCall(over: Partial<Call> = {}): Call {
	return {
		id: "11111111-2222-4333-8444-555555555555",
		service: "bedrock-runtime",
		operation: "ConverseStream",
		identity: {
			kind: "anonymous",
			accessKeyId: "",
			accountId: "000000000000",
			region: "us-east-1",
		},
		mode: "default",
		namespace: "",
		notes: {},
		wire: { method: "POST", path: "/", query: "", headers: {}, body: noBody },
		suffer() {},
		clock: new TestClock(),
		random: seededRandom(7),
		signal: new AbortController().signal,
		...over,
	};
}

export function testTurn(over: Partial<Turn> = {}): Turn {
	return {
		modelId: claude,
		messages: [{ role: "user", content: [{ text: "Hello" }] }],
		...over,
	};
}

export const claude = "anthropic.claude-3-haiku-20240307-v1:0";
export const nova = "amazon.nova-lite-v1:0";
export const mistral = "mistral.mistral-large-3-675b-instruct";

/** A token is a word with the space before it; a turn has ten. */
export const wordTokens: TokenCounter = {
	countTurn: (): TurnTokens => ({ total: 10, checkpoints: [] }),
	countText: (text) => wordTokens.splitText(text, "").length,
	splitText: (text) => text.match(/\s*\S+|\s+$/g) ?? [],
};

export function playOptions(over: Partial<PlayOptions> = {}): PlayOptions {
	return {
		pace: { firstTokenMs: 0, tokensPerSecond: 0, jitter: 0 },
		cache: new PromptCache(),
		tokens: wordTokens,
		...over,
	};
}

export async function allEvents(
	reply: AsyncIterable<ReplyEvent>,
): Promise<ReplyEvent[]> {
	const events: ReplyEvent[] = [];
	for await (const event of reply) events.push(event);
	return events;
}
