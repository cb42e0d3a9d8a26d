import type { StopReason } from "@aws-sdk/client-bedrock-runtime";
import type { Call } from "../../src/call.ts";
import { type Config, defaultConfig } from "../../src/config.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { createEngines } from "../../src/engines/index.ts";
import { ServiceError } from "../../src/errors.ts";
import { PromptCache } from "../../src/turn/prompt-cache.ts";
import type { Reply, Turn } from "../../src/turn/turn.ts";

/** The engines of a configuration, with one asked before them. */
export function engineFirst(
	engine: Engine,
	config: Partial<Config> = {},
): Engine[] {
	return [engine, ...createEngines(defaultConfig(config), new PromptCache())];
}

/**
 * An engine that does what the last user text says, and passes on everything else:
 *
 * - `throw NAME`: fails before the first event
 * - `begin, then throw NAME`: fails after some text
 * - `call NAME JSON`: a call of that tool with that input
 * - `never end`: some text, then waits until the client has gone
 * - `was I aborted?`: answers `yes` as soon as the client of a `never end` has gone
 */
export function scriptedEngine(): Engine {
	const { promise: aborted, resolve: abort } = Promise.withResolvers<void>();
	return {
		name: "scripted",
		reply(turn, call) {
			const text = lastText(turn);
			const name = /^(?:begin, then )?throw (\w+)$/.exec(text)?.[1];
			if (name && text.startsWith("throw"))
				throw new ServiceError(name, `thrown as ${name}`);
			if (name) return beginThenThrow(name);
			const [, tool, input] = /^call (\w+) (\{.*\})$/.exec(text) ?? [];
			if (tool && input) return callTool(tool, input);
			if (text === "never end") return neverEnd(call, abort);
			if (text === "was I aborted?") return aborted.then(() => whole("yes"));
			return undefined;
		},
	};
}

function lastText(turn: Turn): string {
	return turn.messages.at(-1)?.content?.at(-1)?.text ?? "";
}

async function* begin(text: string): Reply {
	yield { messageStart: { role: "assistant" } };
	yield { contentBlockDelta: { contentBlockIndex: 0, delta: { text } } };
}

async function* beginThenThrow(name: string): Reply {
	yield* begin("Once upon");
	throw new ServiceError(name, `thrown as ${name}`);
}

async function* neverEnd(call: Call, abort: () => void): Reply {
	yield* begin("Once upon");
	await new Promise<void>((resolve) => {
		if (call.signal.aborted) resolve();
		else call.signal.addEventListener("abort", () => resolve(), { once: true });
	});
	abort();
}

async function* callTool(name: string, input: string): Reply {
	yield { messageStart: { role: "assistant" } };
	const toolUse = { toolUseId: "tooluse_1", name };
	yield { contentBlockStart: { contentBlockIndex: 0, start: { toolUse } } };
	const delta = { toolUse: { input } };
	yield { contentBlockDelta: { contentBlockIndex: 0, delta } };
	yield* end("tool_use");
}

async function* whole(text: string): Reply {
	yield* begin(text);
	yield* end("end_turn");
}

async function* end(stopReason: StopReason): Reply {
	yield { contentBlockStop: { contentBlockIndex: 0 } };
	yield { messageStop: { stopReason } };
	yield {
		metadata: {
			usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
			metrics: { latencyMs: 0 },
		},
	};
}
