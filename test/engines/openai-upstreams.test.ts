/** Which server is asked for a model, and when it is asked again. */
import { EventEmitter, once } from "node:events";
import {
	ConverseCommand,
	ServiceUnavailableException,
	ThrottlingException,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { MovableClock } from "../../src/clock.ts";
import {
	type Answer,
	startChatServer,
	textEvents,
} from "../support/chat-server.ts";
import { startOutcrop, type TestOutcrop } from "../support/outcrop.ts";
import { haiku, hello, upstream } from "../support/upstreams.ts";
import { TestClock } from "../turn/stand-ins.ts";

/** So long that nothing of it passes by itself. */
const hourMs = 3_600_000;

async function ask(outcrop: TestOutcrop, modelId = haiku): Promise<string> {
	const reply = await outcrop
		.client()
		.send(new ConverseCommand({ modelId, messages: hello }));
	return reply.output?.message?.content?.[0]?.text ?? "";
}

/** A server that says its name. */
function named(name: string) {
	return startChatServer(() => ({ events: textEvents(name) }));
}

test("exact ids win over patterns, those in order, then pass-through", async () => {
	await using server = await startChatServer(({ body }) => ({
		events: textEvents(body.model ?? ""),
	}));
	await using outcrop = await startOutcrop({
		upstream: [
			upstream(server.url, {
				models: [
					["anthropic.*", "some-claude"],
					["anthropic.claude-3*", "never"],
					[haiku, "haiku"],
				],
				passThrough: true,
			}),
		],
	});
	expect(await ask(outcrop, haiku)).toBe("haiku");
	expect(await ask(outcrop, `us.${haiku}`)).toBe("haiku");
	expect(await ask(outcrop, "anthropic.claude-v2:1")).toBe("some-claude");
	expect(await ask(outcrop, "meta.llama3-8b-instruct-v1:0")).toBe(
		"meta.llama3-8b-instruct-v1:0",
	);
});

test("the default stands for what nothing else names", async () => {
	await using server = await startChatServer(({ body }) => ({
		events: textEvents(body.model ?? ""),
	}));
	await using outcrop = await startOutcrop({
		upstream: [
			upstream(server.url, {
				models: [["anthropic.*", "claude"]],
				default: "rest",
			}),
		],
	});
	expect(await ask(outcrop, "amazon.nova-lite-v1:0")).toBe("rest");
});

test("a model that no server is for passes to the next engine", async () => {
	await using server = await named("server");
	await using outcrop = await startOutcrop({
		upstream: [
			upstream(server.url, {
				models: [["anthropic.*", "m"]],
				default: undefined,
			}),
		],
	});
	expect(await ask(outcrop, haiku)).toBe("server");
	expect(await ask(outcrop, "amazon.nova-lite-v1:0")).toContain(
		"amazon.nova-lite-v1:0",
	);
	expect(server.asked).toHaveLength(1);
});

test("a server of which no model is named answers with the first that it lists", async () => {
	await using server = await startChatServer(({ path, body }) =>
		path === "/v1/models"
			? { status: 200, text: '{"data":[{"id":"qwen3"},{"id":"other"}]}' }
			: { events: textEvents(body.model ?? "") },
	);
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url, { default: undefined })],
	});
	expect(await ask(outcrop)).toBe("qwen3");
	expect(await ask(outcrop)).toBe("qwen3");
	expect(server.asked.map(({ path }) => path)).toEqual([
		"/v1/models",
		"/v1/chat/completions",
		"/v1/chat/completions",
	]);
});

test("the server that names a model is asked, not one whose default stands for all", async () => {
	await using general = await named("general");
	await using special = await named("special");
	await using outcrop = await startOutcrop({
		upstream: [
			upstream(general.url),
			upstream(special.url, {
				models: [["anthropic.*", "m"]],
				default: undefined,
			}),
		],
	});
	expect(await ask(outcrop, haiku)).toBe("special");
	expect(await ask(outcrop, "amazon.nova-lite-v1:0")).toBe("general");
});

test("weights share a model's requests, the same for the same seed", async () => {
	await using heavy = await named("heavy");
	await using light = await named("light");
	const run = async () => {
		await using outcrop = await startOutcrop({
			upstream: [
				upstream(heavy.url, { weight: 3 }),
				upstream(light.url, { weight: 1 }),
			],
		});
		const said: string[] = [];
		for (let count = 0; count < 40; count++) said.push(await ask(outcrop));
		return said;
	};
	const first = await run();
	expect(first.filter((name) => name === "heavy").length).toBeGreaterThan(22);
	expect(first).toContain("light");
	expect(await run()).toEqual(first);
});

