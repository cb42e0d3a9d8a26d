import type { ToolConfiguration } from "@aws-sdk/client-bedrock-runtime";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import type { Call } from "../../src/call.ts";
import { stubEngine } from "../../src/engines/stub.ts";
import type { Json } from "../../src/json.ts";
import { seededRandom } from "../../src/random.ts";
import { collect } from "../../src/turn/collect.ts";
import * as tokens from "../../src/turn/tokens.ts";
import type { Reply, Turn, WholeReply } from "../../src/turn/turn.ts";
import {
	claude,
	mistral,
	nova,
	playOptions,
	testCall,
	testTurn,
	wordTokens,
} from "../turn/stand-ins.ts";

async function ask(
	turn: Partial<Turn>,
	seed = 1,
	call: Partial<Call> = {},
): Promise<WholeReply> {
	const engine = stubEngine({ ...playOptions(), seed });
	const reply = engine.reply(
		testTurn(turn),
		testCall({ operation: "Converse", ...call }),
	);
	return collect((await reply) as Reply);
}

const citySchema = {
	type: "object",
	properties: {
		city: { type: "string" },
		days: { type: "integer", minimum: 1, maximum: 1000 },
	},
	required: ["city", "days"],
	additionalProperties: false,
};

function toolConfig(
	toolChoice?: ToolConfiguration["toolChoice"],
): ToolConfiguration {
	const spec = (name: string) => ({
		toolSpec: { name, inputSchema: { json: citySchema } },
	});
	return {
		tools: [{ cachePoint: { type: "default" } }, spec("weather"), spec("news")],
		toolChoice,
	};
}

const afterResult: Turn["messages"] = [
	{ role: "user", content: [{ text: "Weather?" }] },
	{
		role: "assistant",
		content: [
			{ toolUse: { toolUseId: "tooluse_1", name: "weather", input: {} } },
		],
	},
	{
		role: "user",
		content: [
			{ toolResult: { toolUseId: "tooluse_1", content: [{ text: "Sun" }] } },
		],
	},
];

test("The text contains the model id as received, and usage is positive", async () => {
	const modelId =
		"arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-6";
	const whole = await ask({ modelId });
	expect(whole.content).toEqual([
		{
			text: `This is Outcrop's stub engine, answering for ${modelId}. No model has been asked.`,
		},
	]);
	expect(whole).toMatchObject({
		stopReason: "end_turn",
		usage: { inputTokens: 10, outputTokens: 13, totalTokens: 23 },
	});
});

test("The same turn gets the same answer", async () => {
	const turn = { toolConfig: toolConfig({ any: {} }) };
	expect(await ask(turn)).toEqual(await ask(turn));
});

test("toolChoice any calls the first tool with valid arguments", async () => {
	const whole = await ask({ toolConfig: toolConfig({ any: {} }) });
	expect(whole.stopReason).toBe("tool_use");
	expect(whole.content).toHaveLength(1);
	expect(whole.content[0]?.toolUse).toMatchObject({
		name: "weather",
		toolUseId: expect.stringMatching(/^tooluse_/),
	});
	expect(new Ajv().validate(citySchema, whole.content[0]?.toolUse?.input)).toBe(
		true,
	);
});

test("toolChoice tool calls the named tool", async () => {
	const whole = await ask({
		toolConfig: toolConfig({ tool: { name: "news" } }),
	});
	expect(whole.content[0]?.toolUse?.name).toBe("news");
});

test("A built-in tool that must be called is called with a command of its own", async () => {
	const whole = await ask({
		modelId: claude,
		additionalModelRequestFields: {
			tools: [
				{ type: "tool_search_tool_regex", name: "tool_search_tool_regex" },
				{ type: "bash_20250124", name: "bash" },
			],
			tool_choice: { type: "any" },
		},
	});
	expect(whole.stopReason).toBe("tool_use");
	expect(whole.content[0]?.toolUse).toMatchObject({
		name: "bash",
		input: { command: "ls" },
	});
});

