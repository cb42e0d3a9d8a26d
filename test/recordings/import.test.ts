import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
	ConverseCommand,
	ConverseStreamCommand,
	InvokeModelCommand,
	InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { runCommand } from "../../src/cli/commands.ts";
import { encodeEvent } from "../../src/protocol/eventstream.ts";
import { createTerminal } from "../cli/terminal.ts";
import { all, startOutcrop } from "../support/outcrop.ts";
import { temporaryFolder } from "./support.ts";

const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
const messages = [{ role: "user" as const, content: [{ text: "Hello" }] }];
const host = "https://bedrock-runtime.eu-central-1.amazonaws.com";
const answer = {
	metrics: { latencyMs: 321 },
	output: { message: { content: [{ text: "Hi." }], role: "assistant" } },
	stopReason: "end_turn",
	usage: { inputTokens: 8, outputTokens: 2, totalTokens: 10 },
};

/** Imports one file, and returns what the command said. */
async function importing(
	into: string,
	name: string,
	content: string | Uint8Array,
) {
	using folder = temporaryFolder();
	const file = join(folder.path, name);
	writeFileSync(file, content);
	const terminal = createTerminal();
	const code = await runCommand(
		["cassettes", "import", file, "--into", into],
		terminal,
	);
	return { code, ...terminal.printed };
}

/** As PyYAML writes it: bytes that are no text as !!binary. */
const vcrYaml = `interactions:
- request:
    body: '{"messages": [{"role": "user", "content": [{"text": "Hello"}]}]}'
    headers:
      Authorization:
      - !!binary |
        QVdTNC1ITUFDLVNIQTI1NiBDcmVkZW50aWFsPUFLSUFWRVJZU0VDUkVU
      Content-Type:
      - !!binary |
        YXBwbGljYXRpb24vanNvbg==
      X-Amz-Security-Token:
      - very-secret-token
    method: POST
    uri: ${host}/model/${encodeURIComponent(modelId)}/converse
  response:
    body:
      string: '${JSON.stringify(answer)}'
    headers:
      Content-Type:
      - application/json
      Set-Cookie:
      - session=very-secret-cookie
      x-amzn-RequestId:
      - 9a8b
    status:
      code: 200
      message: OK
- request:
    body: '{"messages": [{"role": "user", "content": [{"text": "Hello"}]}]}'
    headers: {}
    method: POST
    uri: ${host}/model/${modelId}/converse-stream
  response:
    body:
      string: !!binary |
        ${Buffer.concat([
					encodeEvent("messageStart", '{"p":"abc","role":"assistant"}'),
					encodeEvent(
						"contentBlockDelta",
						'{"contentBlockIndex":0,"delta":{"text":"Hi."},"p":"abcd"}',
					),
					encodeEvent("contentBlockStop", '{"contentBlockIndex":0,"p":"ab"}'),
					encodeEvent("messageStop", '{"p":"a","stopReason":"end_turn"}'),
				]).toString("base64")}
    headers:
      Content-Type:
      - application/vnd.amazon.eventstream
    status:
      code: 200
      message: OK
- request:
    body: null
    headers: {}
    method: GET
    uri: https://s3.amazonaws.com/bucket/key
  response:
    body: { string: '' }
    headers: {}
    status: { code: 200, message: OK }
version: 1
`;

test("cassettes of vcrpy are replayed, streams included, and other services' are left out", async () => {
	using folder = temporaryFolder();
	const { code, stdout, stderr } = await importing(
		folder.path,
		"test_chat.yaml",
		vcrYaml,
	);
	expect(stdout).toBe(`2 cassettes in ${folder.path}.\n`);
	expect([code, stderr]).toEqual([
		1,
		"Left out: test_chat.yaml, 3: GET /bucket/key is no operation that asks a model.\n",
	]);
	expect(folder.all()).not.toMatch(/very-secret|AKIA|cookie|authorization/iu);
	expect(folder.all()).toContain("region: eu-central-1");
	await using offline = await startOutcrop({ replay: folder.path });
	const whole = await offline
		.client()
		.send(new ConverseCommand({ modelId, messages }));
	expect(whole).toMatchObject(answer);
	const { stream } = await offline
		.client()
		.send(new ConverseStreamCommand({ modelId, messages }));
	expect(await all(stream)).toEqual([
		{ messageStart: { role: "assistant" } },
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Hi." } } },
		{ contentBlockStop: { contentBlockIndex: 0 } },
		{ messageStop: { stopReason: "end_turn" } },
	]);
});

