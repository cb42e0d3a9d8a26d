import type { ContentBlock, Tool } from "@aws-sdk/client-bedrock-runtime";
import { models, Tokenizer } from "ai-tokenizer";
import * as claudeData from "ai-tokenizer/encoding/claude";
import { type CountOptions, count } from "ai-tokenizer/sdk";
import { expect, test } from "vitest";
import { countText, countTurn, splitText } from "../../src/turn/tokens.ts";
import type { Turn } from "../../src/turn/turn.ts";

const haiku = "anthropic.claude-3-haiku-20240307-v1:0";
const novaLite = "amazon.nova-lite-v1:0";

function turnOf(modelId: string, ...content: ContentBlock[]): Turn {
	return { modelId, messages: [{ role: "user", content }] };
}

/** What one more block adds to a Claude 3 Haiku turn. */
function added(block: ContentBlock, modelId = haiku): number {
	const text = { text: "x" };
	return (
		countTurn(turnOf(modelId, text, block)).total -
		countTurn(turnOf(modelId, text)).total
	);
}

const weather: Tool = {
	toolSpec: {
		name: "get_weather",
		description: "Get the weather of a place",
		inputSchema: {
			json: {
				type: "object",
				properties: {
					city: { type: "string", description: "The name of the city" },
					unit: { type: "string", enum: ["celsius", "fahrenheit"] },
					where: {
						type: "object",
						properties: {
							latitude: { type: "number" },
							longitude: { type: "number" },
						},
					},
					days: {
						type: "array",
						items: { type: "object", properties: { date: { type: "string" } } },
					},
					tags: { type: "array", items: { type: "string" } },
				},
			},
		},
	},
};

/** The same schema as ai-tokenizer reads it, from zod's innards. */
const string = { _def: { type: "string" } };
const zodWeather = {
	_def: {
		type: "object",
		shape: {
			city: { ...string, description: "The name of the city" },
			unit: { _def: { type: "enum", values: ["celsius", "fahrenheit"] } },
			where: {
				_def: {
					type: "object",
					shape: { latitude: string, longitude: string },
				},
			},
			days: {
				_def: {
					type: "array",
					element: { _def: { type: "object", shape: { date: string } } },
				},
			},
			tags: { _def: { type: "array", element: string } },
		},
	},
};

const plain = new Tokenizer(claudeData);
// The package ships the types of this class twice, and private members make them strangers.
const tokenizer = plain as unknown as CountOptions["tokenizer"];
const model = models["anthropic/claude-3-haiku"];

test("messages count as ai-tokenizer counts them", () => {
	const { total } = count({
		tokenizer,
		model,
		messages: [
			{ role: "system", content: "You are a helpful assistant." },
			{ role: "user", content: "What is the capital of France?" },
			{
				role: "assistant",
				content: [{ type: "text", text: "The capital of France is Paris." }],
			},
			{ role: "user", content: "Thank you very much!" },
		],
	});
	const turn: Turn = {
		modelId: haiku,
		system: [{ text: "You are a helpful assistant." }],
		messages: [
			{ role: "user", content: [{ text: "What is the capital of France?" }] },
			{
				role: "assistant",
				content: [{ text: "The capital of France is Paris." }],
			},
			{ role: "user", content: [{ text: "Thank you very much!" }] },
		],
	};
	expect(countTurn(turn).total).toBe(total);
});

test("tools count as ai-tokenizer counts them", () => {
	const tool = {
		description: "Get the weather of a place",
		inputSchema: zodWeather,
	};
	const { total } = count({
		tokenizer,
		model,
		messages: [{ role: "user", content: "Hello" }],
		// Not tools of the AI SDK, but all that the function reads of them.
		tools: { get_weather: tool, get_weather_again: tool } as never,
	});
	const again: Tool = {
		toolSpec: {
			...weather.toolSpec,
			name: "get_weather_again",
		} as Tool.ToolSpecMember["toolSpec"],
	};
	const turn = {
		...turnOf(haiku, { text: "Hello" }),
		toolConfig: { tools: [weather, again] },
	};
	expect(countTurn(turn).total).toBe(total);
});

test("a tool call counts as ai-tokenizer counts it", () => {
	const input = { city: "Paris", days: 3 };
	const part = {
		type: "tool-call",
		toolCallId: "t1",
		toolName: "get_weather",
		input,
	} as const;
	const { messages } = count({
		tokenizer,
		model,
		messages: [{ role: "assistant", content: [part] }],
	});
	expect(
		added({ toolUse: { toolUseId: "t1", name: "get_weather", input } }),
	).toBe(messages[0]?.content[0]?.total);
});