test("a server that fails before its answer has another one asked", async () => {
	await using broken = await startChatServer(() => "hang up");
	await using well = await named("well");
	await using outcrop = await startOutcrop({
		upstream: [
			upstream(broken.url, { weight: 1000 }),
			upstream(well.url, { weight: 0.001 }),
		],
	});
	expect(await ask(outcrop)).toBe("well");
	expect(broken.asked).toHaveLength(1);
});

test("a request that is wrong is not tried elsewhere", async () => {
	await using first = await startChatServer(() => ({ status: 400, text: "" }));
	await using second = await startChatServer(() => ({ status: 400, text: "" }));
	await using outcrop = await startOutcrop({
		upstream: [upstream(first.url), upstream(second.url)],
	});
	await expect(ask(outcrop)).rejects.toThrow("status 400");
	expect(first.asked.length + second.asked.length).toBe(1);
});

test("503 is tried again up to `retries`, 429 only when the server says when", async () => {
	let answer: Answer = { status: 503, text: "loading" };
	await using server = await startChatServer(() => answer);
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url, { retries: 1 })],
	});
	await expect(ask(outcrop)).rejects.toThrow(ServiceUnavailableException);
	expect(server.asked).toHaveLength(2);
	answer = { status: 429, text: "" };
	await expect(ask(outcrop)).rejects.toThrow(ThrottlingException);
	expect(server.asked).toHaveLength(3);
	answer = { status: 429, text: "", headers: { "retry-after": "0.01" } };
	await expect(ask(outcrop)).rejects.toThrow(ThrottlingException);
	expect(server.asked).toHaveLength(5);
	answer = { status: 429, text: "", headers: { "retry-after": "60" } };
	await expect(ask(outcrop)).rejects.toThrow(ThrottlingException);
	expect(server.asked).toHaveLength(6);
});

test("a server that failed too often is left alone until its pause is over", async () => {
	let answer: Answer = "hang up";
	await using server = await startChatServer(() => answer);
	const clock = new TestClock();
	await using outcrop = await startOutcrop(
		{
			upstream: [
				upstream(server.url, {
					name: "lab",
					retries: 0,
					breaker: { failures: 2, pause: 60_000 },
				}),
			],
		},
		{ clock },
	);
	await expect(ask(outcrop)).rejects.toThrow("cannot be reached");
	await expect(ask(outcrop)).rejects.toThrow("cannot be reached");
	await expect(ask(outcrop)).rejects.toThrow(
		"lab has failed 2 times in a row and is tried again in 60 s",
	);
	expect(server.asked).toHaveLength(2);
	answer = { events: textEvents("back") };
	clock.nowMs += 60_000;
	expect(await ask(outcrop)).toBe("back");
	expect(await ask(outcrop)).toBe("back");
});

test("a health check finds a server away before a request does, and back again", async () => {
	let isThere = false;
	await using server = await startChatServer(({ path }) => {
		if (!isThere) return "hang up";
		return path === "/v1/models"
			? { status: 200, text: '{"data":[]}' }
			: { events: textEvents("back") };
	});
	const clock = new MovableClock();
	const lines = new EventEmitter();
	const log = {
		error() {},
		debug() {},
		info: (line: string) => lines.emit("line", line),
	};
	const said = once(lines, "line");
	await using outcrop = await startOutcrop(
		{
			upstream: [
				upstream(server.url, {
					name: "lab",
					health: hourMs,
					breaker: { failures: 1, pause: 2 * hourMs },
				}),
			],
		},
		{ clock, log },
	);
	expect((await said)[0]).toContain("lab is away");
	await expect(ask(outcrop)).rejects.toThrow("lab has failed once");
	isThere = true;
	const saidAgain = once(lines, "line");
	clock.advance(hourMs);
	expect((await saidAgain)[0]).toBe("The model server lab is back.");
	expect(await ask(outcrop)).toBe("back");
});

test("the journal says which server answered", async () => {
	await using server = await named("Hi");
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url, { name: "lab" })],
	});
	await ask(outcrop);
	const response = await fetch(`${outcrop.url}/_outcrop/api/exchanges`);
	expect(await response.text()).toContain('"upstream":"lab: llama3.2"');
});

test.each([
	"stream_options is not supported",
	"Unrecognized request argument: include_usage",
])(
	"a server that refuses usage in streams is asked once again without: %s",
	async (text) => {
		await using server = await startChatServer(({ body }) =>
			body.stream_options
				? { status: 400, text }
				: { events: textEvents("Hi") },
		);
		await using outcrop = await startOutcrop({
			upstream: [upstream(server.url)],
		});
		expect(await ask(outcrop)).toBe("Hi");
		expect(await ask(outcrop)).toBe("Hi");
		expect(server.asked).toHaveLength(3);
	},
);