test("toolChoice may name a built-in tool beside the others", async () => {
	const whole = await ask({
		modelId: claude,
		toolConfig: toolConfig({ tool: { name: "computer" } }),
		additionalModelRequestFields: {
			tools: [{ type: "computer_20250124", name: "computer" }],
		},
	});
	expect(whole.content[0]?.toolUse).toMatchObject({
		name: "computer",
		input: { action: "screenshot" },
	});
});

test("Arguments depend on the seed and the tool, not on what was asked before", async () => {
	const inputOf = async (name: string, seed: number, randomSeed = 7) => {
		const call = { random: seededRandom(randomSeed) };
		return (
			await ask({ toolConfig: toolConfig({ tool: { name } }) }, seed, call)
		).content[0]?.toolUse?.input;
	};
	expect(await inputOf("weather", 1, 8)).toEqual(
		await inputOf("weather", 1, 9),
	);
	expect(await inputOf("weather", 2)).not.toEqual(await inputOf("weather", 1));
	expect(await inputOf("news", 1)).not.toEqual(await inputOf("weather", 1));
});

test("toolChoice auto and none are answered with text", async () => {
	expect((await ask({ toolConfig: toolConfig({ auto: {} }) })).stopReason).toBe(
		"end_turn",
	);
	expect((await ask({ toolConfig: toolConfig() })).content[0]).toHaveProperty(
		"text",
	);
});

test("After a toolResult comes text even where a tool must be called, so that agent loops end", async () => {
	const whole = await ask({
		messages: afterResult,
		toolConfig: toolConfig({ any: {} }),
	});
	expect(whole.stopReason).toBe("end_turn");
	expect(whole.content).toEqual([
		{
			text: `This is Outcrop's stub engine, answering for ${claude}. The tool result has come in, so this turn ends here.`,
		},
	]);
});

test("A tool whose schema is no object's is called with an empty object", async () => {
	const tools = [
		{ toolSpec: { name: "odd", inputSchema: { json: { type: "string" } } } },
	];
	const whole = await ask({ toolConfig: { tools, toolChoice: { any: {} } } });
	expect(whole.content[0]?.toolUse?.input).toEqual({});
});

function outputConfig(schema: string): Turn["outputConfig"] {
	return {
		textFormat: {
			type: "json_schema",
			structure: { jsonSchema: { schema, name: "City" } },
		},
	};
}

test("outputConfig gets JSON that is valid against its schema, in a text block", async () => {
	const whole = await ask({
		outputConfig: outputConfig(JSON.stringify(citySchema)),
	});
	const text = whole.content[0]?.text ?? "";
	expect(new Ajv().validate(citySchema, JSON.parse(text))).toBe(true);
	expect(whole.stopReason).toBe("end_turn");
});

test("After a toolResult outputConfig still gets its JSON", async () => {
	const schema = outputConfig(JSON.stringify(citySchema));
	const whole = await ask({
		messages: afterResult,
		toolConfig: toolConfig({ any: {} }),
		outputConfig: schema,
	});
	expect(JSON.parse(whole.content[0]?.text ?? "")).toHaveProperty("city");
});

test("An outputConfig schema that is no JSON does no harm", async () => {
	expect((await ask({ outputConfig: outputConfig("{") })).content).toEqual([
		{ text: '"example"' },
	]);
});

const thinking: [string, Json][] = [
	[claude, { thinking: { type: "enabled", budget_tokens: 1024 } }],
	[claude, { thinking: { type: "adaptive" } }],
	[nova, { reasoningConfig: { type: "enabled", maxReasoningEffort: "low" } }],
	[mistral, { reasoning_effort: "high" }],
	["qwen.qwen3-32b-v1:0", { reasoning_config: "low" }],
];

