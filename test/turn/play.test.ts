import fc from "fast-check";
import { expect, test } from "vitest";
import { collect } from "../../src/turn/collect.ts";
import type { Draft, DraftBlock } from "../../src/turn/draft.ts";
import { type InstantReply, play } from "../../src/turn/play.ts";
import type { Reply, ReplyEvent, Turn } from "../../src/turn/turn.ts";
import {
	allEvents,
	claude,
	mistral,
	nova,
	playOptions,
	TestClock,
	testCall,
	testTurn,
	wordTokens,
} from "./stand-ins.ts";

const hello: Draft = { content: [{ text: "The sky is blue." }] };
const weather: Draft = {
	content: [
		{ toolUse: { name: "weather", input: { city: "Paris", days: 2 } } },
	],
};
const thought: Draft = {
	content: [{ reasoning: { text: "Let me see." } }, { text: "Yes." }],
};

const eventsOf = (draft: Draft, turn: Partial<Turn> = {}) =>
	allEvents(play(draft, testTurn(turn), testCall(), playOptions()));
const wholeOf = (draft: Draft, turn: Partial<Turn> = {}) =>
	collect(
		play(
			draft,
			testTurn(turn),
			testCall({ operation: "Converse" }),
			playOptions(),
		),
	);
const deltasOf = (events: ReplyEvent[]) =>
	events.flatMap((event) => event.contentBlockDelta?.delta ?? []);

test("A text is streamed on token borders, without contentBlockStart, and metadata comes last", async () => {
	expect(await eventsOf(hello)).toEqual([
		{ messageStart: { role: "assistant" } },
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: "The" } } },
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: " sky" } } },
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: " is" } } },
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: " blue." } } },
		{ contentBlockStop: { contentBlockIndex: 0 } },
		{ messageStop: { stopReason: "end_turn" } },
		{
			metadata: {
				usage: { inputTokens: 10, outputTokens: 4, totalTokens: 14 },
				metrics: { latencyMs: 1 },
			},
		},
	]);
});

test("A text with deltas of its own is streamed in those", async () => {
	const events = await eventsOf({
		content: [{ text: "abc", deltas: ["a", "bc"] }],
	});
	expect(deltasOf(events)).toEqual([{ text: "a" }, { text: "bc" }]);
});

test("Nova ends a text with an empty delta", async () => {
	const events = await eventsOf(
		{ content: [{ text: "Yes." }] },
		{ modelId: nova },
	);
	expect(deltasOf(events)).toEqual([{ text: "Yes." }, { text: "" }]);
});

test("A tool call of Claude starts with its name and an empty fragment, and stops for tool_use", async () => {
	const events = await eventsOf(weather);
	expect(events.slice(1)).toMatchObject([
		{
			contentBlockStart: {
				contentBlockIndex: 0,
				start: {
					toolUse: {
						name: "weather",
						toolUseId: expect.stringMatching(/^tooluse_[A-Za-z0-9_-]{22}$/),
					},
				},
			},
		},
		{
			contentBlockDelta: {
				contentBlockIndex: 0,
				delta: { toolUse: { input: "" } },
			},
		},
		{
			contentBlockDelta: {
				contentBlockIndex: 0,
				delta: { toolUse: { input: '{"city":' } },
			},
		},
		{
			contentBlockDelta: {
				contentBlockIndex: 0,
				delta: { toolUse: { input: ' "Paris",' } },
			},
		},
		{
			contentBlockDelta: {
				contentBlockIndex: 0,
				delta: { toolUse: { input: ' "days":' } },
			},
		},
		{
			contentBlockDelta: {
				contentBlockIndex: 0,
				delta: { toolUse: { input: " 2}" } },
			},
		},
		{ contentBlockStop: { contentBlockIndex: 0 } },
		{ messageStop: { stopReason: "tool_use" } },
		{ metadata: {} },
	]);
});

test("A tool call of Nova has its JSON in one delta", async () => {
	const events = await eventsOf(weather, { modelId: nova });
	expect(deltasOf(events)).toEqual([
		{ toolUse: { input: '{"city":"Paris","days":2}' } },
	]);
});

test("A tool call without arguments has a single empty delta", async () => {
	const events = await eventsOf({
		content: [{ toolUse: { name: "now", input: {} } }],
	});
	expect(deltasOf(events)).toEqual([{ toolUse: { input: "" } }]);
});

