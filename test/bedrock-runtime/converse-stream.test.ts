import {
	ConverseStreamCommand,
	type Message,
	ValidationException,
} from "@aws-sdk/client-bedrock-runtime";
import { EventStreamCodec } from "@smithy/eventstream-codec";
import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engines/engine.ts";
import { ServiceError } from "../../src/errors.ts";
import type { Reply } from "../../src/turn/turn.ts";
import { all, startOutcrop, transports } from "../support/outcrop.ts";

const haiku = "anthropic.claude-3-haiku-20240307-v1:0";
const hello: Message[] = [{ role: "user", content: [{ text: "Hello" }] }];

describe.each(transports)("ConverseStream over %s", (_name, options) => {
	test("events come in AWS's order and metadata is last", async () => {
		await using outcrop = await startOutcrop();
		const reply = await outcrop
			.client(options())
			.send(new ConverseStreamCommand({ modelId: haiku, messages: hello }));
		const kinds = (await all(reply.stream)).map(
			(event) => Object.keys(event)[0],
		);
		const deltas = kinds.filter((kind) => kind === "contentBlockDelta");
		expect(deltas.length).toBeGreaterThan(1);
		expect(kinds).toEqual([
			"messageStart",
			...deltas,
			"contentBlockStop",
			"messageStop",
			"metadata",
		]);
	});

	test("a forced tool call streams its input as JSON fragments", async () => {
		await using outcrop = await startOutcrop();
		const reply = await outcrop.client(options()).send(
			new ConverseStreamCommand({
				modelId: haiku,
				messages: hello,
				toolConfig: {
					tools: [
						{
							toolSpec: {
								name: "now",
								inputSchema: {
									json: {
										type: "object",
										required: ["zone"],
										properties: { zone: { type: "string" } },
									},
								},
							},
						},
					],
					toolChoice: { tool: { name: "now" } },
				},
			}),
		);
		const events = await all(reply.stream);
		expect(
			events.find((event) => event.contentBlockStart)?.contentBlockStart?.start
				?.toolUse?.name,
		).toBe("now");
		const json = events
			.map((event) => event.contentBlockDelta?.delta?.toolUse?.input ?? "")
			.join("");
		expect(typeof (JSON.parse(json) as { zone: unknown }).zone).toBe("string");
		expect(
			events.find((event) => event.messageStop)?.messageStop?.stopReason,
		).toBe("tool_use");
	});

	test("a refusal before the first event is an HTTP error", async () => {
		await using outcrop = await startOutcrop();
		const asked = outcrop
			.client(options())
			.send(new ConverseStreamCommand({ modelId: haiku, messages: [] }));
		await expect(asked).rejects.toThrow(ValidationException);
	});

	test.each([
		["internalServerException", "InternalServerException"],
		["modelStreamErrorException", "ModelStreamErrorException"],
		["validationException", "ValidationException"],
		["throttlingException", "ThrottlingException"],
		["serviceUnavailableException", "ServiceUnavailableException"],
	])("%s in mid-stream arrives as its own class", async (_member, name) => {
		await using outcrop = await startOutcrop(
			{},
			{ engines: [throwing(new ServiceError(name, "on purpose"))] },
		);
		const reply = await outcrop
			.client(options())
			.send(new ConverseStreamCommand({ modelId: haiku, messages: hello }));
		const reading = all(reply.stream);
		await expect(reading).rejects.toThrow("on purpose");
		await expect(reading).rejects.toHaveProperty("name", name);
	});

	test("a client that hangs up aborts the engine", async () => {
		const { engine, aborted } = waiting();
		await using outcrop = await startOutcrop({}, { engines: [engine] });
		const hangUp = new AbortController();
		const command = new ConverseStreamCommand({
			modelId: haiku,
			messages: hello,
		});
		const reply = await outcrop
			.client(options())
			.send(command, { abortSignal: hangUp.signal });
		const events = reply.stream?.[Symbol.asyncIterator]();
		expect((await events?.next())?.value).toHaveProperty("messageStart");
		hangUp.abort();
		await aborted;
	});
});

test("frames carry their headers in Bedrock's order, padding, and no initial-response", async () => {
	await using outcrop = await startOutcrop();
	const response = await fetch(
		`${outcrop.url}/model/${haiku}/converse-stream`,
		{
			method: "POST",
			body: JSON.stringify({ messages: hello }),
		},
	);
	expect(response.headers.get("content-type")).toBe(
		"application/vnd.amazon.eventstream",
	);
	const frames = decodeFrames(Buffer.from(await response.arrayBuffer()));
	expect(frames[0]?.headers).toEqual([
		[":event-type", "messageStart"],
		[":content-type", "application/json"],
		[":message-type", "event"],
	]);
	expect(frames[0]?.body).toMatch(
		/^\{"p":"abc?[a-zA-Z0-9]*","role":"assistant"\}$/,
	);
	expect(frames[1]?.body).toMatch(
		/^\{"contentBlockIndex":0,"delta":\{"text":"[^"]+"\},"p":"ab[a-zA-Z0-9]*"\}$/,
	);
	expect(frames.at(-1)?.headers[0]).toEqual([":event-type", "metadata"]);
});

function decodeFrames(
	bytes: Buffer,
): { headers: [string, unknown][]; body: string }[] {
	const codec = new EventStreamCodec(
		(utf8) => Buffer.from(utf8).toString("utf8"),
		(text) => Buffer.from(text, "utf8"),
	);
	const frames = [];
	for (let offset = 0; offset < bytes.length; ) {
		const length = bytes.readUInt32BE(offset);
		const message = codec.decode(bytes.subarray(offset, offset + length));
		const headers = Object.entries(message.headers).map(
			([name, header]): [string, unknown] => [name, header.value],
		);
		frames.push({ headers, body: Buffer.from(message.body).toString() });
		offset += length;
	}
	return frames;
}

/** Two events, then the error. */
function throwing(error: Error): Engine {
	return {
		name: "throwing",
		async *reply(): Reply {
			yield { messageStart: { role: "assistant" } };
			yield {
				contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Hi" } },
			};
			throw error;
		},
	} as Engine;
}

/** Two events, then silence until the call is aborted. */
function waiting(): { engine: Engine; aborted: Promise<void> } {
	const { promise, resolve } = Promise.withResolvers<void>();
	const engine: Engine = {
		name: "waiting",
		reply: (_turn, call) =>
			(async function* (): Reply {
				yield { messageStart: { role: "assistant" } };
				yield {
					contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Hi" } },
				};
				await new Promise<void>((_resolve, reject) => {
					call.signal.addEventListener("abort", () => {
						resolve();
						reject(call.signal.reason);
					});
				});
			})(),
	};
	return { engine, aborted: promise };
}

test("a prompt router tells in metadata which model it chose", async () => {
	await using outcrop = await startOutcrop();
	const owner = "arn:aws:bedrock:ap-south-1:123456789012";
	const reply = await outcrop.client().send(
		new ConverseStreamCommand({
			modelId: `${owner}:prompt-router/a1b2c3d4e5f6`,
			messages: hello,
		}),
	);
	const last = (await all(reply.stream)).at(-1);
	expect(last?.metadata?.trace?.promptRouter?.invokedModelId).toBe(
		`${owner}:inference-profile/apac.amazon.nova-lite-v1:0`,
	);
});
