import { once } from "node:events";
import type { IncomingMessage, RequestListener } from "node:http";
import http2 from "node:http2";
import { ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import { SignatureV4 } from "@smithy/signature-v4";
import { expect, test } from "vitest";
import type { Config } from "../../src/config.ts";
import { holdNobody } from "../support/nobody.ts";
import { post, startOutcrop } from "../support/outcrop.ts";
import { startRawServer } from "../support/raw-server.ts";
import { Sha256 } from "../support/sha256.ts";

const modelId = "amazon.nova-lite-v1:0";
const messages = [{ role: "user" as const, content: [{ text: "Hi" }] }];

/** An Outcrop beside another emulator. */
async function startBeside(
	listener: RequestListener,
	config: Partial<Config> = {},
) {
	const other = await startRawServer(listener);
	const outcrop = await startOutcrop({ forward: other.url, ...config });
	return {
		outcrop,
		other,
		async [Symbol.asyncDispose]() {
			await outcrop[Symbol.asyncDispose]();
			await other[Symbol.asyncDispose]();
		},
	};
}

function credential(service: string): Record<string, string> {
	return {
		authorization: `AWS4-HMAC-SHA256 Credential=test/20261001/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`,
	};
}

interface Seen {
	method: string | undefined;
	url: string | undefined;
	headers: IncomingMessage["headers"];
	body: string;
}

/** Another emulator that remembers what it was asked and says who it is. */
function remembering(seen: Seen[]): RequestListener {
	return async (request, response) => {
		const body = Buffer.concat(await request.toArray()).toString();
		const { method, url, headers } = request;
		seen.push({ method, url, headers, body });
		response.setHeader("x-amz-request-id", "of-the-other");
		response.end("the other");
	};
}

test("a request that is signed for another service goes to the other emulator", async () => {
	const seen: Seen[] = [];
	await using both = await startBeside(remembering(seen));
	const answer = await post(
		`${both.outcrop.url}/?x-id=%20a`,
		"Action=GetCallerIdentity",
		{
			...credential("sts"),
			"content-type": "application/x-www-form-urlencoded",
		},
	);
	expect([answer.status, answer.text]).toEqual([200, "the other"]);
	expect(answer.headers.get("x-amz-request-id")).toBe("of-the-other");
	expect(seen[0]).toMatchObject({
		method: "POST",
		url: "/?x-id=%20a",
		body: "Action=GetCallerIdentity",
		headers: {
			...credential("sts"),
			host: both.outcrop.url.replace("http://", ""),
		},
	});
});

test("Bedrock stays", async () => {
	const seen: Seen[] = [];
	await using both = await startBeside(remembering(seen));
	const reply = await both.outcrop
		.client()
		.send(new ConverseCommand({ modelId, messages }));
	expect(reply.stopReason).toBe("end_turn");
	expect(seen).toEqual([]);
});

test("a bucket may have the name of one of Bedrock's paths", async () => {
	const seen: Seen[] = [];
	await using both = await startBeside(remembering(seen));
	const url = `${both.outcrop.url}/foundation-models`;
	await fetch(url, { headers: credential("s3") });
	expect(seen[0]?.url).toBe("/foundation-models");
	const own = await fetch(url, { headers: credential("bedrock") });
	expect(await own.json()).toHaveProperty("modelSummaries");
});

test("a presigned request goes by the scope in its query", async () => {
	const seen: Seen[] = [];
	await using both = await startBeside(remembering(seen));
	const query =
		"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F20261001%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=00";
	await fetch(`${both.outcrop.url}/foundation-models?${query}`);
	expect(seen[0]?.url).toBe(`/foundation-models?${query}`);
});

test("a target goes to the other emulator, signed or not", async () => {
	const seen: Seen[] = [];
	await using both = await startBeside(remembering(seen));
	await post(both.outcrop.url, "{}", {
		"x-amz-target": "DynamoDB_20120810.ListTables",
	});
	expect(seen[0]?.headers["x-amz-target"]).toBe("DynamoDB_20120810.ListTables");
});

test("an anonymous request goes by its path", async () => {
	const seen: Seen[] = [];
	await using both = await startBeside(remembering(seen));
	await fetch(`${both.outcrop.url}/bucket/key`);
	await post(
		`${both.outcrop.url}/model/${modelId}/converse`,
		JSON.stringify({ messages }),
	);
	expect(seen.map(({ url }) => url)).toEqual(["/bucket/key"]);
});

test("Outcrop's own paths never leave it", async () => {
	const seen: Seen[] = [];
	await using both = await startBeside(remembering(seen));
	const own = await fetch(`${both.outcrop.url}/_outcrop/api/nothing`);
	const health = await fetch(`${both.outcrop.url}/_localstack/health`);
	expect([own.status, health.status]).toEqual([404, 200]);
	expect(seen).toEqual([]);
});

test("a signature is still good at the other emulator", async () => {
	await using bedrock = await startOutcrop({
		verifySignatures: true,
		keys: {
			credentials: new Map([
				["AKIA", { accessKeyId: "AKIA", secretAccessKey: "secret" }],
			]),
			bearerKeys: new Set(),
		},
	});
	// The other emulator is an Outcrop, and the first one has its services switched off.
	await using outcrop = await startOutcrop({
		forward: bedrock.url,
		services: { "bedrock-runtime": { enabled: false } },
	});
	const host = outcrop.url.replace("http://", "");
	const signer = new SignatureV4({
		service: "bedrock",
		region: "us-east-1",
		credentials: { accessKeyId: "AKIA", secretAccessKey: "secret" },
		sha256: Sha256,
	});
	const body = JSON.stringify({ messages });
	const path = `/model/${encodeURIComponent(modelId)}/converse`;
	const signed = await signer.sign({
		method: "POST",
		protocol: "http:",
		hostname: host,
		path,
		headers: { host, "content-type": "application/json" },
		body,
	});
	const { host: _, ...headers } = signed.headers;
	const { status } = await post(outcrop.url + path, body, headers);
	expect(status).toBe(200);
});

test("an answer comes as it is sent, and its length is told", async () => {
	let more = () => {};
	await using both = await startBeside((_request, response) => {
		response.writeHead(200, { "content-length": "8" });
		response.write("half");
		more = () => response.end("half");
	});
	const answer = await fetch(`${both.outcrop.url}/bucket/key`);
	expect(answer.headers.get("content-length")).toBe("8");
	const reader = answer.body?.getReader();
	const first = await reader?.read();
	expect(Buffer.from(first?.value ?? []).toString()).toBe("half");
	more();
	const second = await reader?.read();
	expect(Buffer.from(second?.value ?? []).toString()).toBe("half");
});

test("HEAD tells the length and has no body", async () => {
	await using both = await startBeside((_request, response) => {
		response.writeHead(200, { "content-length": "8", etag: '"x"' });
		response.end();
	});
	const answer = await fetch(`${both.outcrop.url}/bucket/key`, {
		method: "HEAD",
	});
	expect(answer.headers.get("content-length")).toBe("8");
	expect(await answer.text()).toBe("");
});

test("HTTP/2 requests go on over HTTP/1.1", async () => {
	const seen: Seen[] = [];
	await using both = await startBeside(remembering(seen));
	const session = http2.connect(both.outcrop.url);
	const stream = session.request({
		":method": "PUT",
		":path": "/bucket/key",
		...credential("s3"),
	});
	stream.end("content");
	const text = (await stream.toArray()).join("");
	session.close();
	expect(text).toBe("the other");
	expect(seen[0]).toMatchObject({ method: "PUT", body: "content" });
	expect(seen[0]?.headers.host).toBe(both.outcrop.url.replace("http://", ""));
});

test("a client that hangs up stops the other emulator's answer", async () => {
	let closed: Promise<unknown> | undefined;
	await using both = await startBeside((_request, response) => {
		closed = once(response, "close");
		response.write("half");
	});
	const hangUp = new AbortController();
	const { signal } = hangUp;
	const answer = await fetch(`${both.outcrop.url}/bucket/key`, { signal });
	await answer.body?.getReader().read();
	hangUp.abort();
	await closed;
});

test("another emulator that is not there is told by name", async () => {
	await using nobody = await holdNobody();
	await using outcrop = await startOutcrop({ forward: nobody.url });
	const { status, json } = await post(outcrop.url, "", credential("sqs"));
	expect(status).toBe(503);
	expect(json.message).toContain(
		`${nobody.url}, which --forward names for all others, cannot be reached: connect ECONNREFUSED`,
	);
});

test("a request that comes back is refused", async () => {
	const hops = await startRawServer((request, response) => {
		response.end(request.headers["x-outcrop-hops"]);
	});
	await using asked = await startOutcrop({ forward: hops.url });
	const own = await (await fetch(`${asked.url}/bucket`)).text();
	const { status, json } = await post(asked.url, "", {
		"x-outcrop-hops": own,
	});
	await hops[Symbol.asyncDispose]();
	expect([status, json.message]).toEqual([
		400,
		`The request goes in circles: ${hops.url} leads back to this Outcrop. Name another --forward.`,
	]);
});

test("a body past the limit is refused with what to do", async () => {
	const seen: Seen[] = [];
	await using both = await startBeside(remembering(seen), { maxBodyBytes: 10 });
	const { status, json } = await post(both.outcrop.url, "x".repeat(11));
	expect([status, json.message]).toEqual([
		413,
		"The request body is larger than 10 bytes. Raise --max-body-bytes.",
	]);
	expect(seen).toEqual([]);
});
