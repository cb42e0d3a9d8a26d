import net, { type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { defaultConfig } from "../../src/config.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { startEmulator } from "../../src/start.ts";
import { post, startOutcrop } from "../support/outcrop.ts";

const silent = { error() {}, info() {}, debug() {} };

test("a start that cannot listen stops the engines that it had started", async () => {
	const taken = net.createServer();
	await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
	const { port } = taken.address() as AddressInfo;
	const life: string[] = [];
	const engine: Engine = {
		name: "watching",
		reply: () => undefined,
		async start() {
			life.push("started");
		},
		stop() {
			life.push("stopped");
		},
	};
	const starting = startEmulator(defaultConfig({ port }), {
		log: silent,
		engines: [engine],
	});
	await expect(starting).rejects.toHaveProperty("code", "EADDRINUSE");
	expect(life).toEqual(["started", "stopped"]);
	taken.close();
});

test("a refusal that repeats the client's words is cut in the log, not in the answer", async () => {
	const lines: string[] = [];
	await using outcrop = await startOutcrop(
		{},
		{ log: { ...silent, info: (line) => lines.push(line) } },
	);
	const role = "x".repeat(3000);
	const { json } = await post(
		`${outcrop.url}/model/amazon.nova-lite-v1:0/converse`,
		JSON.stringify({ messages: [{ role, content: [{ text: "hi" }] }] }),
	);
	expect(json.message).toContain(role);
	expect(lines).toHaveLength(1);
	expect(lines[0]?.length).toBeLessThan(700);
});
