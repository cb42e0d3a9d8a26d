import {
	type BedrockRuntimeClient,
	ConverseCommand,
	ConverseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import type { Config } from "../../src/config.ts";
import type { Exchange } from "../../src/journal/exchange.ts";
import { startChatServer, textEvents } from "../support/chat-server.ts";
import { all, startOutcrop } from "../support/outcrop.ts";
import { relayTo, temporaryFolder } from "./support.ts";

const modelId = "amazon.nova-lite-v1:0";

async function say(client: BedrockRuntimeClient, text: string) {
	const { output } = await client.send(
		new ConverseCommand({
			modelId,
			messages: [{ role: "user", content: [{ text }] }],
		}),
	);
	return output?.message?.content?.[0]?.text;
}

/** A model server that counts its answers, and the configuration that asks it. */
async function countingServer() {
	const server = await startChatServer(() =>
		textEvents2(`Answer ${server.asked.length}`),
	);
	const proxy = {
		url: server.url,
		apiKey: "sk-secret-of-upstream",
		modelMapping: {},
		passthrough: true,
		defaultModel: undefined,
	};
	const config: Partial<Config> = {
		engine: [{ name: "openai", models: [] }],
		proxy,
	};
	return {
		server,
		config,
		[Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
	};
}

function textEvents2(text: string) {
	return { events: textEvents(text) };
}

test("once records while the folder is empty, and only replays after that", async () => {
	using folder = temporaryFolder();
	await using real = await countingServer();
	const config = { ...real.config, record: folder.path };
	{
		await using first = await startOutcrop(config);
		await say(first.client(), "one");
		await say(first.client(), "two");
	}
	await using second = await startOutcrop(config);
	expect(await say(second.client(), "one")).toBe("Answer 1");
	await expect(say(second.client(), "three")).rejects.toThrow(
		/^No cassette in .* --record-mode missing/u,
	);
	expect(real.server.asked).toHaveLength(2);
});

test("missing replays what is there and records the rest", async () => {
	using folder = temporaryFolder();
	await using real = await countingServer();
	const config: Partial<Config> = {
		...real.config,
		record: folder.path,
		recordMode: "missing",
	};
	{
		await using first = await startOutcrop(config);
		expect(await say(first.client(), "one")).toBe("Answer 1");
		expect(await say(first.client(), "one")).toBe("Answer 1");
	}
	await using second = await startOutcrop(config);
	expect(await say(second.client(), "one")).toBe("Answer 1");
	expect(await say(second.client(), "two")).toBe("Answer 2");
	expect(folder.files()).toHaveLength(2);
});

test("all asks always, and records in place of what was there", async () => {
	using folder = temporaryFolder();
	await using real = await countingServer();
	const config = { ...real.config, record: folder.path };
	{
		await using first = await startOutcrop(config);
		await say(first.client(), "one");
		await say(first.client(), "one");
	}
	await using anew = await startOutcrop({ ...config, recordMode: "all" });
	expect(await say(anew.client(), "one")).toBe("Answer 3");
	expect(folder.files()).toHaveLength(1);
	expect(folder.all()).toContain("Answer 3");
});

test("none refuses what was not recorded, though an engine stands behind", async () => {
	using folder = temporaryFolder();
	await using real = await countingServer();
	const config = { ...real.config, record: folder.path };
	{
		await using first = await startOutcrop(config);
		await say(first.client(), "one");
	}
	await using offline = await startOutcrop({ ...config, recordMode: "none" });
	await expect(say(offline.client(), "two")).rejects.toThrow(/^No cassette/u);
	expect(real.server.asked).toHaveLength(1);
});

test("a miss goes on to the engine behind replay in the list", async () => {
	using folder = temporaryFolder();
	await using real = await countingServer();
	{
		await using first = await startOutcrop({
			...real.config,
			record: folder.path,
		});
		await say(first.client(), "one");
	}
	await using offline = await startOutcrop({
		replay: folder.path,
		engine: [
			{ name: "replay", models: [] },
			{ name: "stub", models: [] },
		],
	});
	expect(await say(offline.client(), "one")).toBe("Answer 1");
	expect(await say(offline.client(), "two")).toMatch(/stub engine/u);
	expect(offline.emulator.journal.find().at(-1)?.notes.misses).toHaveLength(1);
});

test("answers to one request are replayed in their order, each namespace from the first, the last repeats", async () => {
	using folder = temporaryFolder();
	await using real = await countingServer();
	{
		await using first = await startOutcrop({
			...real.config,
			record: folder.path,
		});
		await say(first.client(), "one");
		await say(first.client(), "one");
	}
	await using offline = await startOutcrop({ replay: folder.path });
	const client = offline.client();
	const other = offline.client({
		credentials: { accessKeyId: "other", secretAccessKey: "x" },
	});
	expect(await say(client, "one")).toBe("Answer 1");
	expect(await say(client, "one")).toBe("Answer 2");
	expect(await say(client, "one")).toBe("Answer 2");
	expect(await say(other, "one")).toBe("Answer 1");
	offline.emulator.reset();
	expect(await say(client, "one")).toBe("Answer 1");
});

test("what fails is recorded only when that is asked for", async () => {
	using folder = temporaryFolder();
	await using server = await startChatServer(() => ({
		status: 429,
		text: "slow down",
	}));
	const proxy = {
		url: server.url,
		apiKey: undefined,
		modelMapping: {},
		passthrough: true,
		defaultModel: undefined,
	};
	const engine = [{ name: "openai" as const, models: [] }];
	const record = folder.path;
	await using plain = await startOutcrop({ engine, proxy, record });
	await expect(say(plain.client(), "one")).rejects.toThrow(/slow down/u);
	expect(folder.files()).toEqual([]);
	await using asked = await startOutcrop({
		engine,
		proxy,
		record,
		recordErrors: true,
	});
	await expect(say(asked.client(), "one")).rejects.toThrow(/slow down/u);
	await using offline = await startOutcrop({ replay: record });
	await expect(say(offline.client(), "one")).rejects.toMatchObject({
		name: "ThrottlingException",
		message: expect.stringContaining("slow down"),
	});
});

test("a stream that the client leaves before its end is not recorded", async () => {
	using folder = temporaryFolder();
	await using real = await startOutcrop();
	let release = () => {};
	const held = new Promise<void>((resolve) => {
		release = resolve;
	});
	const pace = async (event: number) => {
		if (event === 3) await held;
	};
	await using outcrop = await startOutcrop(
		{ record: folder.path },
		{ engines: [relayTo(() => real.url, pace)] },
	);
	const over = new Promise<Exchange>((resolve) => {
		outcrop.emulator.journal.subscribe(resolve);
	});
	const leaving = new AbortController();
	const { stream } = await outcrop.client().send(
		new ConverseStreamCommand({
			modelId,
			messages: [{ role: "user", content: [{ text: "Hi" }] }],
		}),
		{ abortSignal: leaving.signal },
	);
	await stream?.[Symbol.asyncIterator]().next();
	leaving.abort();
	const exchange = await over;
	release();
	expect(exchange.isCut).toBe(true);
	expect(exchange.notes.engine).toBe("upstream");
	expect(folder.files()).toEqual([]);
});

test("a stream that breaks is not recorded", async () => {
	using folder = temporaryFolder();
	await using server = await startChatServer(() => ({
		events: textEvents("a", "b", "c").slice(0, 3),
		breakOff: true,
	}));
	const proxy = {
		url: server.url,
		apiKey: undefined,
		modelMapping: {},
		passthrough: true,
		defaultModel: undefined,
	};
	await using outcrop = await startOutcrop({
		engine: [{ name: "openai", models: [] }],
		proxy,
		record: folder.path,
		recordErrors: true,
	});
	const { stream } = await outcrop.client().send(
		new ConverseStreamCommand({
			modelId,
			messages: [{ role: "user", content: [{ text: "Hi" }] }],
		}),
	);
	await expect(all(stream)).rejects.toThrow();
	expect(folder.files()).toEqual([]);
});

test("what the stub, a script or a fault answers is not recorded", async () => {
	using folder = temporaryFolder();
	await using real = await countingServer();
	await using outcrop = await startOutcrop({
		engine: [
			{ name: "openai", models: ["amazon.*"] },
			{ name: "stub", models: [] },
		],
		proxy: real.config.proxy,
		record: folder.path,
		faults: [{ throw: "ThrottlingException", times: 1 }],
	});
	const client = outcrop.client();
	await expect(say(client, "one")).rejects.toThrow();
	await client.send(
		new ConverseCommand({
			modelId: "anthropic.claude-3-haiku-20240307-v1:0",
			messages: [{ role: "user", content: [{ text: "Hi" }] }],
		}),
	);
	expect(folder.files()).toEqual([]);
});

test("a folder without cassettes cannot be replayed", async () => {
	using folder = temporaryFolder();
	await expect(startOutcrop({ replay: folder.path })).rejects.toThrow(
		`There is nothing to replay: ${folder.path} holds no cassette. Record some first with --record ${folder.path}.`,
	);
});

test("a file is no folder of cassettes", async () => {
	const replay = import.meta.filename;
	await expect(startOutcrop({ replay })).rejects.toThrow(
		`The folder of cassettes: ${replay} is a file, not a folder.`,
	);
});

test("a broken pattern stops the start before anything is recorded", async () => {
	await expect(startOutcrop({ redact: ["sk-[a-z"] })).rejects.toThrow(
		/^--redact: "sk-\[a-z" is no regular expression \(.+\)\. It takes those of RE2\.$/u,
	);
});

test("the engine replay needs a folder", async () => {
	await expect(
		startOutcrop({ engine: [{ name: "replay", models: [] }] }),
	).rejects.toThrow(/--replay DIR/u);
});