test("Two calls of one seed get the same tool use id, the next reply of a call another", async () => {
	const idOf = (reply: Reply) =>
		collect(reply).then((whole) => whole.content[0]?.toolUse?.toolUseId);
	const call = testCall();
	const first = await idOf(play(weather, testTurn(), call, playOptions()));
	const second = await idOf(play(weather, testTurn(), call, playOptions()));
	expect(await idOf(play(weather, testTurn(), testCall(), playOptions()))).toBe(
		first,
	);
	expect(second).not.toBe(first);
});

test("A tool call that the service runs itself does not end the turn", async () => {
	const content: DraftBlock[] = [
		{ toolUse: { name: "nova_grounding", input: {}, type: "server_tool_use" } },
	];
	expect((await wholeOf({ content })).stopReason).toBe("end_turn");
});

test("Reasoning of Claude ends with exactly one signature, of other models with none", async () => {
	const signed = deltasOf(await eventsOf(thought));
	expect(
		signed.map((delta) => Object.keys(delta.reasoningContent ?? delta)[0]),
	).toEqual(["text", "text", "text", "signature", "text"]);
	expect(signed[3]?.reasoningContent?.signature).toMatch(
		/^Er[A-Za-z0-9+/]{254}$/,
	);
	const plain = deltasOf(await eventsOf(thought, { modelId: mistral }));
	expect(
		plain.some((delta) => delta.reasoningContent?.signature !== undefined),
	).toBe(false);
});

test("Redacted reasoning is one delta", async () => {
	const bytes = Uint8Array.of(1, 2, 3);
	const events = await eventsOf({
		content: [{ redactedReasoning: bytes }, { text: "Yes." }],
	});
	expect(deltasOf(events)[0]).toEqual({
		reasoningContent: { redactedContent: bytes },
	});
});

test("Citations come before the text they support in its block", async () => {
	const citation = { title: "Lawns", sourceContent: [{ text: "grass" }] };
	const events = await eventsOf({
		content: [{ citations: { text: "Green.", citations: [citation] } }],
	});
	expect(deltasOf(events)).toEqual([{ citation }, { text: "Green." }]);
});

test("An image starts with its format", async () => {
	const bytes = Uint8Array.of(137, 80);
	const events = await eventsOf({
		content: [{ image: { format: "png", source: { bytes } } }],
	});
	expect(events.slice(1, 3)).toEqual([
		{
			contentBlockStart: {
				contentBlockIndex: 0,
				start: { image: { format: "png" } },
			},
		},
		{
			contentBlockDelta: {
				contentBlockIndex: 0,
				delta: { image: { source: { bytes } } },
			},
		},
	]);
});

test("maxTokens cuts a text on a token border", async () => {
	const whole = await wholeOf(hello, { inferenceConfig: { maxTokens: 2 } });
	expect(whole).toMatchObject({
		content: [{ text: "The sky" }],
		stopReason: "max_tokens",
		usage: { outputTokens: 2 },
	});
});

test("A text of exactly maxTokens is whole", async () => {
	const whole = await wholeOf(hello, { inferenceConfig: { maxTokens: 4 } });
	expect(whole).toMatchObject({
		content: [{ text: "The sky is blue." }],
		stopReason: "end_turn",
	});
});

test("maxTokens counts reasoning, and reasoning cut short has no signature", async () => {
	const whole = await wholeOf(thought, { inferenceConfig: { maxTokens: 2 } });
	expect(whole.content).toEqual([
		{ reasoningContent: { reasoningText: { text: "Let me" } } },
	]);
	expect(whole.stopReason).toBe("max_tokens");
});

test("A tool call that does not fit in maxTokens is streamed as broken JSON", async () => {
	const events = await eventsOf(weather, { inferenceConfig: { maxTokens: 2 } });
	const input = deltasOf(events).map((delta) => delta.toolUse?.input);
	expect(input.join("")).toBe('{"city": "Paris",');
	expect(events.at(-2)).toEqual({ messageStop: { stopReason: "max_tokens" } });
});

