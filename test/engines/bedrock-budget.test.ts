import {
	AccessDeniedException,
	ApplyGuardrailCommand,
	ConverseCommand,
	ConverseStreamCommand,
	CountTokensCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { all } from "../support/outcrop.ts";
import { startPair } from "../support/second.ts";

// At $0.25 and $1.25 a million tokens.
const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
const messages = [{ role: "user" as const, content: [{ text: "Hi" }] }];

function command(maxTokens: number) {
	const inferenceConfig = { maxTokens };
	return new ConverseCommand({ modelId, messages, inferenceConfig });
}

async function spendOf(url: string): Promise<unknown> {
	const answer = await fetch(`${url}/_outcrop/api/spend`);
	return answer.json();
}

test("a real call is counted by what AWS says it used", async () => {
	await using pair = await startPair({ outcrop: { maxSpend: 1 } });
	const reply = await pair.outcrop.client().send(command(100));
	const { inputTokens = 0, outputTokens = 0 } = reply.usage ?? {};
	expect(await spendOf(pair.outcrop.url)).toEqual({
		maxUsd: 1,
		spentUsd: (inputTokens * 0.25 + outputTokens * 1.25) / 1e6,
		reservedUsd: 0,
		calls: 1,
		unpricedCalls: 0,
	});
});

test("a stream is counted too", async () => {
	await using pair = await startPair();
	const { stream } = await pair.outcrop
		.client()
		.send(new ConverseStreamCommand({ modelId, messages }));
	const usage = (await all(stream)).at(-1)?.metadata?.usage;
	const { inputTokens = 0, outputTokens = 0 } = usage ?? {};
	expect(pair.outcrop.emulator.spend.summary).toMatchObject({
		spentUsd: (inputTokens * 0.25 + outputTokens * 1.25) / 1e6,
		calls: 1,
	});
});

test("a call whose worst case the budget does not have is refused and not sent", async () => {
	await using pair = await startPair({ outcrop: { maxSpend: 0.001 } });
	const client = pair.outcrop.client({ maxAttempts: 3 });
	const error = await client.send(command(1000)).catch((thrown) => thrown);
	expect(error).toBeInstanceOf(AccessDeniedException);
	expect(error.message).toMatch(
		/^The budget of \$0\.001000 does not have this call of anthropic\.claude-3-haiku-20240307-v1:0, which may cost \$0\.00\d+: \$0\.000000 are spent\. Lower maxTokens, or start Outcrop with a higher --max-spend\.$/u,
	);
	expect(error.$metadata.attempts).toBe(1);
	expect(pair.aws.emulator.journal.size).toBe(0);
});

test("a shorter reply fits into the same budget", async () => {
	await using pair = await startPair({ outcrop: { maxSpend: 0.001 } });
	const reply = await pair.outcrop.client().send(command(100));
	expect(reply.stopReason).toBe("end_turn");
});

test("calls side by side cannot spend the same dollar", async () => {
	const { promise: refused, resolve: refuse } = Promise.withResolvers<void>();
	await using pair = await startPair({
		// The others are under way until one was refused.
		aws: { firstTokenMs: 50 },
		awsParts: { clock: { now: () => Date.now(), sleep: () => refused } },
		outcrop: { maxSpend: 0.003 },
	});
	const client = pair.outcrop.client();
	const sent = [1, 2, 3].map(() => client.send(command(1000)));
	for (const one of sent) one.catch(() => refuse());
	const settled = await Promise.allSettled(sent);
	const statuses = settled.map(({ status }) => status).sort();
	expect(statuses).toEqual(["fulfilled", "fulfilled", "rejected"]);
});

test("a refusal of AWS's costs nothing", async () => {
	await using pair = await startPair({
		aws: { faults: [{ throw: "ThrottlingException" }] },
		outcrop: { maxSpend: 1 },
	});
	await pair.outcrop
		.client()
		.send(command(100))
		.catch(() => undefined);
	expect(pair.outcrop.emulator.spend.summary).toMatchObject({
		spentUsd: 0,
		reservedUsd: 0,
		calls: 0,
	});
});

test("a stream that the client leaves counts with its worst case", async () => {
	await using pair = await startPair({
		aws: { tokensPerSecond: 5 },
		outcrop: { maxSpend: 1 },
	});
	const ended = new Promise((resolve) =>
		pair.aws.emulator.journal.subscribe(resolve),
	);
	const hangUp = new AbortController();
	const inferenceConfig = { maxTokens: 4000 };
	const { stream } = await pair.outcrop
		.client()
		.send(new ConverseStreamCommand({ modelId, messages, inferenceConfig }), {
			abortSignal: hangUp.signal,
		});
	await stream?.[Symbol.asyncIterator]().next();
	hangUp.abort();
	await ended;
	const { spentUsd, reservedUsd } = pair.outcrop.emulator.spend.summary;
	expect(spentUsd).toBeGreaterThan(0.005);
	expect(reservedUsd).toBe(0);
});

test("what has no price is refused under a budget", async () => {
	await using pair = await startPair({ outcrop: { maxSpend: 1 } });
	const sent = pair.outcrop
		.client()
		.send(new ConverseCommand({ modelId: "acme.model-1", messages }));
	await expect(sent).rejects.toThrow(
		"The price of acme.model-1 is not known to Outcrop, so it cannot be held against --max-spend 1. Give the model's prices under models:",
	);
	expect(pair.aws.emulator.journal.size).toBe(0);
});

test("what has no price goes through without a budget, and is counted apart", async () => {
	await using pair = await startPair();
	await pair.outcrop
		.client()
		.send(new ConverseCommand({ modelId: "acme.model-1", messages }));
	expect(pair.outcrop.emulator.spend.summary).toMatchObject({
		calls: 0,
		unpricedCalls: 1,
	});
});

test("counting tokens is free", async () => {
	await using pair = await startPair({ outcrop: { maxSpend: 0 } });
	const counted = await pair.outcrop
		.client()
		.send(
			new CountTokensCommand({ modelId, input: { converse: { messages } } }),
		);
	expect(counted.inputTokens).toBeGreaterThan(0);
});

test("operations that are no invocations are refused under a budget", async () => {
	await using pair = await startPair({ outcrop: { maxSpend: 1 } });
	const sent = pair.outcrop.client().send(
		new ApplyGuardrailCommand({
			guardrailIdentifier: "abc",
			guardrailVersion: "1",
			source: "INPUT",
			content: [{ text: { text: "Hi" } }],
		}),
	);
	await expect(sent).rejects.toThrow(
		"The price of ApplyGuardrail is not known",
	);
});

test("a reset does not give the money back", async () => {
	await using pair = await startPair({ outcrop: { maxSpend: 1 } });
	await pair.outcrop.client().send(command(100));
	pair.outcrop.emulator.reset();
	expect(pair.outcrop.emulator.spend.summary.calls).toBe(1);
});
