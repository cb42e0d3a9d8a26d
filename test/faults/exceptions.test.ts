import {
	InternalServerException,
	ModelNotReadyException,
	ModelStreamErrorException,
	ModelTimeoutException,
	ServiceUnavailableException,
	ThrottlingException,
	ValidationException,
} from "@aws-sdk/client-bedrock-runtime";
import { ConfiguredRetryStrategy } from "@smithy/core/retry";
import { describe, expect, test } from "vitest";
import { all, post, startOutcrop, transports } from "../support/outcrop.ts";
import {
	claude,
	converse,
	converseStream,
	failure,
	invokeStream,
	untilItBreaks,
	withFault,
} from "./client.ts";

/** The SDK's own retries, without its waits. */
function impatient(maxAttempts: number): ConfiguredRetryStrategy {
	return new ConfiguredRetryStrategy(maxAttempts, 0);
}

describe.each(transports)("over %s", (_name, options) => {
	test("a fault of the header is an exception before the stream", async () => {
		await using outcrop = await startOutcrop();
		const client = withFault(outcrop.client(options()), "throttlingException");
		const seen = await failure(client.send(converseStream()));
		expect(seen.error).toBeInstanceOf(ThrottlingException);
		expect(seen.status).toBe(429);
		expect(seen.message).toBe(
			"Too many requests, please wait before trying again.",
		);
	});

	test.each([
		["throttlingException", ThrottlingException],
		["internalServerException", InternalServerException],
		["modelStreamErrorException", ModelStreamErrorException],
		["validationException", ValidationException],
		["serviceUnavailableException", ServiceUnavailableException],
	])("ConverseStream breaks with %s after 7 events", async (name, type) => {
		await using outcrop = await startOutcrop();
		const client = withFault(outcrop.client(options()), `${name}; after=7`);
		const seen = await untilItBreaks(client.send(converseStream()));
		expect(seen.events).toBe(7);
		expect(seen.error).toBeInstanceOf(type);
		expect(seen.name).toBe(type.name);
	});

	test.each([
		["throttlingException", ThrottlingException],
		["internalServerException", InternalServerException],
		["modelStreamErrorException", ModelStreamErrorException],
		["validationException", ValidationException],
		["serviceUnavailableException", ServiceUnavailableException],
		["modelTimeoutException", ModelTimeoutException],
	])(
		"InvokeModelWithResponseStream breaks with %s after 2 chunks",
		async (name, type) => {
			await using outcrop = await startOutcrop();
			const client = withFault(outcrop.client(options()), `${name}; after=2`);
			const seen = await untilItBreaks(client.send(invokeStream()));
			expect(seen.events).toBe(2);
			expect(seen.error).toBeInstanceOf(type);
		},
	);

	test("after=0 begins the response, and its first event is the exception", async () => {
		await using outcrop = await startOutcrop();
		outcrop.emulator.faults.add({ throw: "ThrottlingException", after: 0 });
		const seen = await untilItBreaks(
			outcrop.client(options()).send(converseStream()),
		);
		expect(seen.error).toBeInstanceOf(ThrottlingException);
		expect(seen.status).toBe(undefined);
		const [exchange] = outcrop.emulator.journal.find({});
		expect(exchange?.status).toBe(200);
	});

	test("attempt 1 is throttled and attempt 2 served", async () => {
		await using outcrop = await startOutcrop();
		outcrop.emulator.faults.add({ throw: "ThrottlingException", times: 1 });
		const client = outcrop.client({
			...options(),
			retryStrategy: impatient(2),
		});
		const reply = await client.send(converse());
		expect(reply.$metadata.attempts).toBe(2);
		expect(reply.stopReason).toBe("end_turn");
	});

	test("times of a header counts the attempts of a call", async () => {
		await using outcrop = await startOutcrop();
		const client = withFault(
			outcrop.client({ ...options(), retryStrategy: impatient(3) }),
			"serviceUnavailableException; times=2",
		);
		const reply = await client.send(converse());
		expect(reply.$metadata.attempts).toBe(3);
	});

	test("a throttled stream is retried before its first event", async () => {
		await using outcrop = await startOutcrop();
		outcrop.emulator.faults.add({ throw: "ThrottlingException", times: 1 });
		const client = outcrop.client({
			...options(),
			retryStrategy: impatient(2),
		});
		const reply = await client.send(converseStream());
		expect(reply.$metadata.attempts).toBe(2);
		expect((await all(reply.stream)).at(-1)).toHaveProperty("metadata");
	});

	test("retries that are used up end with the exception", async () => {
		await using outcrop = await startOutcrop();
		outcrop.emulator.faults.add({ throw: "ModelNotReadyException" });
		const client = outcrop.client({
			...options(),
			retryStrategy: impatient(2),
		});
		const seen = await failure(client.send(converse()));
		expect(seen.error).toBeInstanceOf(ModelNotReadyException);
		expect(outcrop.emulator.faults.list()[0]?.hits).toBe(2);
	});

	test("a load balancer's HTML page is no JSON, with its status", async () => {
		await using outcrop = await startOutcrop();
		const client = withFault(outcrop.client(options()), "html; status=502");
		const seen = await failure(client.send(converse()));
		expect(seen.status).toBe(502);
		expect(seen.name).toBe("SyntaxError");
		expect(seen.message).toMatch(/^Unexpected token '<', "<html>/u);
	});
});

test("an exception that a stream does not model comes under its own name", async () => {
	await using outcrop = await startOutcrop();
	const client = withFault(outcrop.client(), "accessDeniedException; after=1");
	const seen = await untilItBreaks(client.send(converseStream()));
	expect(seen.events).toBe(1);
	expect(seen.name).toBe("AccessDeniedException");
	expect(seen.message).toBe(
		"You don't have access to the model with the specified model ID.",
	);
});

test("originalStatusCode and originalMessage reach the client in the stream", async () => {
	await using outcrop = await startOutcrop();
	outcrop.emulator.faults.add({
		throw: "ModelStreamErrorException",
		after: 3,
		message: "Broken",
		originalStatusCode: 500,
		originalMessage: "boom",
	});
	const { error } = await untilItBreaks(
		outcrop.client().send(converseStream()),
	);
	expect(error).toMatchObject({
		message: "Broken",
		originalStatusCode: 500,
		originalMessage: "boom",
	});
});

test("after has no meaning without a stream: Converse answers the exception", async () => {
	await using outcrop = await startOutcrop();
	outcrop.emulator.faults.add({ throw: "ModelErrorException", after: 7 });
	const seen = await failure(outcrop.client().send(converse()));
	expect([seen.name, seen.status]).toEqual(["ModelErrorException", 424]);
});

test("a status takes the place of the exception's own", async () => {
	await using outcrop = await startOutcrop();
	outcrop.emulator.faults.add({ throw: "ThrottlingException", status: 503 });
	const seen = await failure(outcrop.client().send(converse()));
	expect([seen.name, seen.status]).toEqual(["ThrottlingException", 503]);
});

test("a header that cannot be read is refused in words", async () => {
	await using outcrop = await startOutcrop();
	const refused = await post(
		`${outcrop.url}/model/${claude}/converse`,
		JSON.stringify({ messages: [{ role: "user", content: [{ text: "hi" }] }] }),
		{ "x-outcrop-fault": "throtlingExeption" },
	);
	expect(refused.status).toBe(400);
	expect(refused.json.message).toBe(
		'x-outcrop-fault: A fault: break takes one of cut, reset, goaway, stall, drip, wrongCrc, wrongLength, truncatedJson, not "throtlingExeption".',
	);
});

test("the journal says which fault a call suffered", async () => {
	await using outcrop = await startOutcrop();
	outcrop.emulator.faults.add({ throw: "ThrottlingException", after: 2 });
	await untilItBreaks(outcrop.client().send(converseStream()));
	const [exchange] = outcrop.emulator.journal.find({});
	expect(exchange?.notes.faults).toEqual(["ThrottlingException; after=2"]);
	expect(exchange?.error?.name).toBe("ThrottlingException");
});

test("boto3's header of a retry tells its attempt too", async () => {
	await using outcrop = await startOutcrop();
	const attempt = (header: string) =>
		post(
			`${outcrop.url}/model/${claude}/converse`,
			JSON.stringify({
				messages: [{ role: "user", content: [{ text: "hi" }] }],
			}),
			{ "x-outcrop-fault": "503; times=1", "amz-sdk-request": header },
		);
	expect((await attempt("attempt=1; max=3")).status).toBe(503);
	expect((await attempt("ttl=20261123T144533Z; attempt=2; max=3")).status).toBe(
		200,
	);
});
