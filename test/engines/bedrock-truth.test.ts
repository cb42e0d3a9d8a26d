import { once } from "node:events";
import type { IncomingMessage, RequestListener } from "node:http";
import {
	ConverseCommand,
	ConverseStreamCommand,
	ModelStreamErrorException,
	ServiceUnavailableException,
	ThrottlingException,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Config } from "../../src/config.ts";
import {
	encodeEvent,
	encodeException,
} from "../../src/protocol/eventstream.ts";
import { holdNobody } from "../support/nobody.ts";
import { all, post, startOutcrop } from "../support/outcrop.ts";
import { startRawServer } from "../support/raw-server.ts";
import { realKey, stubAwsEnvironment } from "../support/second.ts";

const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
const messages = [{ role: "user" as const, content: [{ text: "Hi" }] }];
const command = () => new ConverseCommand({ modelId, messages });
const streamCommand = () => new ConverseStreamCommand({ modelId, messages });
const streamType = { "content-type": "application/vnd.amazon.eventstream" };
const start = encodeEvent("messageStart", '{ "role":"assistant", "p":"ab" }');
const delta = encodeEvent(
	"contentBlockDelta",
	'{"delta":{"text":"Hi"},"contentBlockIndex":0}',
);
const metadata = encodeEvent(
	"metadata",
	'{"usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5},"metrics":{"latencyMs":9}}',
);

/** An Outcrop before a bare server that stands for AWS. */
async function startBefore(
	listener: RequestListener,
	config: Partial<Config> = {},
) {
	const aws = await startRawServer(listener);
	stubAwsEnvironment({
		AWS_ACCESS_KEY_ID: realKey.accessKeyId,
		AWS_SECRET_ACCESS_KEY: realKey.secretAccessKey,
	});
	const outcrop = await startOutcrop({
		engine: [{ name: "bedrock", models: [] }],
		bedrockEndpoint: aws.url,
		...config,
	}).finally(() => vi.unstubAllEnvs());
	return {
		outcrop,
		aws,
		async [Symbol.asyncDispose]() {
			await outcrop[Symbol.asyncDispose]();
			await aws[Symbol.asyncDispose]();
		},
	};
}

async function bodyOf(request: IncomingMessage): Promise<string> {
	return Buffer.concat(await request.toArray()).toString();
}

test("path, query and body arrive as they were sent", async () => {
	const seen: unknown[] = [];
	await using both = await startBefore(async (request, response) => {
		seen.push(request.method, request.url, await bodyOf(request));
		response.end("{}");
	});
	const path = "/model/arn:aws:bedrock:us-east-1::x%2Fy/converse?a=%20b&c";
	await post(both.outcrop.url + path, '{ "messages" : [] }');
	expect(seen).toEqual(["POST", path, '{ "messages" : [] }']);
});

test("the signature of a presigned query does not travel on", async () => {
	let target: string | undefined;
	await using both = await startBefore((request, response) => {
		target = request.url;
		response.end("{}");
	});
	const query =
		"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F20261001%2Fus-east-1%2Fbedrock%2Faws4_request&keep=1&X-Amz-Signature=00";
	await post(`${both.outcrop.url}/model/x/converse?${query}`, "{}");
	expect(target).toBe("/model/x/converse?keep=1");
});

test("only headers that say what is asked travel on", async () => {
	let headers: IncomingMessage["headers"] = {};
	await using both = await startBefore((request, response) => {
		headers = request.headers;
		response.end("{}");
	});
	await post(`${both.outcrop.url}/model/x/converse`, "{}", {
		authorization: "Bearer of-the-client",
		cookie: "secret=1",
		"user-agent": "me/1",
		"x-amz-security-token": "of-the-client",
		"x-amzn-bedrock-trace": "ENABLED",
		"x-outcrop-namespace": "a",
		"x-other": "y",
	});
	const names = Object.keys(headers).sort();
	expect(names).toEqual([
		"accept",
		"authorization",
		"connection",
		"content-length",
		"content-type",
		"host",
		"user-agent",
		"x-amz-content-sha256",
		"x-amz-date",
		"x-amzn-bedrock-trace",
		"x-outcrop-hops",
	]);
	expect(headers.authorization).toContain(`Credential=${realKey.accessKeyId}/`);
	expect(headers["user-agent"]).toBe("me/1");
});

test("a body comes back byte by byte, with AWS's headers", async () => {
	const text = '{ "stopReason" : "end_turn" }';
	await using both = await startBefore((_request, response) => {
		response.setHeader("x-amzn-RequestId", "of-aws");
		response.setHeader("x-amzn-bedrock-invocation-latency", "12");
		response.setHeader("server", "secret/1.0");
		response.setHeader("content-type", "application/json");
		response.end(text);
	});
	const answer = await post(`${both.outcrop.url}/model/x/converse`, "{}");
	expect(answer.text).toBe(text);
	expect(answer.headers.get("x-amzn-requestid")).toBe("of-aws");
	expect(answer.headers.get("x-amzn-bedrock-invocation-latency")).toBe("12");
	expect(answer.headers.get("server")).toBeNull();
});