test("A tool call that does not fit in maxTokens has an empty input in a whole reply", async () => {
	const whole = await wholeOf(weather, { inferenceConfig: { maxTokens: 2 } });
	expect(whole).toMatchObject({
		content: [{ toolUse: { name: "weather", input: {} } }],
		stopReason: "max_tokens",
	});
});

test("A block that no token is left for is not begun", async () => {
	const content: DraftBlock[] = [{ text: "One two" }, { text: "three" }];
	const whole = await wholeOf(
		{ content },
		{ inferenceConfig: { maxTokens: 2 } },
	);
	expect(whole).toMatchObject({
		content: [{ text: "One two" }],
		stopReason: "max_tokens",
	});
});

test("A text with deltas of its own is cut within them", async () => {
	const draft: Draft = {
		content: [{ text: "one two three", deltas: ["one t", "wo three"] }],
	};
	expect(
		deltasOf(await eventsOf(draft, { inferenceConfig: { maxTokens: 2 } })),
	).toEqual([{ text: "one t" }, { text: "wo" }]);
});

test("A tokenizer that counts more than its pieces still fills maxTokens", async () => {
	const tokens = {
		...wordTokens,
		countText: (text: string) => 2 * wordTokens.countText(text, ""),
	};
	const turn = testTurn({ inferenceConfig: { maxTokens: 4 } });
	const whole = await collect(
		play(hello, turn, testCall(), playOptions({ tokens })),
	);
	expect(whole).toMatchObject({
		content: [{ text: "The sky" }],
		usage: { outputTokens: 4 },
	});
});

test("One token of maxTokens says something, whatever a tokenizer counts", async () => {
	const tokens = {
		...wordTokens,
		countText: (text: string) => 2 * wordTokens.countText(text, ""),
	};
	const turn = testTurn({ inferenceConfig: { maxTokens: 1 } });
	const whole = await collect(
		play(hello, turn, testCall(), playOptions({ tokens })),
	);
	expect(whole).toMatchObject({
		content: [{ text: "The" }],
		usage: { outputTokens: 1 },
	});
});

test("A text ends before the first of the stop sequences, and nothing follows", async () => {
	const content: DraftBlock[] = [
		{ text: "one two three" },
		{ toolUse: { name: "weather", input: {} } },
	];
	const whole = await wholeOf(
		{ content },
		{ inferenceConfig: { stopSequences: ["three", " two"] } },
	);
	expect(whole).toMatchObject({
		content: [{ text: "one" }],
		stopReason: "stop_sequence",
		usage: { outputTokens: 1 },
	});
	expect(whole.content).toHaveLength(1);
});

test("A text that begins with a stop sequence leaves no block", async () => {
	const whole = await wholeOf(hello, {
		inferenceConfig: { stopSequences: ["The"] },
	});
	expect(whole).toMatchObject({ content: [], stopReason: "stop_sequence" });
});

test("maxTokens before the stop sequence wins", async () => {
	const whole = await wholeOf(hello, {
		inferenceConfig: { maxTokens: 1, stopSequences: [" blue"] },
	});
	expect(whole).toMatchObject({
		content: [{ text: "The" }],
		stopReason: "max_tokens",
	});
});

test("/stop_sequence tells which stop sequence of Claude matched", async () => {
	const turn = {
		inferenceConfig: { stopSequences: [" is"] },
		additionalModelResponseFieldPaths: ["/stop_sequence"],
	};
	expect((await wholeOf(hello, turn)).additionalModelResponseFields).toEqual({
		stop_sequence: " is",
	});
});

test("/delta/stop_sequence is null in a stream that no stop sequence ended", async () => {
	const events = await eventsOf(hello, {
		additionalModelResponseFieldPaths: ["/delta/stop_sequence"],
	});
	expect(events.at(-2)).toEqual({
		messageStop: {
			stopReason: "end_turn",
			additionalModelResponseFields: { delta: { stop_sequence: null } },
		},
	});
});

test("A response field path that leads nowhere is skipped", async () => {
	const turn = {
		additionalModelResponseFieldPaths: [
			"/amazon/x",
			"/__proto__/y",
			"/stop_sequence/z",
		],
	};
	expect(await wholeOf(hello, turn)).not.toHaveProperty(
		"additionalModelResponseFields",
	);
});

