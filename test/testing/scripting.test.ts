import {
	BedrockRuntimeClient,
	type BedrockRuntimeClientConfig,
	ConverseCommand,
	ConverseStreamCommand,
	type Message,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, onTestFinished, test } from "vitest";
import {
	all,
	any,
	model,
	nth,
	type Outcrop,
	startOutcrop,
	system,
	toolResult,
	user,
} from "../../src/testing/index.ts";

const modelId = "amazon.nova-lite-v1:0";
const weatherTool = {
	tools: [
		{
			toolSpec: {
				name: "get_weather",
				inputSchema: { json: { type: "object" } },
			},
		},
		{ toolSpec: { name: "search", inputSchema: { json: { type: "object" } } } },
	],
};

function clientOf(outcrop: Outcrop, config: BedrockRuntimeClientConfig = {}) {
	const client = new BedrockRuntimeClient({
		...outcrop.clientConfig({ maxAttempts: 1 }),
		...config,
	});
	onTestFinished(() => client.destroy());
	return client;
}

async function ask(client: BedrockRuntimeClient, text: string) {
	const { output } = await client.send(
		new ConverseCommand({
			modelId,
			messages: [{ role: "user", content: [{ text }] }],
		}),
	);
	return output?.message?.content?.[0]?.text;
}

test("a rule is in force when the statement that writes it is over", async () => {
	await using outcrop = await startOutcrop();
	const client = clientOf(outcrop);
	// The client is connected: nothing of it takes longer than the first rule does.
	await ask(client, "Hello");

	outcrop.when(user(/weather/)).text("Sunny.");

	expect(await ask(client, "What is the weather?")).toBe("Sunny.");
});

test("plain text captures, and the reply fills in what it captured", async () => {
	await using outcrop = await startOutcrop();
	outcrop.when(user("weather in {city}")).text("It rains in {city}.");

	expect(await ask(clientOf(outcrop), "How is the weather in Oslo")).toBe(
		"It rains in Oslo.",
	);
});

test("the rule that was written last is asked first, and makes room when its times are over", async () => {
	await using outcrop = await startOutcrop();
	const client = clientOf(outcrop);
	outcrop.when(all()).text("Always.");
	outcrop.when(user("hello")).text("Once.").times(1);

	expect(await ask(client, "hello")).toBe("Once.");
	expect(await ask(client, "hello")).toBe("Always.");
});

test("a tool call, and then a text to its result", async () => {
	await using outcrop = await startOutcrop();
	const client = clientOf(outcrop);
	outcrop
		.when(user(/weather/))
		.callTool("get_weather", { city: "Oslo" })
		.then.text("{toolResult.temperature} degrees in Oslo.");

	const messages: Message[] = [
		{ role: "user", content: [{ text: "What is the weather?" }] },
	];
	const first = await client.send(
		new ConverseCommand({ modelId, messages, toolConfig: weatherTool }),
	);
	expect(first.stopReason).toBe("tool_use");
	const [block] = first.output?.message?.content ?? [];
	expect(block?.toolUse).toMatchObject({
		name: "get_weather",
		input: { city: "Oslo" },
	});

	messages.push(first.output?.message as Message, {
		role: "user",
		content: [
			{
				toolResult: {
					toolUseId: block?.toolUse?.toolUseId,
					content: [{ json: { temperature: -4 } }],
				},
			},
		],
	});
	const second = await client.send(
		new ConverseCommand({ modelId, messages, toolConfig: weatherTool }),
	);
	expect(second.output?.message?.content).toEqual([
		{ text: "-4 degrees in Oslo." },
	]);
});

test("the same tool is called twice, one result after the other", async () => {
	await using outcrop = await startOutcrop();
	const client = clientOf(outcrop);
	outcrop
		.when(user(/find/))
		.callTool("search", { page: 1 })
		.then.callTool("search", { page: 2 })
		.then.text("Found.");

	const messages: Message[] = [
		{ role: "user", content: [{ text: "find it" }] },
	];
	const said: unknown[] = [];
	for (let step = 0; step < 3; step++) {
		const { output } = await client.send(
			new ConverseCommand({ modelId, messages, toolConfig: weatherTool }),
		);
		const block = output?.message?.content?.[0];
		said.push(block?.toolUse?.input ?? block?.text);
		messages.push(output?.message as Message, {
			role: "user",
			content: [
				{
					toolResult: {
						toolUseId: block?.toolUse?.toolUseId,
						content: [{ text: "nothing" }],
					},
				},
			],
		});
	}
	expect(said).toEqual([{ page: 1 }, { page: 2 }, "Found."]);
});

test("a conversation goes on with what the user says next", async () => {
	await using outcrop = await startOutcrop();
	const client = clientOf(outcrop);
	outcrop
		.when(user("my name is {name}"))
		.text("Hello {name}.")
		.then.when(user("who am I"))
		.text("You are {name}.");

	const second = await client.send(
		new ConverseCommand({
			modelId,
			messages: [
				{ role: "user", content: [{ text: "my name is Ada" }] },
				{ role: "assistant", content: [{ text: "Hello Ada." }] },
				{ role: "user", content: [{ text: "who am I" }] },
			],
		}),
	);
	expect(second.output?.message?.content).toEqual([{ text: "You are Ada." }]);
});