test("a refusal of AWS's reaches SDKs as AWS's own, and the journal", async () => {
	await using both = await startBefore((_request, response) => {
		response.writeHead(429, {
			"content-type": "application/json",
			"x-amzn-errortype":
				"ThrottlingException:http://internal.amazon.com/coral/com.amazon.bedrock/",
			"x-amzn-requestid": "of-aws",
		});
		response.end('{"message":"Too many tokens"}');
	});
	const sent = both.outcrop.client().send(command());
	const error = await sent.catch((thrown: unknown) => thrown);
	expect(error).toBeInstanceOf(ThrottlingException);
	expect(error).toMatchObject({
		message: "Too many tokens",
		$metadata: { httpStatusCode: 429, requestId: "of-aws" },
	});
	expect(both.outcrop.emulator.journal.find()[0]).toMatchObject({
		status: 429,
		error: { name: "ThrottlingException", message: "Too many tokens" },
	});
});

test("a stream comes back frame by frame as it was sent", async () => {
	await using both = await startBefore((_request, response) => {
		response.writeHead(200, streamType);
		response.end(Buffer.concat([start, delta, metadata]));
	});
	const answer = await fetch(`${both.outcrop.url}/model/x/converse-stream`, {
		method: "POST",
		body: "{}",
	});
	const bytes = Buffer.from(await answer.arrayBuffer());
	expect(bytes.equals(Buffer.concat([start, delta, metadata]))).toBe(true);
	expect(both.outcrop.emulator.journal.find()[0]?.usage).toEqual({
		inputTokens: 3,
		outputTokens: 2,
		totalTokens: 5,
	});
});

test("a frame goes out before the next one has come", async () => {
	let more = () => {};
	await using both = await startBefore((_request, response) => {
		response.writeHead(200, streamType);
		response.write(Buffer.concat([start, delta.subarray(0, 9)]));
		more = () => response.end(delta.subarray(9));
	});
	const { stream } = await both.outcrop.client().send(streamCommand());
	const events = stream?.[Symbol.asyncIterator]();
	expect((await events?.next())?.value).toHaveProperty("messageStart");
	more();
	expect((await events?.next())?.value).toHaveProperty("contentBlockDelta");
});

test("the head of a stream goes out before its first frame", async () => {
	let more = () => {};
	await using both = await startBefore((_request, response) => {
		response.writeHead(200, { ...streamType, "x-amzn-requestid": "of-aws" });
		response.flushHeaders();
		more = () => response.end(start);
	});
	const answer = await fetch(`${both.outcrop.url}/model/x/converse-stream`, {
		method: "POST",
		body: "{}",
	});
	expect(answer.headers.get("x-amzn-requestid")).toBe("of-aws");
	more();
	expect(start.equals(Buffer.from(await answer.arrayBuffer()))).toBe(true);
});

test("an exception in mid-stream passes as it is, and is an error in the journal", async () => {
	const exception = encodeException(
		"throttlingException",
		'{ "message":"Slow down" }',
	);
	await using both = await startBefore((_request, response) => {
		response.writeHead(200, streamType);
		response.end(Buffer.concat([start, exception]));
	});
	const answer = await fetch(`${both.outcrop.url}/model/x/converse-stream`, {
		method: "POST",
		body: "{}",
	});
	const bytes = Buffer.from(await answer.arrayBuffer());
	expect(bytes.equals(Buffer.concat([start, exception]))).toBe(true);
	expect(both.outcrop.emulator.journal.find()[0]?.error).toEqual({
		name: "ThrottlingException",
		message: "Slow down",
	});
});

test("a server that cannot be reached is a typed error with the cause", async () => {
	await using nobody = await holdNobody();
	await using both = await startBefore(() => {}, {
		bedrockEndpoint: nobody.url,
	});
	const sent = both.outcrop.client().send(command());
	const error = await sent.catch((thrown: unknown) => thrown);
	expect(error).toBeInstanceOf(ServiceUnavailableException);
	expect(String(error)).toContain(
		`${nobody.url} cannot be reached: connect ECONNREFUSED`,
	);
});

test("a server that breaks off before it answers is a typed error", async () => {
	await using both = await startBefore((request) => request.socket.destroy());
	const sent = both.outcrop.client().send(command());
	await expect(sent).rejects.toBeInstanceOf(ServiceUnavailableException);
});

test("a server that breaks off in its answer is a typed error", async () => {
	await using both = await startBefore((request, response) => {
		response.writeHead(200, { "content-length": "100" });
		response.write('{"out', () => request.socket.destroy());
	});
	const sent = both.outcrop.client().send(command());
	await expect(sent).rejects.toThrow("broke off in the middle of its answer");
});

test("a server that breaks off in mid-event ends the stream with an exception", async () => {
	await using both = await startBefore((request, response) => {
		response.writeHead(200, streamType);
		const bytes = Buffer.concat([start, delta.subarray(0, 20)]);
		response.write(bytes, () => request.socket.destroy());
	});
	const { stream } = await both.outcrop.client().send(streamCommand());
	const error = await all(stream).catch((thrown: unknown) => thrown);
	expect(error).toBeInstanceOf(ModelStreamErrorException);
	expect(String(error)).toContain("broke off in mid-stream");
});

