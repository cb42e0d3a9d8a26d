import { join } from "node:path";
import {
	type BedrockRuntimeClient,
	ConverseCommand,
	ConverseStreamCommand,
	InvokeModelCommand,
	InvokeModelWithResponseStreamCommand,
	type Message,
	type ToolConfiguration,
} from "@aws-sdk/client-bedrock-runtime";
import { encodeImage } from "../../../src/engines/picture/encode.ts";
import { relayTo, temporaryFolder } from "../../recordings/support.ts";
import { all, startOutcrop, type TestOutcrop } from "../../support/outcrop.ts";

/** Models that the sample calls ask. */
export const models = {
	haiku: "anthropic.claude-3-haiku-20240307-v1:0",
	sonnet: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
	nova: "amazon.nova-lite-v1:0",
	gptOss: "openai.gpt-oss-20b-1:0",
};

/** Rules that answer the sample calls. */
export const rules = [
	{
		name: "weather: ask the tool",
		when: { user: "weather in {city}", tools: ["get_weather"] },
		reasoning: "The user wants the weather. There is a tool for that.",
		text: "Let me look that up.",
		tool: { name: "get_weather", input: { city: "{city}", unit: "celsius" } },
	},
	{
		name: "weather: say it",
		when: { toolResult: "get_weather" },
		text: "It is {toolResult.temperature} degrees in {toolResult.city}, with a light breeze from the west. Take a jacket for the evening.",
	},
	{
		name: "poem",
		when: { user: "poem" },
		text: "Granite shoulders through the grass,\nolder than the roads that pass;\nask it nothing, it will say\nwhat it said to yesterday.",
		pace: { firstToken: "40ms", tokensPerSecond: 200 },
	},
	{
		name: "breaks off",
		when: { user: "unlucky" },
		text: "Everything is going well so far, and then",
		fault: { after: "6 events", throw: "modelStreamErrorException" },
	},
	{
		name: "busy",
		when: { user: "busy" },
		error: {
			name: "ThrottlingException",
			message: "Too many requests, please wait before trying again.",
		},
	},
];

/** A folder of cassettes, which is gone with it: two calls that another Outcrop answered. */
export async function recordSamples(): Promise<Disposable & { path: string }> {
	const folder = temporaryFolder();
	const path = join(folder.path, "cassettes");
	await using real = await startOutcrop();
	await using recording = await startOutcrop(
		{ record: path, recordMode: "all" },
		{ engines: [relayTo(() => real.url)] },
	);
	const client = recording.client();
	await client.send(
		new ConverseCommand({
			modelId: models.haiku,
			messages: [user("What is granite made of?")],
		}),
	);
	await stream(client, models.sonnet, "Tell me of the oldest rocks");
	return { path, [Symbol.dispose]: folder[Symbol.dispose] };
}

/** Adds rules to a running Outcrop. */
export async function addRules(
	outcrop: TestOutcrop,
	added: unknown = rules,
): Promise<void> {
	await post(outcrop, "scripts", added);
}

async function post(
	outcrop: TestOutcrop,
	path: string,
	body: unknown,
): Promise<void> {
	const response = await fetch(`${outcrop.url}/_outcrop/api/${path}`, {
		method: "POST",
		body: JSON.stringify(body),
	});
	if (!response.ok) throw new Error(await response.text());
}

/** Sets quotas and faults that the sample calls meet, or do not. */
export async function addLimits(outcrop: TestOutcrop): Promise<void> {
	await post(outcrop, "quotas", [
		{ model: "amazon.*", requestsPerMinute: 5, tokensPerMinute: 40_000 },
		{ model: "us.anthropic.*", requestsPerMinute: 20, tokensPerDay: 1_000_000 },
	]);
	await post(outcrop, "faults", [
		{
			throw: "ThrottlingException",
			model: "cohere.*",
			namespace: "team-blue",
			times: 3,
		},
		{ delay: { firstToken: "10ms" }, model: "meta.*", probability: 0.25 },
	]);
}

const toolConfig: ToolConfiguration = {
	tools: [
		{
			toolSpec: {
				name: "get_weather",
				description: "The weather of a city, now.",
				inputSchema: {
					json: {
						type: "object",
						required: ["city"],
						properties: {
							city: { type: "string" },
							unit: { enum: ["celsius", "fahrenheit"] },
						},
					},
				},
			},
		},
	],
};

/** A user's message. */
export function user(text: string): Message {
	return { role: "user", content: [{ text }] };
}