test.each(thinking)(
	"%s thinks first with %j",
	async (modelId, additionalModelRequestFields) => {
		const { content } = await ask({ modelId, additionalModelRequestFields });
		expect(content.map((block) => Object.keys(block)[0])).toEqual([
			"reasoningContent",
			"text",
		]);
		const signed =
			content[0]?.reasoningContent?.reasoningText?.signature !== undefined;
		expect(signed).toBe(modelId === claude);
	},
);

test("Claude's thoughts are redacted for Anthropic's test string", async () => {
	const text =
		"ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_46C9A13E193C177646C7398A98432ECCCE4C1253D5E2D82641AC0E52CC2876CB";
	const { content } = await ask({
		modelId: claude,
		messages: [{ role: "user", content: [{ text }] }],
		additionalModelRequestFields: { thinking: { type: "enabled" } },
	});
	const blob = content[0]?.reasoningContent?.redactedContent ?? [];
	expect(Buffer.from(blob).toString()).toMatch(/^[A-Za-z0-9+/]+=*$/);
	expect(content[1]?.text).toContain(claude);
});

test.each<[Json]>([
	[{}],
	[{ thinking: { type: "between_tools" } }],
	[{ thinking: { type: "disabled" } }],
	[{ reasoning_effort: "none" }],
	[{ top_k: 5 }],
	[[]],
	["thinking"],
])("Nothing thinks with %j", async (additionalModelRequestFields) => {
	expect((await ask({ additionalModelRequestFields })).content).toHaveLength(1);
});

test("A call of a tool thinks first too", async () => {
	const additionalModelRequestFields = { thinking: { type: "enabled" } };
	const { content } = await ask({
		toolConfig: toolConfig({ any: {} }),
		additionalModelRequestFields,
	});
	expect(content.map((block) => Object.keys(block)[0])).toEqual([
		"reasoningContent",
		"toolUse",
	]);
});

test("With the contract of floci no tool is ever called", async () => {
	const whole = await ask({ toolConfig: toolConfig({ any: {} }) }, 1, {
		mode: "floci",
	});
	expect(whole.content[0]).toHaveProperty("text");
});

test("The stream comes at the engine's pace", async () => {
	const pace = { firstTokenMs: 200, tokensPerSecond: 0, jitter: 0 };
	const engine = stubEngine({ ...playOptions({ pace }), seed: 1 });
	const whole = await collect(
		(await engine.reply(testTurn(), testCall())) as Reply,
	);
	expect(whole.latencyMs).toBe(200);
});

test("With the real tokenizer the deltas join to the text, and a long prefix is cached", async () => {
	const engine = stubEngine({ ...playOptions({ tokens }), seed: 1 });
	const system = [
		{ text: "word ".repeat(3000) },
		{ cachePoint: { type: "default" as const } },
	];
	const turn = testTurn({ modelId: "anthropic.claude-sonnet-4-6", system });
	const first = await collect((await engine.reply(turn, testCall())) as Reply);
	const second = await collect((await engine.reply(turn, testCall())) as Reply);
	expect(first.content[0]?.text).toContain("anthropic.claude-sonnet-4-6");
	expect(first.usage.cacheWriteInputTokens).toBeGreaterThan(1024);
	expect(second.usage).toMatchObject({
		cacheReadInputTokens: first.usage.cacheWriteInputTokens,
		cacheWriteInputTokens: 0,
		totalTokens: first.usage.totalTokens,
	});
});

test("maxTokens and stopSequences are honoured", async () => {
	const cut = await ask({ inferenceConfig: { maxTokens: 3 } });
	expect(cut).toMatchObject({
		content: [{ text: "This is Outcrop's" }],
		stopReason: "max_tokens",
	});
	const stopped = await ask({ inferenceConfig: { stopSequences: [" stub"] } });
	expect(stopped).toMatchObject({
		content: [{ text: "This is Outcrop's" }],
		stopReason: "stop_sequence",
	});
	expect(wordTokens.countText(stopped.content[0]?.text ?? "", claude)).toBe(
		stopped.usage.outputTokens,
	);
});
