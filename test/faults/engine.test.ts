import type { ConverseStreamOutput } from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import type { Engine } from "../../src/engines/engine.ts";
import { type FaultSpec, readFault } from "../../src/faults/fault.ts";
import { planOf } from "../../src/faults/play.ts";
import { startOutcrop } from "../support/outcrop.ts";
import { TestClock } from "../turn/stand-ins.ts";
import { converse, converseStream, failure, untilItBreaks } from "./client.ts";

/** An engine that has its replies suffer a fault, as a script's rule does. */
function breaking(fault: FaultSpec): Engine {
	return {
		name: "breaking",
		async reply(_turn, call) {
			const plan = planOf(fault, call);
			await plan.before?.();
			call.suffer(plan);
			return fiveEvents();
		},
	};
}

async function* fiveEvents(): AsyncGenerator<ConverseStreamOutput> {
	yield { messageStart: { role: "assistant" } };
	yield { contentBlockDelta: { contentBlockIndex: 0, delta: { text: "a" } } };
	yield { contentBlockStop: { contentBlockIndex: 0 } };
	yield { messageStop: { stopReason: "end_turn" } };
	const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };
	yield { metadata: { usage, metrics: { latencyMs: 1 } } };
}

test.each([
	["throttlingException; after=2", 2, "ThrottlingException"],
	["throttlingException", 0, "ThrottlingException"],
	["truncatedJson; after=1", 1, "SyntaxError"],
])("an engine breaks its reply with %s", async (fault, events, name) => {
	const engines = [breaking(readFault(fault))];
	await using outcrop = await startOutcrop({}, { engines });
	const seen = await untilItBreaks(outcrop.client().send(converseStream()));
	expect([seen.events, seen.name]).toEqual([events, name]);
});

test("an engine resets the connection after as many events as it says", async () => {
	const engines = [breaking(readFault("reset; after=3"))];
	await using outcrop = await startOutcrop({}, { engines });
	const seen = await untilItBreaks(outcrop.client().send(converseStream()));
	expect([seen.events, seen.code]).toEqual([3, "ERR_HTTP2_STREAM_ERROR"]);
	expect(outcrop.emulator.journal.find({})[0]?.notes.faults).toEqual([
		"reset; after=3",
	]);
});

test("an engine slows its reply", async () => {
	const clock = new TestClock();
	const engines = [breaking(readFault("delay=400ms"))];
	await using outcrop = await startOutcrop({}, { engines, clock });
	const reply = await outcrop.client().send(converse());
	expect(reply.metrics?.latencyMs).toBe(400);
});

test("an engine's fault and one of the emulator's both play", async () => {
	const clock = new TestClock();
	const engines = [breaking(readFault("delay=400ms"))];
	await using outcrop = await startOutcrop({}, { engines, clock });
	outcrop.emulator.faults.add({ break: "truncatedJson" });
	const seen = await failure(outcrop.client().send(converse()));
	expect(seen.name).toBe("SyntaxError");
	expect(clock.sleeps).toEqual([400]);
});