/** One of each kind of call, by AWS's own client, oldest first. */
export async function makeSampleCalls(outcrop: TestOutcrop): Promise<void> {
	const client = outcrop.client();
	await client.send(
		new ConverseCommand({
			modelId: models.haiku,
			messages: [user("Hello, Outcrop")],
		}),
	);
	await askForPictures(client);
	await askNatively(client);
	await refused(
		client,
		new ConverseCommand({
			modelId: models.nova,
			messages: [user("Are you busy?")],
		}),
	);
	await refused(
		client,
		new ConverseCommand({ modelId: models.nova, messages: [user(" ")] }),
	);
	await stream(client, models.nova, "An unlucky story").catch(() => undefined);
	await stream(client, models.sonnet, "A short poem about rocks");
	await askForWeather(client);
}

async function refused(
	client: BedrockRuntimeClient,
	command: ConverseCommand,
): Promise<void> {
	await client.send(command).then(
		() => {
			throw new Error("The call was not refused.");
		},
		() => undefined,
	);
}

/** Has a stream answered, to its end. */
export async function stream(
	client: BedrockRuntimeClient,
	modelId: string,
	text: string,
): Promise<void> {
	const reply = await client.send(
		new ConverseStreamCommand({ modelId, messages: [user(text)] }),
	);
	await all(reply.stream);
}

/** A tool called, and its result given. */
export async function askForWeather(
	client: BedrockRuntimeClient,
): Promise<void> {
	const system = [
		{ text: "You are a weather assistant. Be short, and name the city." },
	];
	const asked = user("What is the weather in Paris?");
	const inferenceConfig = { maxTokens: 500, temperature: 0.2 };
	const { output } = await client.send(
		new ConverseCommand({
			modelId: models.sonnet,
			system,
			messages: [asked],
			toolConfig,
			inferenceConfig,
		}),
	);
	const called = output?.message as Message;
	const toolUseId = called.content?.findLast(({ toolUse }) => toolUse)?.toolUse
		?.toolUseId;
	const result: Message = {
		role: "user",
		content: [
			{
				toolResult: {
					toolUseId,
					content: [{ json: { city: "Paris", temperature: 20 } }],
				},
			},
		],
	};
	await client.send(
		new ConverseCommand({
			modelId: models.sonnet,
			system,
			messages: [asked, called, result],
			toolConfig,
			inferenceConfig,
		}),
	);
}

async function askForPictures(client: BedrockRuntimeClient): Promise<void> {
	await client.send(
		new ConverseCommand({
			modelId: models.nova,
			messages: [
				{
					role: "user",
					content: [
						{ text: "What is in this picture, and what does the report say?" },
						{ image: { format: "png", source: { bytes: await picture() } } },
						{
							document: {
								name: "report",
								format: "txt",
								source: { bytes: Buffer.from("Rocks are old.") },
							},
						},
					],
				},
			],
		}),
	);
}

async function askNatively(client: BedrockRuntimeClient): Promise<void> {
	await client
		.send(
			new InvokeModelWithResponseStreamCommand({
				modelId: models.haiku,
				body: JSON.stringify({
					anthropic_version: "bedrock-2023-05-31",
					max_tokens: 200,
					system: "You are terse.",
					messages: [{ role: "user", content: "Why is granite hard?" }],
				}),
			}),
		)
		.then(({ body }) => all(body));
	await client.send(
		new InvokeModelCommand({
			modelId: models.gptOss,
			body: JSON.stringify({
				messages: [
					{ role: "system", content: "You are a geologist." },
					{ role: "user", content: "Name three rocks." },
				],
				max_completion_tokens: 200,
			}),
		}),
	);
}

/** A PNG of stripes. */
function picture(): Promise<Uint8Array> {
	const size = 96;
	const data = new Uint8ClampedArray(size * size * 4);
	for (let at = 0; at < size * size; at++) {
		const isStripe = ((at % size) + Math.floor(at / size)) % 32 < 16;
		data.set(isStripe ? [192, 95, 29, 255] : [42, 38, 34, 255], at * 4);
	}
	return encodeImage({ width: size, height: size, data }, "png", "Stripes");
}

/** Four minutes of calls, on a clock that is moved on between them. */
export async function makeBusyMinutes(outcrop: TestOutcrop): Promise<void> {
	const client = outcrop.client();
	const texts = ["Hello", "A short poem about rocks", "Are you busy?"];
	for (let step = 0; step < 120; step++) {
		const wave = Math.sin(step / 7) + Math.sin(step / 2.7) / 2 + 1.6;
		for (let call = 0; call < Math.round(wave * 2); call++) {
			const text = texts[(step + call * call) % 7] ?? "Hello";
			const modelId = call % 3 === 0 ? models.gptOss : models.haiku;
			const messages = [user(text)];
			await client
				.send(new ConverseCommand({ modelId, messages }))
				.catch(() => undefined);
		}
		if (step % 4 === 0) await stream(client, models.haiku, "Tell me more");
		await post(outcrop, "clock", { advance: "2s" });
	}
}