test("a damaged frame ends the stream with an exception", async () => {
	const damaged = Buffer.from(delta);
	damaged.writeUInt8(0, damaged.length - 6);
	await using both = await startBefore((_request, response) => {
		response.writeHead(200, streamType);
		response.end(Buffer.concat([start, damaged]));
	});
	const { stream } = await both.outcrop.client().send(streamCommand());
	await expect(all(stream)).rejects.toThrow("The checksum of a frame is wrong");
});

test("after a failure the next request is served", async () => {
	let asked = 0;
	await using both = await startBefore((request, response) => {
		if (asked++ === 0) request.socket.destroy();
		else response.end('{"stopReason":"end_turn"}');
	});
	const client = both.outcrop.client();
	await client.send(command()).catch(() => undefined);
	expect((await client.send(command())).stopReason).toBe("end_turn");
});

test("a kept connection that the server has closed is replaced", async () => {
	let asked = 0;
	await using both = await startBefore((request, response) => {
		if (++asked === 2) request.socket.destroy();
		else response.end('{"stopReason":"end_turn"}');
	});
	const client = both.outcrop.client();
	await client.send(command());
	expect((await client.send(command())).stopReason).toBe("end_turn");
	expect(asked).toBe(3);
});

test("a client that hangs up stops the server's answer at once", async () => {
	let closed: Promise<unknown> | undefined;
	await using both = await startBefore((_request, response) => {
		closed = once(response, "close");
		response.writeHead(200, streamType);
		response.write(start);
	});
	const hangUp = new AbortController();
	const { stream } = await both.outcrop
		.client()
		.send(streamCommand(), { abortSignal: hangUp.signal });
	await stream?.[Symbol.asyncIterator]().next();
	hangUp.abort();
	await closed;
});

test("a whole answer that the client does not wait for counts with its worst case", async () => {
	const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
	await using both = await startBefore(() => reach(), { maxSpend: 1 });
	const { journal, spend } = both.outcrop.emulator;
	const ended = new Promise((resolve) => journal.subscribe(resolve));
	const hangUp = new AbortController();
	const inferenceConfig = { maxTokens: 4000 };
	const sent = both.outcrop
		.client()
		.send(new ConverseCommand({ modelId, messages, inferenceConfig }), {
			abortSignal: hangUp.signal,
		});
	await reached;
	hangUp.abort();
	await expect(sent).rejects.toThrow();
	await ended;
	// 4,000 tokens at $1.25 a million, and some for the input.
	expect(spend.summary.spentUsd).toBeGreaterThan(0.005);
	expect(spend.summary.reservedUsd).toBe(0);
});

test("a clock that is wrong is corrected by AWS's time, once", async () => {
	vi.useFakeTimers({
		toFake: ["Date"],
		now: Date.parse("2026-11-22T10:30:00Z"),
	});
	onTestFinished(() => void vi.useRealTimers());
	const dates: unknown[] = [];
	await using both = await startBefore((request, response) => {
		dates.push(request.headers["x-amz-date"]);
		response.setHeader("date", "Sun, 22 Nov 2026 11:30:00 GMT");
		if (dates.length > 1) return void response.end('{"stopReason":"end_turn"}');
		response.writeHead(403, {
			"x-amzn-errortype": "InvalidSignatureException",
		});
		response.end('{"message":"Signature expired"}');
	});
	const reply = await both.outcrop.client().send(command());
	expect(reply.stopReason).toBe("end_turn");
	expect(dates).toEqual(["20261122T103000Z", "20261122T113000Z"]);
});

test("a refusal at the right time is not asked again", async () => {
	let asked = 0;
	await using both = await startBefore((_request, response) => {
		asked++;
		response.writeHead(403, {
			"x-amzn-errortype": "InvalidSignatureException",
		});
		response.end('{"message":"No"}');
	});
	const sent = both.outcrop.client().send(command());
	await expect(sent).rejects.toThrow("No");
	expect(asked).toBe(1);
});

test("a page of another site cannot spend the user's money", async () => {
	let asked = 0;
	await using both = await startBefore((_request, response) => {
		asked++;
		response.end("{}");
	});
	const { status, json } = await post(
		`${both.outcrop.url}/model/x/converse`,
		"{}",
		{ origin: "https://evil.example" },
	);
	expect([status, json.message]).toEqual([
		403,
		"A page of https://evil.example may not ask the real Bedrock. Pages of localhost may.",
	]);
	expect(asked).toBe(0);
});

test("no credentials reach the journal", async () => {
	await using both = await startBefore((_request, response) =>
		response.end("{}"),
	);
	await both.outcrop.client().send(command());
	const kept = await fetch(`${both.outcrop.url}/_outcrop/api/exchanges`);
	const text = await kept.text();
	expect(text).toContain(modelId);
	expect(text).not.toMatch(/AKIA|Signature=|secretAccessKey/u);
});
