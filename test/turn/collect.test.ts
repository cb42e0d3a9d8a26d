import { expect, test } from "vitest";
import { collect } from "../../src/turn/collect.ts";
import type { ReplyEvent } from "../../src/turn/turn.ts";

const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };
const end: ReplyEvent[] = [
	{ messageStop: { stopReason: "end_turn" } },
	{ metadata: { usage, metrics: { latencyMs: 5 } } },
];

async function* reply(...events: ReplyEvent[]): AsyncGenerator<ReplyEvent> {
	yield { messageStart: { role: "assistant" } };
	yield* events;
}

const contentOf = async (...events: ReplyEvent[]) =>
	(await collect(reply(...events, ...end))).content;
const delta = (
	contentBlockIndex: number,
	one: NonNullable<ReplyEvent["contentBlockDelta"]>["delta"],
): ReplyEvent => ({
	contentBlockDelta: { contentBlockIndex, delta: one },
});

test("A collected reply has the stop reason, usage and latency of its last events", async () => {
	expect(await collect(reply(delta(0, { text: "Hi" }), ...end))).toEqual({
		content: [{ text: "Hi" }],
		stopReason: "end_turn",
		usage,
		latencyMs: 5,
	});
});

test("Members that only some replies have are kept", async () => {
	const trace = { promptRouter: { invokedModelId: "arn" } };
	const whole = await collect(
		reply(
			{
				messageStop: {
					stopReason: "end_turn",
					additionalModelResponseFields: { a: 1 },
				},
			},
			{
				metadata: {
					usage,
					metrics: { latencyMs: 5 },
					trace,
					performanceConfig: { latency: "optimized" },
					serviceTier: { type: "flex" },
				},
			},
		),
	);
	expect(whole).toMatchObject({
		additionalModelResponseFields: { a: 1 },
		trace,
		performanceConfig: { latency: "optimized" },
		serviceTier: { type: "flex" },
	});
});

test("Deltas of blocks that come mixed join by their index", async () => {
	const events = [
		delta(1, { text: "b" }),
		delta(0, { text: "a" }),
		delta(1, { text: "c" }),
	];
	expect(await contentOf(...events)).toEqual([{ text: "a" }, { text: "bc" }]);
});

test("Gaps between block indexes close", async () => {
	expect(
		await contentOf(
			delta(7, { text: "b" }),
			delta(2_000_000_000, { text: "c" }),
		),
	).toEqual([{ text: "b" }, { text: "c" }]);
});

const toolStart: ReplyEvent = {
	contentBlockStart: {
		contentBlockIndex: 0,
		start: { toolUse: { name: "weather", toolUseId: "tooluse_1" } },
	},
};

test("A tool call's fragments join to its input", async () => {
	const fragments = ["", '{"city": ', '"Paris"}'].map((input) =>
		delta(0, { toolUse: { input } }),
	);
	expect(await contentOf(toolStart, ...fragments)).toEqual([
		{
			toolUse: {
				name: "weather",
				toolUseId: "tooluse_1",
				input: { city: "Paris" },
			},
		},
	]);
});

test("A tool call without input or with half of it has an empty object", async () => {
	const empty = {
		toolUse: { name: "weather", toolUseId: "tooluse_1", input: {} },
	};
	expect(await contentOf(toolStart)).toEqual([empty]);
	expect(
		await contentOf(toolStart, delta(0, { toolUse: { input: '{"ci' } })),
	).toEqual([empty]);
});

test("Reasoning joins its text, and has a signature when one came", async () => {
	const parts = [
		delta(0, { reasoningContent: { text: "Let " } }),
		delta(0, { reasoningContent: { text: "me" } }),
	];
	expect(await contentOf(...parts)).toEqual([
		{ reasoningContent: { reasoningText: { text: "Let me" } } },
	]);
	expect(
		await contentOf(
			...parts,
			delta(0, { reasoningContent: { signature: "Er" } }),
		),
	).toEqual([
		{
			reasoningContent: { reasoningText: { text: "Let me", signature: "Er" } },
		},
	]);
});

test("Redacted reasoning keeps its bytes", async () => {
	const redactedContent = Uint8Array.of(1, 2);
	expect(
		await contentOf(delta(0, { reasoningContent: { redactedContent } })),
	).toEqual([{ reasoningContent: { redactedContent } }]);
});

test("A text with citations becomes citationsContent", async () => {
	const citation = { title: "Lawns", sourceContent: [{ text: "grass" }] };
	expect(
		await contentOf(
			delta(0, { text: "Gr" }),
			delta(0, { text: "een" }),
			delta(0, { citation }),
		),
	).toEqual([
		{
			citationsContent: { content: [{ text: "Green" }], citations: [citation] },
		},
	]);
});

test("An image joins its bytes, and keeps its error", async () => {
	const start: ReplyEvent = {
		contentBlockStart: {
			contentBlockIndex: 0,
			start: { image: { format: "png" } },
		},
	};
	const bytes = (...values: number[]) =>
		delta(0, { image: { source: { bytes: Uint8Array.from(values) } } });
	const [block] = await contentOf(
		start,
		bytes(1),
		bytes(2, 3),
		delta(0, { image: { error: { message: "dim" } } }),
	);
	expect(block?.image).toMatchObject({
		format: "png",
		error: { message: "dim" },
	});
	expect([...(block?.image?.source?.bytes ?? [])]).toEqual([1, 2, 3]);
});

test("A tool result of the service joins its texts and keeps its JSON", async () => {
	const start: ReplyEvent = {
		contentBlockStart: {
			contentBlockIndex: 0,
			start: {
				toolResult: {
					toolUseId: "tooluse_1",
					status: "success",
					type: "nova_code_interpreter_result",
				},
			},
		},
	};
	const events = [
		delta(0, { toolResult: [{ text: "a" }] }),
		delta(0, { toolResult: [{ text: "b" }, { json: { out: 1 } }] }),
	];
	expect(await contentOf(start, ...events)).toEqual([
		{
			toolResult: {
				toolUseId: "tooluse_1",
				status: "success",
				type: "nova_code_interpreter_result",
				content: [{ text: "ab" }, { json: { out: 1 } }],
			},
		},
	]);
});

test("An empty text that was said is kept, a block of nothing is not", async () => {
	const stop: ReplyEvent = { contentBlockStop: { contentBlockIndex: 1 } };
	expect(await contentOf(delta(0, { text: "" }), stop)).toEqual([{ text: "" }]);
});

test("A reply that breaks rejects with what it threw", async () => {
	async function* broken(): AsyncGenerator<ReplyEvent> {
		yield { messageStart: { role: "assistant" } };
		throw new Error("broken");
	}
	await expect(collect(broken())).rejects.toThrow("broken");
});

test("A reply that ends early is an error, not half an answer", async () => {
	await expect(collect(reply(delta(0, { text: "Hi" })))).rejects.toThrow(
		"without messageStop",
	);
	await expect(
		collect(reply({ messageStop: { stopReason: "end_turn" } })),
	).rejects.toThrow("without metadata");
});