test("a tool result counts its id, its texts and its JSON", () => {
	const tokens =
		tokenizer.count("t1") +
		tokenizer.count("Sunny and warm") +
		tokenizer.count('{"degrees":21}');
	const content = [{ text: "Sunny and warm" }, { json: { degrees: 21 } }];
	expect(added({ toolResult: { toolUseId: "t1", content } })).toBe(
		Math.round(tokens * 1.1),
	);
});

test("a short question to Nova Lite counts by hand", () => {
	// -1 once, 2 and the role for the message, 7 for the text.
	expect(
		countTurn(turnOf(novaLite, { text: "What is the capital of France?" }))
			.total,
	).toBe(9);
});

test("a turn is at least one token", () => {
	expect(countTurn(turnOf("google.gemma-3-4b-it", { text: "" })).total).toBe(1);
});

test("a model is known by profile id and by ARN", () => {
	const total = (modelId: string) =>
		countTurn({
			...turnOf(modelId, { text: "Hi" }),
			toolConfig: { tools: [weather] },
		}).total;
	const profile = "us.anthropic.claude-3-opus-20240229-v1:0";
	expect(total(profile)).toBe(total("anthropic.claude-3-opus-20240229-v1:0"));
	expect(
		total(
			`arn:aws:bedrock:us-east-1:123456789012:inference-profile/${profile}`,
		),
	).toBe(total(profile));
	expect(total(profile)).toBe(total(haiku) + 586 - 317);
});

test("a model nobody measured counts with cl100k_base", () => {
	// 3 once, 4 and the role for the message, 7 for the text.
	expect(
		countTurn(
			turnOf("acme.roadrunner-v1", { text: "What is the capital of France?" }),
		).total,
	).toBe(15);
});

test("the text of an answer counts with the family's multiplier", () => {
	const text = "The capital of France is Paris. ".repeat(10);
	expect(countText(text, haiku)).toBe(Math.round(tokenizer.count(text) * 1.1));
	expect(countText("", haiku)).toBe(0);
});

test("a text splits on token borders", () => {
	expect(splitText("The capital of France is Paris.", haiku)).toEqual([
		"The",
		" capital",
		" of",
		" France",
		" is",
		" Paris",
		".",
	]);
});

test("reasoning counts as its text", () => {
	const text = "Let me think about it step by step.";
	expect(
		added({
			reasoningContent: { reasoningText: { text, signature: "x".repeat(500) } },
		}),
	).toBe(countText(text, haiku));
});

test("a text document counts as its text and name", () => {
	const text = "# Title\n\nSome words in a document.";
	const bytes = Buffer.from(text);
	expect(
		added({ document: { name: "notes", format: "md", source: { bytes } } }),
	).toBe(countText(text, haiku) + countText("notes", haiku));
});

test("a PDF counts 2000 tokens a page", () => {
	const bytes = Buffer.from(
		"%PDF-1.4 <</Type /Pages /Count 2>> <</Type /Page>> <</Type/Page /Parent 1 0 R>>",
	);
	expect(
		added({ document: { name: "a", format: "pdf", source: { bytes } } }),
	).toBe(4000 + countText("a", haiku));
});

test("a PDF counts 350 tokens a page for a model that gets its text alone", () => {
	const bytes = Buffer.from("%PDF-1.4 <</Type /Page>>");
	const mistral = "mistral.mistral-large-2402-v1:0";
	expect(
		added(
			{ document: { name: "a", format: "pdf", source: { bytes } } },
			mistral,
		),
	).toBe(350 + countText("a", mistral));
});

/** A PNG's header. */
function png(width: number, height: number): Uint8Array {
	const bytes = Buffer.alloc(33);
	bytes.write("89504e470d0a1a0a0000000d49484452", "hex");
	bytes.writeUInt32BE(width, 16);
	bytes.writeUInt32BE(height, 20);
	return bytes;
}

test.each([
	[haiku, 200, 200, 54],
	[haiku, 1000, 1000, 1334],
	[haiku, 1092, 1092, 1590],
	[haiku, 8000, 8000, 1600],
	[haiku, 1568, 10, 21],
	["anthropic.claude-opus-4-7", 2000, 1500, 4000],
	[novaLite, 900, 450, 800],
	[novaLite, 800, 400, 800],
	["mistral.pixtral-large-2502-v1:0", 560, 280, 200],
])(
	"an image to %s of %i x %i pixels is %i tokens",
	(modelId, width, height, tokens) => {
		expect(
			added(
				{ image: { format: "png", source: { bytes: png(width, height) } } },
				modelId,
			),
		).toBe(tokens);
	},
);