test("A response field path that is no JSON Pointer is refused before the stream begins", () => {
	const turn = testTurn({
		additionalModelResponseFieldPaths: ["stop_sequence"],
	});
	expect(() => play(hello, turn, testCall(), playOptions())).toThrow(
		expect.objectContaining({
			name: "ValidationException",
			message: expect.stringContaining("stop_sequence"),
		}),
	);
	const escaped = testTurn({ additionalModelResponseFieldPaths: ["/a~2"] });
	expect(() => play(hello, escaped, testCall(), playOptions())).toThrow(
		"JSON Pointer",
	);
});

test("Response fields that a draft brings are returned beside those asked for", async () => {
	const draft: Draft = {
		...hello,
		additionalModelResponseFields: { top_k: 3 },
	};
	const whole = await wholeOf(draft, {
		additionalModelResponseFieldPaths: ["/stop_sequence"],
	});
	expect(whole.additionalModelResponseFields).toEqual({
		stop_sequence: null,
		top_k: 3,
	});
});

test("performanceConfig and serviceTier come back when asked for", async () => {
	const turn: Partial<Turn> = {
		performanceConfig: { latency: "optimized" },
		serviceTier: { type: "flex" },
	};
	expect((await eventsOf(hello, turn)).at(-1)?.metadata).toMatchObject(turn);
	expect(await wholeOf(hello, turn)).toMatchObject(turn);
});

test("Claude's whole replies always have the cache counters, other models' do not", async () => {
	expect((await wholeOf(hello)).usage).toEqual({
		inputTokens: 10,
		outputTokens: 4,
		totalTokens: 14,
		cacheReadInputTokens: 0,
		cacheWriteInputTokens: 0,
	});
	expect((await wholeOf(hello, { modelId: mistral })).usage).toEqual({
		inputTokens: 10,
		outputTokens: 4,
		totalTokens: 14,
	});
	expect((await wholeOf(hello, { modelId: nova })).usage).toEqual({
		inputTokens: 10,
		outputTokens: 4,
		totalTokens: 14,
	});
});

test("A stream of a turn with cache points has the cache counters, and all tokens are in the total", async () => {
	const checkpoints = [{ tokens: 5000, hash: "a", ttl: "5m" as const }];
	const tokens = {
		...wordTokens,
		countTurn: () => ({ total: 6000, checkpoints }),
	};
	const turn = testTurn({ modelId: "anthropic.claude-sonnet-4-6" });
	const events = await allEvents(
		play(hello, turn, testCall(), playOptions({ tokens })),
	);
	expect(events.at(-1)?.metadata?.usage).toEqual({
		inputTokens: 1000,
		outputTokens: 4,
		totalTokens: 6004,
		cacheReadInputTokens: 0,
		cacheWriteInputTokens: 5000,
		cacheDetails: [{ ttl: "5m", inputTokens: 5000 }],
	});
});

test("Usage that a draft brings stands, and the total follows it", async () => {
	const whole = await wholeOf(
		{ ...hello, usage: { outputTokens: 90 } },
		{ modelId: mistral },
	);
	expect(whole.usage).toEqual({
		inputTokens: 10,
		outputTokens: 90,
		totalTokens: 100,
	});
});

test("A reply without content costs one output token", async () => {
	expect((await wholeOf({ content: [] })).usage.outputTokens).toBe(1);
});

test("A paced stream waits for the first token, then evenly for each", async () => {
	const clock = new TestClock();
	const pace = { firstTokenMs: 300, tokensPerSecond: 20, jitter: 0 };
	const events = await allEvents(
		play(hello, testTurn(), testCall({ clock }), playOptions({ pace })),
	);
	expect(clock.sleeps).toEqual([300, 50, 50, 50]);
	expect(events.at(-1)?.metadata?.metrics).toEqual({ latencyMs: 450 });
});

test("A paced whole reply takes as long as the stream", async () => {
	const clock = new TestClock();
	const draft: Draft = {
		...hello,
		pace: { firstTokenMs: 300, tokensPerSecond: 20, jitter: 0 },
	};
	const whole = await collect(
		play(draft, testTurn(), testCall({ clock }), playOptions()),
	);
	expect(whole).toMatchObject({
		content: [{ text: "The sky is blue." }],
		latencyMs: 450,
	});
});

