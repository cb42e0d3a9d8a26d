import {
	ConverseStreamCommand,
	InvokeModelCommand,
	type Message,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { all } from "../support/outcrop.ts";
import { TestClock } from "../turn/stand-ins.ts";
import { modelId, startScript, toolConfig, toolRound, user } from "./start.ts";

/** Word for word what the first page of the docs shows. */
const plain = `replies:
  - when: { user: "weather in {city}" }
    tool: { name: get_weather, input: { city: "{city}" } }
  - when: { toolResult: get_weather }
    text: "It is {toolResult.temperature} degrees in {city}."
  - when: { model: "amazon.nova-*", user: "/summari[sz]e/i" }
    replies: ["First answer.", { text: "Second.", pace: { firstToken: 400ms, tokensPerSecond: 60 } }]
  - when: { user: "/flaky/" }
    fault: { after: 7 events, throw: modelStreamErrorException }
`;

test("A rule answers with a tool call that holds what the user said", async () => {
	await using outcrop = await startScript(plain);
	const reply = await outcrop.ask("What's the weather in Paris?", {
		toolConfig,
	});
	expect(reply.stopReason).toBe("tool_use");
	expect(reply.output?.message?.content).toEqual([
		{
			toolUse: {
				toolUseId: expect.stringMatching(/^tooluse_/),
				name: "get_weather",
				input: { city: "Paris" },
			},
		},
	]);
});

test("The rule for a tool's result knows the result and what the user said before", async () => {
	await using outcrop = await startScript(plain);
	const messages: Message[] = [
		user("What's the weather in Paris?"),
		...toolRound("get_weather", { temperature: 21.5 }),
	];
	expect(await outcrop.text(messages, { toolConfig })).toBe(
		"It is 21.5 degrees in Paris.",
	);
});

test("What the user said is found when other turns lie between", async () => {
	await using outcrop = await startScript(plain);
	const messages: Message[] = [
		user("Hello"),
		{ role: "assistant", content: [{ text: "Hi." }] },
		user("weather in New York, please!"),
		...toolRound("get_weather", { temperature: 3 }),
	];
	expect(await outcrop.text(messages, { toolConfig })).toBe(
		"It is 3 degrees in New York, please.",
	);
});

test("A list of replies is said in order, and the last one again", async () => {
	await using outcrop = await startScript(plain);
	expect(await outcrop.text("Please summarize this")).toBe("First answer.");
	expect(await outcrop.text("SUMMARISE that")).toBe("Second.");
	expect(await outcrop.text("summarise it all")).toBe("Second.");
});

test("A reply's pace holds for it alone", async () => {
	const clock = new TestClock();
	await using outcrop = await startScript(plain, {}, { clock });
	await outcrop.text("summarize");
	expect(clock.sleeps).toEqual([]);
	await outcrop.text("summarize");
	// Then its two tokens, 60 a second.
	expect(clock.sleeps).toEqual([400, expect.closeTo(1000 / 60)]);
});

test("A model that the rule does not name is answered by the next engine", async () => {
	await using outcrop = await startScript(plain);
	const text = await outcrop.text("summarize", {
		modelId: "mistral.mistral-large-2407-v1:0",
	});
	expect(text).toContain("stub engine");
});

test("A fault comes after the events that it says, as the stream's exception", async () => {
	await using outcrop = await startScript(plain);
	const { stream } = await outcrop
		.client()
		.send(
			new ConverseStreamCommand({ modelId, messages: [user("be flaky now")] }),
		);
	const events: unknown[] = [];
	await expect(async () => {
		for await (const event of stream ?? []) events.push(event);
	}).rejects.toMatchObject({ name: "ModelStreamErrorException" });
	expect(events).toHaveLength(7);
});

test("A fault of a stream is an HTTP error where the answer is whole", async () => {
	await using outcrop = await startScript(plain);
	await expect(outcrop.ask("be flaky now")).rejects.toMatchObject({
		name: "ModelStreamErrorException",
		$metadata: { httpStatusCode: 424 },
	});
});

const script = `replies:
  - when: { user: "capital of {country}" }
    text: "Paris is the capital of {country}."
`;
const question = "What is the capital of France?";
const answer = "Paris is the capital of France.";

test("Converse and ConverseStream answer the same rule in the same words", async () => {
	await using outcrop = await startScript(script);
	const { stream } = await outcrop
		.client()
		.send(new ConverseStreamCommand({ modelId, messages: [user(question)] }));
	const events = await all(stream);
	expect(await outcrop.text(question)).toBe(answer);
	expect(
		events.map((event) => event.contentBlockDelta?.delta?.text ?? "").join(""),
	).toBe(answer);
});

test.each([
	[
		"Anthropic",
		"anthropic.claude-3-haiku-20240307-v1:0",
		{
			anthropic_version: "bedrock-2023-05-31",
			max_tokens: 100,
			messages: [{ role: "user", content: question }],
		},
		{ content: [{ type: "text", text: answer }] },
	],
	[
		"Nova",
		"amazon.nova-micro-v1:0",
		{ messages: [{ role: "user", content: [{ text: question }] }] },
		{ output: { message: { content: [{ text: answer }] } } },
	],
	[
		"Llama",
		"meta.llama3-8b-instruct-v1:0",
		{ prompt: question },
		{ generation: answer },
	],
])(
	"The native body of %s answers the same rule in the same words",
	async (_, nativeModel, body, expected) => {
		await using outcrop = await startScript(script);
		const reply = await outcrop.client().send(
			new InvokeModelCommand({
				modelId: nativeModel,
				body: JSON.stringify(body),
			}),
		);
		expect(JSON.parse(reply.body.transformToString())).toMatchObject(expected);
	},
);
