import { expect, test } from "vitest";
import { runCommand } from "../../src/cli/commands.ts";
import { startChatServer } from "../support/chat-server.ts";
import { createTerminal } from "./terminal.ts";

/** Runs `outcrop models --upstream` for a server that the environment names. */
async function models(upstream: string, ...argv: string[]) {
	const terminal = createTerminal({ env: { OUTCROP_UPSTREAM: upstream } });
	const code = await runCommand(["models", "--upstream", ...argv], terminal);
	return { code, ...terminal.printed };
}

const listing = { status: 200, text: '{"data":[{"id":"qwen3"},{"id":"bge"}]}' };

test("outcrop models --upstream says what stands for what, and that it is there", async () => {
	await using server = await startChatServer(() => listing);
	const { code, stdout } = await models(`${server.url}=qwen3`);
	expect(code).toBe(0);
	const { host } = new URL(server.url);
	expect(stdout).toBe(
		`${host}  ${server.url}  up, 2 models\n\n(others, texts)  ${host}: qwen3\n`,
	);
	expect(server.asked[0]?.path).toBe("/v1/models");
});

test("a model that the server does not list is missing", async () => {
	await using server = await startChatServer(() => listing);
	const { code, stdout } = await models(`${server.url}=llama3`);
	expect(code).toBe(1);
	expect(stdout).toMatch(/llama3 {2}missing\n/);
});

test("a server that is not there is down, with the reason", async () => {
	const { code, stdout } = await models("http://127.0.0.1:1/v1=m");
	expect(code).toBe(1);
	expect(stdout).toContain("down: The model server at http://127.0.0.1:1/v1");
	expect(stdout).toContain("m  not known");
});

test("with words, models of the catalogue are shown with what stands for them", async () => {
	await using server = await startChatServer(() => listing);
	const { stdout } = await models(server.url, "nova-micro");
	const { host } = new URL(server.url);
	expect(stdout).toContain(`amazon.nova-micro-v1:0  ${host}: qwen3\n`);
});

test("--json says it to programs, without the key", async () => {
	await using server = await startChatServer(() => listing);
	const { stdout } = await models(server.url, "--json");
	const { host } = new URL(server.url);
	expect(JSON.parse(stdout)).toEqual({
		servers: [{ name: host, url: server.url, models: ["qwen3", "bge"] }],
		rows: [
			{ modelId: "(texts)", upstream: host, target: "qwen3", state: "there" },
		],
		isWell: true,
	});
});

test("without an upstream the command says how to name one", async () => {
	const { code, stderr } = await models("");
	expect(code).toBe(2);
	expect(stderr).toContain("There is no upstream. Name one");
});
