/** A model server that fails, at each stage of an answer. */
import { setImmediate } from "node:timers/promises";
import {
	AccessDeniedException,
	ConverseCommand,
	ConverseStreamCommand,
	ModelErrorException,
	ModelStreamErrorException,
	ModelTimeoutException,
	ServiceUnavailableException,
	ThrottlingException,
	ValidationException,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import {
	type Answer,
	startChatServer,
	textEvents,
} from "../support/chat-server.ts";
import { holdNobody } from "../support/nobody.ts";
import { all, startOutcrop, type TestOutcrop } from "../support/outcrop.ts";
import { haiku, hello, upstream } from "../support/upstreams.ts";

const whole: Answer = { events: textEvents("Hello") };
const [firstEvent] = textEvents("Hel");
const sse = (event: unknown) => `data: ${JSON.stringify(event)}\n\n`;

function converse(outcrop: TestOutcrop) {
	return outcrop
		.client()
		.send(new ConverseCommand({ modelId: haiku, messages: hello }));
}

async function stream(outcrop: TestOutcrop) {
	const reply = await outcrop
		.client()
		.send(new ConverseStreamCommand({ modelId: haiku, messages: hello }));
	return all(reply.stream);
}

const once = { retries: 0 };

test.each([
	[401, "bad key", AccessDeniedException, "check its apiKey"],
	[403, "no", AccessDeniedException, "the upstream lab"],
	[404, "model not found", ModelErrorException, "status 404): model not found"],
	[408, "", ModelTimeoutException, "status 408"],
	[429, "slow down", ThrottlingException, "status 429): slow down"],
	[500, "boom", ModelErrorException, "status 500): boom"],
	[502, "", ServiceUnavailableException, "status 502"],
	[503, "loading", ServiceUnavailableException, "status 503): loading"],
	[504, "", ModelTimeoutException, "status 504"],
])("status %i becomes its typed error", async (status, text, type, message) => {
	await using server = await startChatServer(() => ({ status, text }));
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url, { name: "lab", ...once })],
	});
	const asked = converse(outcrop);
	await expect(asked).rejects.toThrow(type);
	await expect(asked).rejects.toThrow(message);
	expect(server.asked).toHaveLength(1);
});

test("a long refusal is quoted up to a point", async () => {
	const text = `${"x".repeat(500)}secret`;
	await using server = await startChatServer(() => ({ status: 500, text }));
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url, once)],
	});
	await expect(converse(outcrop)).rejects.toThrow(/: x{500}…$/);
});

test("a refusal tells the server's status and model as AWS's members do", async () => {
	await using server = await startChatServer(() => ({
		status: 422,
		text: "no",
	}));
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url)],
	});
	await expect(converse(outcrop)).rejects.toMatchObject({
		name: "ModelErrorException",
		originalStatusCode: 422,
		resourceName: "llama3.2",
		$metadata: { httpStatusCode: 424 },
	});
});

test.each([
	'{"error":{"code":"context_length_exceeded"}}',
	"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens",
	'{"error":{"type":"exceed_context_size_error","message":"the request exceeds the available context size"}}',
	"Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough: greater than the context length",
])("a prompt that is too long is said in Bedrock's words: %s", async (text) => {
	await using server = await startChatServer(() => ({ status: 400, text }));
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url)],
	});
	const asked = converse(outcrop);
	await expect(asked).rejects.toThrow(ValidationException);
	await expect(asked).rejects.toThrow("Input is too long for requested model.");
});

test("an error in place of a stream's first event is an error of the request", async () => {
	await using server = await startChatServer(() => ({
		events: [{ error: { message: "Rate limited", code: 429 } }],
	}));
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url)],
	});
	await expect(stream(outcrop)).rejects.toThrow(ThrottlingException);
});

test("an error object with status 200 is an error of the request", async () => {
	await using server = await startChatServer(() => ({
		status: 200,
		text: '{"error":{"message":"out of memory"}}',
	}));
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url)],
	});
	const asked = converse(outcrop);
	await expect(asked).rejects.toThrow(ModelErrorException);
	await expect(asked).rejects.toThrow("out of memory");
});

test("an error in mid-stream is a modelStreamErrorException with the server's words", async () => {
	await using server = await startChatServer(() => ({
		events: [firstEvent, { error: { message: "out of memory", code: 507 } }],
		hold: true,
	}));
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url)],
	});
	await expect(stream(outcrop)).rejects.toMatchObject({
		name: "ModelStreamErrorException",
		originalStatusCode: 507,
		originalMessage: "out of memory",
	});
	// What goes on all the same is not waited for.
	await server.untilClosed(1);
});

