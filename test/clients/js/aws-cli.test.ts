import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Config } from "../../../src/config.ts";
import { type Ran, run } from "../process.ts";
import { startScripted } from "./scripted.ts";

const haiku = "anthropic.claude-3-haiku-20240307-v1:0";
const hello = `[{"role":"user","content":[{"text":"hi"}]}]`;

/** The AWS CLI of the Python environment. */
const aws = process.env.OUTCROP_TEST_AWS ?? "aws";

/** The variables of the published examples, and nothing of the machine's own AWS configuration. */
async function start(config: Partial<Config> = {}) {
	const outcrop = await startScripted(config);
	const folder = await mkdtemp(join(tmpdir(), "outcrop-aws-"));
	const env = {
		PATH: `${dirname(aws)}:${process.env.PATH}`,
		HOME: folder,
		AWS_ENDPOINT_URL: outcrop.url.replace("127.0.0.1", "localhost"),
		AWS_DEFAULT_REGION: "us-east-1",
		AWS_ACCESS_KEY_ID: "test",
		AWS_SECRET_ACCESS_KEY: "test",
	};
	return {
		folder,
		runtime: (...args: string[]): Promise<Ran> =>
			run(aws, ["bedrock-runtime", ...args], { cwd: folder, env }),
		async [Symbol.asyncDispose]() {
			await outcrop[Symbol.asyncDispose]();
			await rm(folder, { recursive: true, force: true });
		},
	};
}

/**
 * `--cli-binary-format raw-in-base64-out` is an option of AWS CLI 2. Version 1, the one on PyPI, knows no other format, and
 * refuses the option.
 */
async function rawBody(): Promise<string[]> {
	const version = await run(aws, ["--version"], { cwd: tmpdir() });
	return version.output.startsWith("aws-cli/1.")
		? []
		: ["--cli-binary-format", "raw-in-base64-out"];
}

test("the published converse example answers", async () => {
	await using cli = await start();
	const answered = await cli.runtime(
		"converse",
		"--model-id",
		haiku,
		"--messages",
		hello,
	);
	expect(answered.stderr).toBe("");
	const reply = JSON.parse(answered.stdout);
	expect(reply.output.message).toEqual({
		role: "assistant",
		content: [{ text: expect.stringContaining(haiku) }],
	});
	expect(reply.stopReason).toBe("end_turn");
	expect(reply.usage.totalTokens).toBe(
		reply.usage.inputTokens + reply.usage.outputTokens,
	);
	expect(reply.metrics).toHaveProperty("latencyMs", expect.any(Number));
});

test("the published invoke-model example writes its file", async () => {
	await using cli = await start();
	const file = join(cli.folder, "response.json");
	const body = `{"anthropic_version":"bedrock-2023-05-31","max_tokens":100,"messages":[{"role":"user","content":"hi"}]}`;
	const answered = await cli.runtime(
		"invoke-model",
		"--model-id",
		haiku,
		"--body",
		body,
		...(await rawBody()),
		file,
	);
	expect(answered.stderr).toBe("");
	expect(JSON.parse(answered.stdout)).toMatchObject({
		contentType: "application/json",
	});
	expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({
		type: "message",
		role: "assistant",
		content: [{ type: "text", text: expect.stringContaining(haiku) }],
		model: haiku,
		stop_reason: "end_turn",
	});
});

test("the published examples answer with --compat floci", async () => {
	await using cli = await start({ compat: "floci" });
	const file = join(cli.folder, "response.json");
	const asked = await cli.runtime(
		"converse",
		"--model-id",
		haiku,
		"--messages",
		hello,
	);
	expect(JSON.parse(asked.stdout).output.message.content[0].text).toContain(
		haiku,
	);
	const invoked = await cli.runtime(
		"invoke-model",
		"--model-id",
		haiku,
		"--body",
		"{}",
		...(await rawBody()),
		file,
	);
	expect(invoked.code).toBe(0);
	expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({
		type: "message",
		model: haiku,
	});
});

test("a tool round trip", async () => {
	await using cli = await start();
	const spec = {
		name: "weather",
		inputSchema: {
			json: {
				type: "object",
				required: ["city"],
				properties: { city: { type: "string" } },
			},
		},
	};
	const ask = async (messages: unknown[], toolConfig: unknown) => {
		const args = [
			"--messages",
			JSON.stringify(messages),
			"--tool-config",
			JSON.stringify(toolConfig),
		];
		const answered = await cli.runtime(
			"converse",
			"--model-id",
			haiku,
			...args,
		);
		expect(answered.stderr).toBe("");
		return JSON.parse(answered.stdout);
	};
	const asked = { role: "user", content: [{ text: "How is the weather?" }] };
	const first = await ask([asked], {
		tools: [{ toolSpec: spec }],
		toolChoice: { any: {} },
	});
	expect(first.stopReason).toBe("tool_use");
	const { toolUse } = first.output.message.content.at(-1);
	expect(toolUse.input).toHaveProperty("city", expect.any(String));

	const toolResult = {
		toolUseId: toolUse.toolUseId,
		content: [{ text: "sunny" }],
	};
	const messages = [
		asked,
		first.output.message,
		{ role: "user", content: [{ toolResult }] },
	];
	const second = await ask(messages, { tools: [{ toolSpec: spec }] });
	expect(second.stopReason).toBe("end_turn");
});

test("count-tokens counts what converse bills", async () => {
	await using cli = await start();
	const asked = await cli.runtime(
		"converse",
		"--model-id",
		haiku,
		"--messages",
		hello,
	);
	const counted = await cli.runtime(
		"count-tokens",
		"--model-id",
		haiku,
		"--input",
		`{"converse":{"messages":${hello}}}`,
	);
	expect(JSON.parse(counted.stdout).inputTokens).toBe(
		JSON.parse(asked.stdout).usage.inputTokens,
	);
});

test("a refused request names the exception, the operation and the reason", async () => {
	await using cli = await start();
	const refused = await cli.runtime(
		"converse",
		"--model-id",
		haiku,
		"--messages",
		"[]",
	);
	expect(refused.code).not.toBe(0);
	expect(refused.stderr).toMatch(
		/An error occurred \(ValidationException\) when calling the Converse operation: \S/,
	);
});

test("a throttled call names its exception, retries over", async () => {
	await using cli = await start();
	const messages = `[{"role":"user","content":[{"text":"throw ModelNotReadyException"}]}]`;
	const refused = await cli.runtime(
		"converse",
		"--model-id",
		haiku,
		"--messages",
		messages,
	);
	expect(refused.stderr).toContain(
		"(ModelNotReadyException) when calling the Converse operation",
	);
	expect(refused.stderr).toContain("thrown as ModelNotReadyException");
});
