import {
	type BedrockRuntimeClient,
	ConverseCommand,
	InvokeModelCommand,
	InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engines/engine.ts";
import type { Json } from "../../src/json.ts";
import { atOnce, type DraftBlock } from "../../src/turn/draft.ts";
import { play } from "../../src/turn/play.ts";
import { PromptCache } from "../../src/turn/prompt-cache.ts";
import * as tokens from "../../src/turn/tokens.ts";
import type { Turn } from "../../src/turn/turn.ts";
import { all, startOutcrop, type TestOutcrop } from "../support/outcrop.ts";
import {
	type ContractFamily,
	type Conversation,
	contractFamilies,
	numberAt,
	type Said,
} from "./contract-families.ts";

/** Says what it was asked, so that surfaces which read a conversation differently answer differently; calls the first tool. */
const mirror: Engine = {
	name: "mirror",
	reply: (turn, call) =>
		play({ content: reflect(turn) }, turn, call, {
			pace: atOnce,
			cache: new PromptCache(),
			tokens,
		}),
};

function reflect({
	system = [],
	messages,
	inferenceConfig,
	toolConfig,
}: Turn): DraftBlock[] {
	const spec = toolConfig?.tools?.[0]?.toolSpec;
	const input = {
		description: spec?.description ?? "",
		schema: JSON.stringify(spec?.inputSchema?.json) ?? "",
	};
	if (spec) return [{ toolUse: { name: spec.name ?? "", input } }];
	const said = messages.map(
		({ role, content = [] }) =>
			`${role} said ${content.map(({ text }) => text).join("|")}`,
	);
	const told = system.map(({ text }) => text).join("|");
	return [
		{
			text: `Told ${told || "nothing"}: ${said.join(", ")}. At most ${inferenceConfig?.maxTokens} tokens.`,
		},
	];
}

const talk: Conversation = {
	system: "Be brief.",
	messages: [
		{ role: "user", text: "Who wrote Faust?" },
		{ role: "assistant", text: "Goethe." },
		{ role: "user", text: "When?\n\nName the year." },
	],
	maxTokens: 400,
};

const schema = {
	type: "object",
	properties: { city: { type: "string" } },
	required: ["city"],
};
const toolTalk: Conversation = {
	messages: [{ role: "user", text: "What is the weather in Paris?" }],
	maxTokens: 400,
	tools: [
		{ name: "get_weather", description: "The weather of a city", schema },
	],
};

describe.each(
	contractFamilies.map((family) => [family.family, family] as const),
)("%s", (_name, family) => {
	test("a conversation is answered as through Converse, whole and streamed", async () => {
		await using outcrop = await startOutcrop({}, { engines: [mirror] });
		const { converse, whole, stream } = await askThrice(outcrop, family, talk);
		expect(converse.text).toContain(
			family.lacks?.includes("history")
				? ": user said When?"
				: "user said Who wrote Faust?, assistant said Goethe., user said When?",
		);
		expect(converse.stop).toBe("end_turn");
		expectSame(whole, converse, family);
		expectSame(stream, converse, family);
	});

	test("an answer that is cut at its limit ends as through Converse", async () => {
		await using outcrop = await startOutcrop({}, { engines: [mirror] });
		const { converse, whole, stream } = await askThrice(outcrop, family, {
			...talk,
			maxTokens: 6,
		});
		expect(converse.stop).toBe("max_tokens");
		expectSame(whole, converse, family);
		expectSame(stream, converse, family);
	});
});

const toolFamilies = contractFamilies.filter(
	({ lacks }) => !lacks?.includes("tools"),
);

test.each(toolFamilies.map((family) => [family.family, family] as const))(
	"%s calls tools as through Converse",
	async (_name, family) => {
		await using outcrop = await startOutcrop({}, { engines: [mirror] });
		const { converse, whole, stream } = await askThrice(
			outcrop,
			family,
			toolTalk,
		);
		expect(converse.toolCalls).toHaveLength(1);
		expect(converse.toolCalls[0]?.name).toBe("get_weather");
		expect(converse.stop).toBe("tool_use");
		expectSame(whole, converse, family);
		expectSame(stream, converse, family);
	},
);

/** The stop words differ, what they mean does not. */
function expectSame(
	native: Measured,
	converse: Measured,
	{ stops }: ContractFamily,
): void {
	expect(native).toEqual({
		...converse,
		stop: stops[converse.stop as keyof typeof stops],
	});
}

/** What was said, with the usage that the surface states in its own place. */
type Measured = Required<Said>;

async function askThrice(
	outcrop: TestOutcrop,
	family: ContractFamily,
	conversation: Conversation,
) {
	const client = outcrop.client();
	const asked = { ...conversation };
	if (family.lacks?.includes("system")) delete asked.system;
	if (family.lacks?.includes("history"))
		asked.messages = asked.messages.slice(-1);
	const { modelId } = family;
	const body = JSON.stringify(family.body(asked));
	const [converse, whole, stream] = await Promise.all([
		askConverse(client, modelId, asked),
		askWhole(client, family, body),
		askStream(client, family, body),
	]);
	return { converse, whole, stream };
}

async function askConverse(
	client: BedrockRuntimeClient,
	modelId: string,
	{ system, messages, maxTokens, tools }: Conversation,
): Promise<Measured> {
	const reply = await client.send(
		new ConverseCommand({
			modelId,
			messages: messages.map(({ role, text }) => ({
				role,
				content: [{ text }],
			})),
			inferenceConfig: { maxTokens },
			...(system !== undefined && { system: [{ text: system }] }),
			...(tools && {
				toolConfig: {
					tools: tools.map(({ name, description, schema: json }) => ({
						toolSpec: { name, description, inputSchema: { json } },
					})),
				},
			}),
		}),
	);
	const content = reply.output?.message?.content ?? [];
	return {
		text: content.map(({ text }) => text ?? "").join(""),
		toolCalls: content.flatMap(({ toolUse }) =>
			toolUse
				? [{ name: toolUse.name ?? "", input: toolUse.input as Json }]
				: [],
		),
		stop: reply.stopReason ?? "",
		usage: {
			input: reply.usage?.inputTokens ?? 0,
			output: reply.usage?.outputTokens ?? 0,
		},
	};
}

async function askWhole(
	client: BedrockRuntimeClient,
	family: ContractFamily,
	body: string,
): Promise<Measured> {
	let headers: Record<string, string> = {};
	const command = new InvokeModelCommand({ modelId: family.modelId, body });
	// The counts come as headers, which the client does not show.
	command.middlewareStack.add(
		(next) => async (args) => {
			const result = await next(args);
			headers = (result.response as { headers: Record<string, string> })
				.headers;
			return result;
		},
		{ step: "deserialize" },
	);
	const reply = await client.send(command);
	const counted = {
		input: Number(headers["x-amzn-bedrock-input-token-count"]),
		output: Number(headers["x-amzn-bedrock-output-token-count"]),
	};
	const said = family.whole(JSON.parse(reply.body.transformToString()));
	if (said.usage) expect(said.usage).toEqual(counted);
	return { ...said, usage: counted };
}

async function askStream(
	client: BedrockRuntimeClient,
	family: ContractFamily,
	body: string,
): Promise<Measured> {
	const { modelId } = family;
	const reply = await client.send(
		new InvokeModelWithResponseStreamCommand({ modelId, body }),
	);
	const events = await all(reply.body);
	const chunks: Json[] = events.map(({ chunk }) =>
		JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()),
	);
	// Writer ends with a text, which has no members.
	const last = chunks.findLast((chunk) => typeof chunk === "object") ?? null;
	const metered = {
		input: numberAt(
			last,
			"amazon-bedrock-invocationMetrics",
			"inputTokenCount",
		),
		output: numberAt(
			last,
			"amazon-bedrock-invocationMetrics",
			"outputTokenCount",
		),
	};
	const said = family.stream(chunks);
	if (said.usage) expect(said.usage).toEqual(metered);
	return { ...said, usage: metered };
}
