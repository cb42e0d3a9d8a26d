import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
	type BedrockRuntimeClient,
	ConverseCommand,
	ConverseStreamCommand,
	InvokeModelCommand,
	InvokeModelWithResponseStreamCommand,
	type Message,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { runCommand } from "../../src/cli/commands.ts";
import { createTerminal } from "../cli/terminal.ts";
import { all, startOutcrop } from "../support/outcrop.ts";
import { relayTo, temporaryFolder } from "./support.ts";

const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
const native = JSON.stringify({
	anthropic_version: "bedrock-2023-05-31",
	max_tokens: 50,
	messages: [{ role: "user", content: "Tell me of glaciers" }],
});

/** What the real model is scripted to say: braces, tools, two answers to one question. */
const real = [
	{
		when: { user: "weather" },
		content: [
			{ text: "I look it up for \\{user\\}." },
			{
				tool: { name: "get_weather", input: { city: "Oslo" }, id: "tooluse_1" },
			},
		],
	},
	{ when: { toolResult: "get_weather" }, text: "Cold in \\{\\{ Oslo \\}\\}." },
	{ when: { user: "status" }, replies: ["Queued.", "Done."] },
	{ when: { user: "stream" }, text: "A stream of several words." },
	{ when: { user: "glaciers" }, text: "They move." },
];

const toolConfig = {
	tools: [
		{
			toolSpec: {
				name: "get_weather",
				inputSchema: {
					json: { type: "object", properties: { city: { type: "string" } } },
				},
			},
		},
	],
};

async function askAll(client: BedrockRuntimeClient) {
	const answers: unknown[] = [];
	const say = async (messages: Message[]) => {
		const { output, stopReason, usage } = await client.send(
			new ConverseCommand({ modelId, messages, toolConfig }),
		);
		answers.push({ output, stopReason, usage });
		return output?.message as Message;
	};
	const weather: Message[] = [
		{ role: "user", content: [{ text: "What's the weather?" }] },
	];
	const called = await say(weather);
	const toolUseId = "tooluse_1";
	const content = [
		{ toolResult: { toolUseId, content: [{ json: { degrees: -3 } }] } },
	];
	await say([...weather, called, { role: "user", content }]);
	const status: Message[] = [{ role: "user", content: [{ text: "status" }] }];
	await say(status);
	await say(status);
	const stream = await client.send(
		new ConverseStreamCommand({
			modelId,
			messages: [{ role: "user", content: [{ text: "stream" }] }],
		}),
	);
	answers.push(await all(stream.stream));
	const invoked = await client.send(
		new InvokeModelCommand({ modelId, body: native }),
	);
	answers.push(invoked.body.transformToString());
	const streamed = await client.send(
		new InvokeModelWithResponseStreamCommand({ modelId, body: native }),
	);
	const chunks = await all(streamed.body);
	answers.push(
		chunks.map(({ chunk }) => Buffer.from(chunk?.bytes ?? []).toString()),
	);
	return answers;
}

test("a script made of cassettes passes the check and answers the same", async () => {
	using folder = temporaryFolder();
	await using upstream = await startOutcrop();
	await fetch(`${upstream.url}/_outcrop/api/scripts`, {
		method: "POST",
		body: JSON.stringify(real),
	});
	await using recording = await startOutcrop(
		{ record: folder.path },
		{ engines: [relayTo(() => upstream.url)] },
	);
	const recorded = await askAll(recording.client());
	const terminal = createTerminal();
	const code = await runCommand(
		["cassettes", "to-script", folder.path],
		terminal,
	);
	expect([code, terminal.printed.stderr]).toEqual([0, ""]);
	expect(terminal.printed.stdout).toContain("text: Queued.");

	using scripts = temporaryFolder();
	const script = join(scripts.path, "script.yaml");
	writeFileSync(script, terminal.printed.stdout);
	const checked = createTerminal();
	expect(await runCommand(["check", script], checked)).toBe(0);
	expect(checked.printed.stderr).toBe("");
	await using scripted = await startOutcrop({
		script: [script],
		onMiss: "error",
	});
	expect(await askAll(scripted.client())).toEqual(recorded);
});

test("what scripts cannot say is named", async () => {
	using folder = temporaryFolder();
	await using upstream = await startOutcrop();
	await using recording = await startOutcrop(
		{ record: folder.path },
		{ engines: [relayTo(() => upstream.url)] },
	);
	await recording.client().send(
		new InvokeModelCommand({
			modelId: "amazon.titan-embed-text-v2:0",
			body: '{"inputText":"ice"}',
		}),
	);
	const terminal = createTerminal();
	await runCommand(["cassettes", "to-script", folder.path], terminal);
	expect(terminal.printed.stderr).toBe(
		`Left out ${folder.files()[0]}: scripts do not say this answer to InvokeModel.\n`,
	);
});