test("Jitter changes the waits by no more than its share", async () => {
	const clock = new TestClock();
	const pace = { firstTokenMs: 100, tokensPerSecond: 10, jitter: 0.2 };
	await allEvents(
		play(hello, testTurn(), testCall({ clock }), playOptions({ pace })),
	);
	expect(clock.sleeps).toHaveLength(4);
	expect(new Set(clock.sleeps).size).toBe(4);
	expect(Math.min(...clock.sleeps)).toBeGreaterThanOrEqual(80);
	expect(Math.max(...clock.sleeps)).toBeLessThanOrEqual(120);
});

test("A late reader is not made to wait for what is due already", async () => {
	const clock = new TestClock();
	const pace = { firstTokenMs: 0, tokensPerSecond: 10, jitter: 0 };
	for await (const _ of play(
		hello,
		testTurn(),
		testCall({ clock }),
		playOptions({ pace }),
	))
		clock.nowMs += 1000;
	expect(clock.sleeps).toEqual([]);
});

test("A paced reply stops with the signal's reason when the client hangs up", async () => {
	const hangUp = new AbortController();
	const pace = { firstTokenMs: 10, tokensPerSecond: 10, jitter: 0 };
	const seen: ReplyEvent[] = [];
	const read = async () => {
		for await (const event of play(
			hello,
			testTurn(),
			testCall({ signal: hangUp.signal }),
			playOptions({ pace }),
		)) {
			seen.push(event);
			if (seen.length === 2) hangUp.abort(new Error("gone"));
		}
	};
	await expect(read()).rejects.toThrow("gone");
	expect(seen).toHaveLength(2);
});

const word = fc.stringMatching(/^[a-z .,]{0,12}$/);
const block: fc.Arbitrary<DraftBlock> = fc.oneof(
	fc.record({ text: word }),
	fc
		.array(word, { maxLength: 4 })
		.map((deltas) => ({ text: deltas.join(""), deltas })),
	fc.record({ reasoning: fc.record({ text: word }) }),
	fc.record({
		redactedReasoning: fc.uint8Array({ minLength: 1, maxLength: 4 }),
	}),
	fc.record({
		toolUse: fc.record({
			name: fc.constant("tool"),
			input: fc.dictionary(word, fc.jsonValue({ maxDepth: 2 })),
		}),
	}) as fc.Arbitrary<DraftBlock>,
	fc.record({
		citations: fc.record({
			text: word,
			citations: fc.array(
				fc.record({
					title: word,
					sourceContent: fc.array(fc.record({ text: word })),
				}),
				{ maxLength: 2 },
			),
		}),
	}),
	fc.constant({
		image: { format: "png" as const, source: { bytes: Uint8Array.of(1) } },
	}),
);

test("A whole reply is its stream collected, whatever the draft, model and limits", async () => {
	const limits = fc.record({
		maxTokens: fc.integer({ min: 1, max: 12 }),
		stopSequences: fc.array(fc.stringMatching(/^[a-z ]{1,2}$/), {
			maxLength: 2,
		}),
	});
	const turn = fc.record({
		modelId: fc.constantFrom(
			claude,
			nova,
			mistral,
			"meta.llama3-3-70b-instruct-v1:0",
		),
		inferenceConfig: fc.option(limits, { nil: undefined }),
		additionalModelResponseFieldPaths: fc.constantFrom<string[] | undefined>(
			undefined,
			["/stop_sequence"],
			["/delta", "/delta/stop_reason"],
		),
	});
	const operation = fc.constantFrom("Converse", "ConverseStream");
	await fc.assert(
		fc.asyncProperty(
			fc.array(block, { maxLength: 4 }),
			turn,
			operation,
			async (content, over, name) => {
				const reply = play(
					{ content },
					testTurn(over),
					testCall({ operation: name }),
					playOptions(),
				) as InstantReply;
				const streamed: Reply = {
					[Symbol.asyncIterator]: () => reply[Symbol.asyncIterator](),
				};
				const whole = await collect(streamed);
				expect(reply.whole()).toEqual(whole);
				expect(await allEvents(reply)).toEqual(reply.events());
				expect(whole.usage.outputTokens).toBeLessThanOrEqual(
					over.inferenceConfig?.maxTokens ?? Number.POSITIVE_INFINITY,
				);
			},
		),
		{ numRuns: 500, seed: 42 },
	);
});