test("an image in S3 counts as one of 1024 x 1024 pixels", () => {
	expect(
		added({
			image: { format: "png", source: { s3Location: { uri: "s3://b/k" } } },
		}),
	).toBe(1399);
});

const point = { cachePoint: { type: "default" } } as const;

test("a turn without cache points has no checkpoints", () => {
	expect(countTurn(turnOf(haiku, { text: "Hello" })).checkpoints).toEqual([]);
});

test("cache points in tools, system and messages come in this order, with the tokens before them", () => {
	const turn: Turn = {
		modelId: haiku,
		toolConfig: { tools: [weather, point] },
		system: [
			{ text: "You are a helpful assistant." },
			{ cachePoint: { type: "default", ttl: "1h" } },
		],
		messages: [
			{
				role: "user",
				content: [{ text: "Hello" }, point, { text: "Question" }],
			},
		],
	};
	const { total, checkpoints } = countTurn(turn);
	const withoutQuestion = countTurn({
		...turn,
		messages: [{ role: "user", content: [{ text: "Hello" }] }],
	}).total;
	expect(checkpoints.map(({ ttl }) => ttl)).toEqual(["5m", "1h", "5m"]);
	expect(checkpoints[2]?.tokens).toBe(withoutQuestion);
	expect(total - withoutQuestion).toBe(countText("Question", haiku));
	expect(checkpoints[0]?.tokens).toBeLessThan(checkpoints[1]?.tokens ?? 0);
	expect(checkpoints[1]?.tokens).toBeLessThan(checkpoints[2]?.tokens ?? 0);
});

function hashOf(turn: Turn): string | number | undefined {
	return countTurn(turn).checkpoints.at(-1)?.hash;
}

test("what follows a cache point does not change its hash", () => {
	const one = hashOf(
		turnOf(haiku, { text: "Same" }, point, { text: "Question one" }),
	);
	expect(one).toBe(
		hashOf(turnOf(haiku, { text: "Same" }, point, { text: "Question two" })),
	);
	expect(one).toBeDefined();
});

test.each<[string, Turn]>([
	["the text", turnOf(haiku, { text: "other" }, point)],
	["the model", turnOf(novaLite, { text: "Same" }, point)],
	[
		"the role",
		{
			modelId: haiku,
			messages: [{ role: "assistant", content: [{ text: "Same" }, point] }],
		},
	],
	[
		"the system prompt",
		{
			...turnOf(haiku, { text: "Same" }, point),
			system: [{ text: "Be kind" }],
		},
	],
	[
		"the tools",
		{
			...turnOf(haiku, { text: "Same" }, point),
			toolConfig: { tools: [weather] },
		},
	],
	["where blocks end", turnOf(haiku, { text: "Sa" }, { text: "me" }, point)],
])("%s before a cache point changes its hash", (_name, turn) => {
	expect(hashOf(turn)).not.toBe(hashOf(turnOf(haiku, { text: "Same" }, point)));
});

test("an image's bytes before a cache point change its hash", () => {
	const image = (bytes: Uint8Array): ContentBlock => ({
		image: { format: "png", source: { bytes } },
	});
	expect(hashOf(turnOf(haiku, image(png(10, 10)), point))).not.toBe(
		hashOf(turnOf(haiku, image(png(10, 11)), point)),
	);
});

test("a hash is the same in every process", () => {
	expect(hashOf(turnOf(haiku, { text: "Same" }, point))).toBe(
		"7d8ca675b4633df066dc4b1a2f91cb0004ea2df6",
	);
});

test("a cache point tells of the ends of the blocks before it", () => {
	const checkpoint = countTurn(
		turnOf(haiku, { text: "One" }, { text: "Two" }, point),
	).checkpoints[0];
	const alone = countTurn(turnOf(haiku, { text: "One" }, point)).checkpoints[0];
	expect(checkpoint?.earlier).toEqual([
		{ tokens: alone?.tokens, hash: alone?.hash },
	]);
});

test("a schema of any depth is counted to its bound", () => {
	let schema: Record<string, unknown> = { type: "string" };
	for (let depth = 0; depth < 5000; depth++)
		schema = { type: "object", properties: { a: schema } };
	const tools: Tool[] = [
		{ toolSpec: { name: "deep", inputSchema: { json: schema as never } } },
	];
	const { total } = countTurn({
		...turnOf(haiku, { text: "Hi" }),
		toolConfig: { tools },
	});
	expect(total).toBeLessThan(317 + 32 * 40);
});