test("text and two tool calls in one reply", async () => {
	await using outcrop = await startOutcrop();
	outcrop
		.when(all())
		.text("I look both up.")
		.callTool("search", { q: "a" })
		.callTool("search", { q: "b" });

	const { output } = await clientOf(outcrop).send(
		new ConverseCommand({
			modelId,
			messages: [{ role: "user", content: [{ text: "go" }] }],
			toolConfig: weatherTool,
		}),
	);
	const content = output?.message?.content ?? [];
	expect(content.map((block) => block.text ?? block.toolUse?.input)).toEqual([
		"I look both up.",
		{ q: "a" },
		{ q: "b" },
	]);
});

test("replies follow each other, and the last one stays", async () => {
	await using outcrop = await startOutcrop();
	const client = clientOf(outcrop);
	outcrop.when(user("next")).replies(["one", { text: "two" }]);

	expect(await ask(client, "next")).toBe("one");
	expect(await ask(client, "next")).toBe("two");
	expect(await ask(client, "next")).toBe("two");
});

test("a rule throws an exception", async () => {
	await using outcrop = await startOutcrop();
	outcrop.when(all()).throw("AccessDeniedException", "Not you.");

	await expect(ask(clientOf(outcrop), "hello")).rejects.toMatchObject({
		name: "AccessDeniedException",
		message: "Not you.",
	});
});

test("conditions on the model, the system prompt and the count are met together", async () => {
	await using outcrop = await startOutcrop();
	const client = clientOf(outcrop);
	outcrop.when(model("amazon.*"), system("pirate"), nth(2)).text("Arr.");
	const command = new ConverseCommand({
		modelId,
		system: [{ text: "You are a pirate." }],
		messages: [{ role: "user", content: [{ text: "hello" }] }],
	});

	const first = await client.send(command);
	const second = await client.send(command);
	expect(first.output?.message?.content?.[0]?.text).not.toBe("Arr.");
	expect(second.output?.message?.content?.[0]?.text).toBe("Arr.");
});

test("two conditions on the same text must both hold", async () => {
	await using outcrop = await startOutcrop();
	const client = clientOf(outcrop);
	outcrop.when(user("red"), user("green"), any(user("a"), user("b"))).text("!");

	expect(await ask(client, "a red and a green apple")).toBe("!");
	expect(await ask(client, "a red apple")).not.toBe("!");
});

test("a stream says what its rule says, at the rule's pace and with its usage", async () => {
	await using outcrop = await startOutcrop();
	outcrop
		.when(user("count"))
		.text("one two three")
		.with({ usage: { inputTokens: 7, outputTokens: 3, totalTokens: 10 } });

	const { stream } = await clientOf(outcrop).send(
		new ConverseStreamCommand({
			modelId,
			messages: [{ role: "user", content: [{ text: "count" }] }],
		}),
	);
	let text = "";
	let usage: unknown;
	for await (const event of stream ?? []) {
		text += event.contentBlockDelta?.delta?.text ?? "";
		usage ??= event.metadata?.usage;
	}
	expect(text).toBe("one two three");
	expect(usage).toMatchObject({ inputTokens: 7, outputTokens: 3 });
});

test("rules as scripts write them are taken too", async () => {
	await using outcrop = await startOutcrop();
	await outcrop.script({ replies: [{ when: { user: "hi" }, text: "Hey." }] });

	expect(await ask(clientOf(outcrop), "hi")).toBe("Hey.");
});

test("rules say how often they answered, under the name they were given", async () => {
	await using outcrop = await startOutcrop();
	const space = outcrop.namespace();
	space.when(all()).text("Yes.").named("yes");
	await ask(clientOf(space), "a");
	await ask(clientOf(space), "b");

	expect(await space.rules()).toMatchObject([{ name: "yes", answered: 2 }]);
	const last = await space.lastRequest();
	expect(last?.notes.rule).toBe("yes");
});

test("rules of the whole server say how often they answered its own clients", async () => {
	await using outcrop = await startOutcrop();
	outcrop.when(all()).text("Yes.");
	await ask(clientOf(outcrop), "a");

	expect(await outcrop.rules()).toMatchObject([
		{ name: "rule 1", answered: 1 },
	]);
});

test("a rule that cannot work makes the next awaited call say why", async () => {
	await using outcrop = await startOutcrop();
	outcrop.when(user(/a(?=b)/)).text("never");

	const refused = await outcrop.ready().catch((error: Error) => error);
	expect(refused?.message).toMatch(
		/^"rule 1" was refused \(HTTP 400\): .*user/,
	);
	expect(refused?.stack).toContain("scripting.test.ts");
	await outcrop.ready();
});

test("a rule does not change once it is in force", async () => {
	await using outcrop = await startOutcrop();
	const rule = outcrop.when(all()).text("a");
	await outcrop.ready();

	expect(() => rule.then.text("b")).toThrow(
		'The rule "rule 1" is in force already and does not change. Write it in one statement, without await in between.',
	);
});

test("a rule that is awaited by mistake is only itself", async () => {
	await using outcrop = await startOutcrop();
	const rule = await outcrop.when(all()).text("a");
	const begun = await outcrop.when(toolResult());

	expect(rule.name).toBe("rule 1");
	expect(typeof begun.text).toBe("function");
});
