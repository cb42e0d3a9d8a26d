import { once } from "node:events";
import net from "node:net";
import { expect, test } from "vitest";
import { post, startOutcrop, type TestOutcrop } from "../support/outcrop.ts";

const haiku = "anthropic.claude-3-haiku-20240307-v1:0";
const hello = JSON.stringify({
	messages: [{ role: "user", content: [{ text: "Hi" }] }],
});

async function expectServing(outcrop: TestOutcrop): Promise<void> {
	const url = `${outcrop.url}/model/${haiku}/converse`;
	expect((await post(url, hello)).status).toBe(200);
}

/** Sends bytes and waits until the server has closed the connection. */
async function sendRaw(outcrop: TestOutcrop, bytes: string): Promise<string> {
	const socket = net.connect(outcrop.emulator.port, "127.0.0.1");
	let received = "";
	socket.on("data", (chunk) => {
		received += chunk.toString("latin1");
	});
	socket.on("error", () => {});
	socket.write(Buffer.from(bytes, "latin1"));
	await once(socket, "close");
	return received;
}

test("a body over the limit is refused and the server goes on", async () => {
	await using outcrop = await startOutcrop({ maxBodyBytes: 1000 });
	const { status, json } = await post(
		`${outcrop.url}/model/${haiku}/converse`,
		"x".repeat(2000),
	);
	expect(status).toBe(413);
	expect(json.message).toBe("The request body is larger than 1000 bytes.");
	await expectServing(outcrop);
});

test("JSON nested a million deep is refused on every surface", async () => {
	await using outcrop = await startOutcrop();
	const bomb = "[".repeat(1_000_000) + "]".repeat(1_000_000);
	const converse = await post(
		`${outcrop.url}/model/${haiku}/converse`,
		`{"additionalModelRequestFields":${bomb}}`,
	);
	expect(converse.status).toBe(400);
	const invoke = await post(`${outcrop.url}/model/${haiku}/invoke`, bomb);
	expect(invoke.status).toBe(400);
	await expectServing(outcrop);
});

test("names that JavaScript keeps for itself are ordinary names", async () => {
	await using outcrop = await startOutcrop();
	const body = `{"__proto__":{"polluted":1},"requestMetadata":{"__proto__":"x"},${hello.slice(1)}`;
	const { status } = await post(`${outcrop.url}/model/${haiku}/converse`, body);
	expect([200, 400]).toContain(status);
	expect(({} as { polluted?: number }).polluted).toBeUndefined();
	await expectServing(outcrop);
});

test("bytes that are no HTTP are answered 400 and closed", async () => {
	await using outcrop = await startOutcrop();
	expect(await sendRaw(outcrop, "\x00\x01\x02nonsense\r\n\r\n")).toContain(
		"400",
	);
	await expectServing(outcrop);
});

test("a broken HTTP/2 preface or frame ends that connection only", async () => {
	await using outcrop = await startOutcrop();
	const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
	const frame = "\x00\x00\x08\x04\x00\x00\x00\x00\x07garbage!";
	await sendRaw(outcrop, preface + frame);
	await sendRaw(outcrop, `${preface}\xff\xff\xff\xff\xff\xff\xff\xff\xff`);
	await expectServing(outcrop);
});

test("odd paths are refused, not mistaken", async () => {
	await using outcrop = await startOutcrop();
	for (const path of ["/model/%/converse", "/model/%ff%fe/converse"]) {
		expect((await post(outcrop.url + path, hello)).status).toBe(400);
	}
	for (const path of ["//model/a/converse", "/model/../converse/x", "/%2e"]) {
		expect((await post(outcrop.url + path, hello)).status).toBe(404);
	}
	await expectServing(outcrop);
});
