import { writeFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	type BedrockRuntimeClient,
	ConverseCommand,
	type ConverseCommandInput,
	type ConverseCommandOutput,
	type Message,
} from "@aws-sdk/client-bedrock-runtime";
import type { Config } from "../../src/config.ts";
import type { Parts } from "../../src/emulator/state.ts";
import { startOutcrop, type TestOutcrop } from "../support/outcrop.ts";

/** An emulator with a script in a folder of its own. */
export interface ScriptedOutcrop extends TestOutcrop {
	/** The script's file. */
	file: string;
	/** Asks Converse with one user text, or a whole conversation. */
	ask(
		messages: string | Message[],
		input?: Partial<ConverseCommandInput>,
	): Promise<ConverseCommandOutput>;
	/** The first text of the answer. */
	text(
		messages: string | Message[],
		input?: Partial<ConverseCommandInput>,
	): Promise<string | undefined>;
	rewrite(script: string): void;
}

export const modelId = "amazon.nova-lite-v1:0";

/** Starts an emulator with a script in YAML. */
export async function startScript(
	script: string,
	config: Partial<Config> = {},
	parts: Partial<Parts> = {},
): Promise<ScriptedOutcrop> {
	const folder = await mkdtemp(join(tmpdir(), "outcrop-script-"));
	const file = join(folder, "script.yaml");
	await writeFile(file, script);
	const outcrop = await startOutcrop(
		{ script: [file], ...config },
		parts,
	).catch(async (error: unknown) => {
		await rm(folder, { recursive: true });
		throw error;
	});
	let client: BedrockRuntimeClient | undefined;
	const ask: ScriptedOutcrop["ask"] = (messages, input = {}) => {
		client ??= outcrop.client();
		return client.send(
			new ConverseCommand({
				modelId,
				messages: typeof messages === "string" ? [user(messages)] : messages,
				...input,
			}),
		);
	};
	return {
		...outcrop,
		file,
		ask,
		text: async (messages, input) =>
			(await ask(messages, input)).output?.message?.content?.[0]?.text,
		// At once: while it is written bit by bit, the engine may read a script that is not there yet.
		rewrite: (text) => writeFileSync(file, text),
		async [Symbol.asyncDispose]() {
			await outcrop[Symbol.asyncDispose]();
			await rm(folder, { recursive: true });
		},
	};
}

export function user(text: string): Message {
	return { role: "user", content: [{ text }] };
}

export function assistant(text: string): Message {
	return { role: "assistant", content: [{ text }] };
}

/** A call of a tool and its result, as the last two messages of a conversation. */
export function toolRound(
	name: string,
	result: object,
	status?: "success" | "error",
): Message[] {
	return [
		{
			role: "assistant",
			content: [{ toolUse: { toolUseId: "t1", name, input: {} } }],
		},
		{
			role: "user",
			content: [
				{
					toolResult: {
						toolUseId: "t1",
						content: [{ json: result as never }],
						...(status && { status }),
					},
				},
			],
		},
	];
}

/** What a request with tool results has to offer. */
export const toolConfig = {
	tools: [
		{
			toolSpec: {
				name: "get_weather",
				inputSchema: { json: { type: "object" } },
			},
		},
		{
			toolSpec: {
				name: "book_table",
				inputSchema: { json: { type: "object" } },
			},
		},
	],
};
