import { ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { all, post } from "../support/outcrop.ts";
import { modelId, startScript } from "./start.ts";

const url = (base: string) => `${base}/model/${modelId}/converse`;
const hello = JSON.stringify({
	messages: [{ role: "user", content: [{ text: "flaky" }] }],
});

test("a rule may answer with a page of HTML, as load balancers do", async () => {
	await using outcrop = await startScript(`
replies:
  - when: { user: flaky }
    fault: { html: true, status: 502 }
`);
	const { status, headers, text } = await post(url(outcrop.url), hello);
	expect(status).toBe(502);
	expect(headers.get("content-type")).toContain("text/html");
	expect(text).toContain("<html");
});

test("a rule may spoil the checksum of a frame", async () => {
	await using outcrop = await startScript(`
replies:
  - when: { user: flaky }
    text: A text of several words.
    fault: { break: wrongCrc, after: 2 }
`);
	const reply = await outcrop.client().send(
		new ConverseStreamCommand({
			modelId,
			messages: [{ role: "user", content: [{ text: "flaky" }] }],
		}),
	);
	await expect(all(reply.stream)).rejects.toThrow(/checksum/i);
});

test("headers of a rule survive a fault that slows it", async () => {
	await using outcrop = await startScript(`
replies:
  - when: { user: flaky }
    text: Hi.
    headers: { x-mine: kept }
    fault: { delay: { firstToken: 1ms } }
`);
	const { status, headers } = await post(url(outcrop.url), hello);
	expect(status).toBe(200);
	expect(headers.get("x-mine")).toBe("kept");
});

test("headers of a rule survive when its events are written by hand", async () => {
	await using outcrop = await startScript(`
replies:
  - when: { user: flaky }
    headers: { x-mine: kept }
    events:
      - messageStart: { role: assistant }
      - contentBlockDelta: { contentBlockIndex: 0, delta: { text: Hi. } }
      - contentBlockStop: { contentBlockIndex: 0 }
      - messageStop: { stopReason: end_turn }
      - metadata: { usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 }, metrics: { latencyMs: 1 } }
`);
	const { status, headers } = await post(url(outcrop.url), hello);
	expect(status).toBe(200);
	expect(headers.get("x-mine")).toBe("kept");
});