test("vcrpy's JSON is read too, with bodies in base64", async () => {
	using folder = temporaryFolder();
	const body = '{"inputText":"ice"}';
	const cassette = {
		version: 1,
		interactions: [
			{
				request: {
					method: "POST",
					uri: `${host}/model/amazon.titan-embed-text-v2%3A0/invoke`,
					body,
					headers: {},
				},
				response: {
					status: { code: 200, message: "OK" },
					headers: {
						"Content-Type": ["application/json"],
						"X-Amzn-Bedrock-Input-Token-Count": ["1"],
					},
					body: {
						base64_string: Buffer.from('{"embedding":[0.5]}').toString(
							"base64",
						),
					},
				},
			},
		],
	};
	const { code } = await importing(
		folder.path,
		"cassette.json",
		JSON.stringify(cassette),
	);
	expect(code).toBe(0);
	await using offline = await startOutcrop({ replay: folder.path });
	const said = await offline
		.client()
		.send(
			new InvokeModelCommand({ modelId: "amazon.titan-embed-text-v2:0", body }),
		);
	expect(said.body.transformToString()).toBe('{"embedding":[0.5]}');
});

function record(
	operation: string,
	input: unknown,
	output: unknown,
	more: object = {},
) {
	return JSON.stringify({
		schemaType: "ModelInvocationLog",
		schemaVersion: "1.0",
		timestamp: "2026-05-14T04:12:37Z",
		accountId: "111122223333",
		identity: {
			arn: "arn:aws:sts::111122223333:assumed-role/very-secret-role/x",
		},
		region: "us-west-2",
		requestId: "73ecc88e-d2a5-44ef-acae-f13cfb0e5a56",
		operation,
		modelId,
		input: {
			inputContentType: "application/json",
			inputBodyJson: input,
			inputTokenCount: 8,
		},
		output: {
			outputContentType: "application/json",
			outputBodyJson: output,
			outputTokenCount: 2,
		},
		...more,
	});
}

const nativeAsked = {
	anthropic_version: "bedrock-2023-05-31",
	max_tokens: 50,
	messages: [{ role: "user", content: "Hello" }],
};
const chunks = [
	{ type: "message_start", message: { role: "assistant" } },
	{
		type: "message_stop",
		"amazon-bedrock-invocationMetrics": { inputTokenCount: 8 },
	},
];

test("Bedrock's invocation logs are replayed, gzip and all", async () => {
	using folder = temporaryFolder();
	const tool = {
		toolUse: { toolUseId: "t1", name: "log", input: { line: 1 } },
	};
	const spoken = {
		...answer,
		output: {
			message: { role: "assistant", content: [{ text: "Hi." }, tool] },
		},
	};
	const lines = [
		record("Converse", { messages }, answer),
		record("ConverseStream", { messages }, spoken, {
			modelId: `arn:aws:bedrock:us-west-2:111122223333:inference-profile/us.${modelId}`,
		}),
		record("InvokeModelWithResponseStream", nativeAsked, chunks),
		record("Converse", { messages }, undefined, {
			errorCode: "ThrottlingException",
		}),
		record("Converse", undefined, undefined),
	].join("\n");
	const { code, stdout, stderr } = await importing(
		folder.path,
		"log.json.gz",
		gzipSync(lines),
	);
	expect([code, stdout]).toEqual([1, `3 cassettes in ${folder.path}.\n`]);
	expect(stderr).toBe(
		"Left out: log.json.gz, 4: it failed with ThrottlingException.\n" +
			"Left out: log.json.gz, 5: its bodies are not in it: large ones lie in files of their own in S3.\n",
	);
	expect(folder.all()).not.toContain("very-secret-role");

	await using offline = await startOutcrop({ replay: folder.path });
	const client = offline.client();
	expect(
		await client.send(new ConverseCommand({ modelId, messages })),
	).toMatchObject(answer);
	const { stream } = await client.send(
		new ConverseStreamCommand({ modelId: `us.${modelId}`, messages }),
	);
	expect(await all(stream)).toEqual([
		{ messageStart: { role: "assistant" } },
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Hi." } } },
		{ contentBlockStop: { contentBlockIndex: 0 } },
		{
			contentBlockStart: {
				contentBlockIndex: 1,
				start: { toolUse: { toolUseId: "t1", name: "log" } },
			},
		},
		{
			contentBlockDelta: {
				contentBlockIndex: 1,
				delta: { toolUse: { input: '{"line":1}' } },
			},
		},
		{ contentBlockStop: { contentBlockIndex: 1 } },
		{ messageStop: { stopReason: "end_turn" } },
		{ metadata: { usage: answer.usage, metrics: answer.metrics } },
	]);
	const native = await client.send(
		new InvokeModelWithResponseStreamCommand({
			modelId,
			body: JSON.stringify(nativeAsked),
		}),
	);
	const said = (await all(native.body)).map(({ chunk }) =>
		JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()),
	);
	expect(said).toEqual(chunks);
});

test("what is neither is refused", async () => {
	using folder = temporaryFolder();
	const { code, stderr } = await importing(
		folder.path,
		"other.yaml",
		"version: 1\ninteractions: []\n",
	);
	expect([code, stderr]).toEqual([
		2,
		"outcrop: other.yaml holds no exchange. Importing takes vcrpy cassettes and Bedrock's model invocation logs.\n",
	]);
});