const stages: [
	stage: string,
	answer: Answer,
	inStream: new (...args: never[]) => Error,
	whole: new (...args: never[]) => Error,
][] = [
	[
		"before its headers",
		"hang up",
		ServiceUnavailableException,
		ServiceUnavailableException,
	],
	[
		"after its headers",
		{ pieces: [], breakOff: true },
		ModelErrorException,
		ModelErrorException,
	],
	[
		"in the middle of the first event",
		{ pieces: [sse(firstEvent).slice(0, 20)], breakOff: true },
		ModelErrorException,
		ModelErrorException,
	],
	[
		"in the middle of a later event",
		{ pieces: [sse(firstEvent), 'data: {"cho'], breakOff: true },
		ModelStreamErrorException,
		ModelErrorException,
	],
	[
		"after its last token",
		{ events: [firstEvent], breakOff: true },
		ModelStreamErrorException,
		ModelErrorException,
	],
	[
		"after its last event, before [DONE]",
		{ events: textEvents("Hello"), breakOff: true },
		ModelStreamErrorException,
		ModelErrorException,
	],
];

test.each(stages)(
	"a server that is killed %s: a typed error, no connection left, the next request is served",
	async (_, dying, inStream, inWhole) => {
		let answer = dying;
		const before = openSockets();
		{
			await using server = await startChatServer(() => answer);
			await using outcrop = await startOutcrop({
				upstream: [upstream(server.url, once)],
			});
			await expect(stream(outcrop)).rejects.toThrow(inStream);
			await expect(converse(outcrop)).rejects.toThrow(inWhole);
			await server.untilConnections(0);
			answer = whole;
			const reply = await converse(outcrop);
			expect(reply.output?.message?.content).toEqual([{ text: "Hello" }]);
			// The one that serves again.
			expect(server.connections).toBe(1);
		}
		while (openSockets() > before) await setImmediate();
	},
);

function openSockets(): number {
	return process
		.getActiveResourcesInfo()
		.filter((name) => name === "TCPSocketWrap").length;
}

test("a server that is not there is named, and asked again", async () => {
	await using nobody = await holdNobody();
	const url = `${nobody.url}/v1`;
	await using outcrop = await startOutcrop({ upstream: [upstream(url)] });
	const asked = converse(outcrop);
	await expect(asked).rejects.toThrow(ServiceUnavailableException);
	await expect(asked).rejects.toThrow(`${url} cannot be reached`);
});

test("headers that do not come in time are a ModelTimeoutException", async () => {
	await using server = await startChatServer(() => "silence");
	const timeouts = { connect: 5000, firstByte: 50, idle: 0, total: 0 };
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url, { timeouts })],
	});
	await expect(converse(outcrop)).rejects.toThrow(ModelTimeoutException);
	await server.untilAsked(1);
	await server.untilConnections(0);
	expect(server.asked).toHaveLength(1);
});

test("an event that does not come in time breaks the stream", async () => {
	await using server = await startChatServer(() => ({
		events: [firstEvent],
		hold: true,
	}));
	const timeouts = { connect: 5000, firstByte: 0, idle: 50, total: 0 };
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url, { timeouts })],
	});
	await expect(stream(outcrop)).rejects.toMatchObject({
		name: "ModelStreamErrorException",
		originalStatusCode: 408,
	});
	await expect(converse(outcrop)).rejects.toThrow(ModelTimeoutException);
	await server.untilConnections(0);
});

test("an answer that takes longer than all of it may is broken off", async () => {
	await using server = await startChatServer(() => ({
		events: [firstEvent],
		hold: true,
	}));
	const timeouts = { connect: 5000, firstByte: 0, idle: 0, total: 50 };
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url, { timeouts })],
	});
	await expect(converse(outcrop)).rejects.toThrow(ModelTimeoutException);
	await server.untilConnections(0);
});

test("a client that hangs up before the answer stops the server", async () => {
	await using server = await startChatServer(() => "silence");
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url)],
	});
	const hangUp = new AbortController();
	const asked = outcrop
		.client()
		.send(new ConverseCommand({ modelId: haiku, messages: hello }), {
			abortSignal: hangUp.signal,
		});
	await server.untilAsked(1);
	hangUp.abort();
	await expect(asked).rejects.toThrow("aborted");
	await server.untilConnections(0);
	expect(server.asked).toHaveLength(1);
});

test("a client that hangs up in mid-stream stops the server", async () => {
	await using server = await startChatServer(() => ({
		events: [firstEvent],
		hold: true,
	}));
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url)],
	});
	const hangUp = new AbortController();
	const reply = await outcrop
		.client()
		.send(new ConverseStreamCommand({ modelId: haiku, messages: hello }), {
			abortSignal: hangUp.signal,
		});
	const events = reply.stream?.[Symbol.asyncIterator]();
	await events?.next();
	expect(server.connections).toBe(1);
	hangUp.abort();
	await server.untilConnections(0);
});

test("connections are kept for the next request", async () => {
	await using server = await startChatServer(() => whole);
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url)],
	});
	await converse(outcrop);
	await server.untilEnded(1);
	await stream(outcrop);
	await server.untilEnded(2);
	await converse(outcrop);
	expect([server.asked.length, server.opened]).toEqual([3, 1]);
});
