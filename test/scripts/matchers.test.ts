import {
	ConverseStreamCommand,
	type Message,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { cpuMs } from "../support/cpu.ts";
import { all } from "../support/outcrop.ts";
import {
	assistant,
	modelId,
	startScript,
	toolConfig,
	toolRound,
	user,
} from "./start.ts";

/** A script of one rule; what it does not match, the stub answers. */
const rule = (when: string) =>
	`replies:\n  - when: ${when}\n    text: "matched"\n`;

const stub = expect.stringContaining("stub engine");
const png = Buffer.from(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
	"base64",
);

test("user finds plain text anywhere, whatever its case and spaces", async () => {
	await using outcrop = await startScript(rule('{ user: "Hello  world" }'));
	expect(await outcrop.text("well, HELLO\n world!")).toBe("matched");
	expect(await outcrop.text("hello there")).toEqual(stub);
});

test("user looks at the last user message only", async () => {
	await using outcrop = await startScript(rule('{ user: "hello" }'));
	const messages = [user("hello"), assistant("Hi."), user("goodbye")];
	expect(await outcrop.text(messages)).toEqual(stub);
});

test("user { is } takes the whole text", async () => {
	await using outcrop = await startScript(rule('{ user: { is: "hi" } }'));
	expect(await outcrop.text(" Hi ")).toBe("matched");
	expect(await outcrop.text("this is it")).toEqual(stub);
});

test("A list of patterns needs one of them", async () => {
	await using outcrop = await startScript(
		rule('{ user: ["cat", "/d[ou]g/"] }'),
	);
	expect(await outcrop.text("my dug")).toBe("matched");
	expect(await outcrop.text("my cat")).toBe("matched");
	expect(await outcrop.text("my cow")).toEqual(stub);
});

test("A regular expression keeps case unless it says i", async () => {
	await using outcrop = await startScript(rule('{ user: "/^Order \\\\d+$/" }'));
	expect(await outcrop.text("Order 12")).toBe("matched");
	expect(await outcrop.text("order 12")).toEqual(stub);
});

test("A regular expression that would take V8 forever answers at once", async () => {
	await using outcrop = await startScript(rule('{ user: "/(a+)+$/" }'));
	let text: string | undefined;
	const took = await cpuMs(async () => {
		text = await outcrop.text(`${"a".repeat(5000)}b`);
	});
	expect(text).toEqual(stub);
	expect(took).toBeLessThan(2000);
});

test("model is a glob over the id", async () => {
	await using outcrop = await startScript(rule('{ model: "amazon.nova-*" }'));
	expect(await outcrop.text("x")).toBe("matched");
	expect(
		await outcrop.text("x", { modelId: "meta.llama3-8b-instruct-v1:0" }),
	).toEqual(stub);
});

test("model matches the bare id inside a profile's id", async () => {
	await using outcrop = await startScript(rule('{ model: "amazon.nova-*" }'));
	expect(await outcrop.text("x", { modelId: `us.${modelId}` })).toBe("matched");
});

test("model matches the profile's id inside its ARN", async () => {
	await using outcrop = await startScript(rule('{ model: "us.amazon.*" }'));
	expect(
		await outcrop.text("x", {
			modelId: `arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.${modelId}`,
		}),
	).toBe("matched");
});

test("model matches the ARN as it was received", async () => {
	await using outcrop = await startScript(
		rule('{ model: "arn:aws:bedrock:*:111122223333:*" }'),
	);
	expect(
		await outcrop.text("x", {
			modelId: `arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.${modelId}`,
		}),
	).toBe("matched");
	expect(await outcrop.text("x")).toEqual(stub);
});

test("operation tells streams from whole answers", async () => {
	await using outcrop = await startScript(rule('{ operation: "*Stream" }'));
	const { stream } = await outcrop
		.client()
		.send(new ConverseStreamCommand({ modelId, messages: [user("x")] }));
	const events = await all(stream);
	expect(events[1]?.contentBlockDelta?.delta?.text).toBe("matched");
	expect(await outcrop.text("x")).toEqual(stub);
});

test("message looks at every message of both roles", async () => {
	await using outcrop = await startScript(rule('{ message: "blue" }'));
	const messages = [user("colour?"), assistant("Blue."), user("thanks")];
	expect(await outcrop.text(messages)).toBe("matched");
	expect(await outcrop.text("thanks")).toEqual(stub);
});

test("system looks at the system prompt", async () => {
	await using outcrop = await startScript(rule('{ system: "pirate" }'));
	expect(await outcrop.text("x", { system: [{ text: "Be a pirate." }] })).toBe(
		"matched",
	);
	expect(await outcrop.text("pirate")).toEqual(stub);
});

test("tools needs every tool of its list to be offered", async () => {
	await using outcrop = await startScript(
		rule('{ tools: [get_weather, "book_*"] }'),
	);
	expect(await outcrop.text("x", { toolConfig })).toBe("matched");
	expect(
		await outcrop.text("x", {
			toolConfig: { tools: toolConfig.tools.slice(0, 1) },
		}),
	).toEqual(stub);
});

test("tools sees Claude's built-in tools", async () => {
	await using outcrop = await startScript(rule("{ tools: bash }"));
	const bash = { type: "bash_20250124", name: "bash" };
	expect(
		await outcrop.text("x", {
			modelId: "anthropic.claude-sonnet-4-5-20250929-v1:0",
			additionalModelRequestFields: { tools: [bash] },
		}),
	).toBe("matched");
});

const afterTool = (status?: "success" | "error"): Message[] => [
	user("weather?"),
	...toolRound("get_weather", { temperature: 3, sky: { clouds: 2 } }, status),
];

test("toolResult finds the result by the tool's name", async () => {
	await using outcrop = await startScript(rule("{ toolResult: book_table }"));
	expect(await outcrop.text(afterTool(), { toolConfig })).toEqual(stub);
});

test("toolResult finds the result by its status", async () => {
	await using outcrop = await startScript(
		rule("{ toolResult: { status: error } }"),
	);
	const input = {
		toolConfig,
		modelId: "anthropic.claude-3-haiku-20240307-v1:0",
	};
	expect(await outcrop.text(afterTool("error"), input)).toBe("matched");
	expect(await outcrop.text(afterTool("success"), input)).toEqual(stub);
});

test("toolResult finds the result by what it holds", async () => {
	await using outcrop = await startScript(
		rule("{ toolResult: { value: { sky: { clouds: 2 } } } }"),
	);
	expect(await outcrop.text(afterTool(), { toolConfig })).toBe("matched");
});

test("toolResult does not match a result that holds something else", async () => {
	await using outcrop = await startScript(
		rule("{ toolResult: { value: { temperature: 4 } } }"),
	);
	expect(await outcrop.text(afterTool(), { toolConfig })).toEqual(stub);
});

test("toolResult finds the result by its text", async () => {
	await using outcrop = await startScript(
		rule('{ toolResult: { text: "/temperature.:3/" } }'),
	);
	expect(await outcrop.text(afterTool(), { toolConfig })).toBe("matched");
	expect(await outcrop.text("temperature")).toEqual(stub);
});

test("toolResult: true takes any result, false none", async () => {
	await using outcrop = await startScript(`replies:
  - { when: { toolResult: true }, text: some }
  - { when: { toolResult: false }, text: none }
`);
	expect(await outcrop.text(afterTool(), { toolConfig })).toBe("some");
	expect(await outcrop.text("x")).toBe("none");
});

test("A tool's text that is JSON is read as JSON", async () => {
	await using outcrop = await startScript(
		`replies: [{ when: { toolResult: get_weather }, text: "{toolResult.temperature} of {toolResults.get_weather.unit}" }]`,
	);
	const messages = afterTool();
	const result = messages[2]?.content?.[0]?.toolResult;
	if (result) result.content = [{ text: '{"temperature":7,"unit":"C"}' }];
	expect(await outcrop.text(messages, { toolConfig })).toBe("7 of C");
});

test("user beside toolResult is what the tool was called for", async () => {
	await using outcrop = await startScript(
		rule("{ user: weather, toolResult: get_weather }"),
	);
	expect(await outcrop.text(afterTool(), { toolConfig })).toBe("matched");
	expect(await outcrop.text("weather")).toEqual(stub);
});

test("turn counts the answers that a conversation has had", async () => {
	await using outcrop = await startScript(rule("{ turn: { from: 2 } }"));
	expect(await outcrop.text("a")).toEqual(stub);
	expect(await outcrop.text([user("a"), assistant("b"), user("c")])).toBe(
		"matched",
	);
});

test("nth counts the requests that meet the other conditions", async () => {
	await using outcrop = await startScript(rule("{ user: ping, nth: 2 }"));
	expect(await outcrop.text("ping")).toEqual(stub);
	expect(await outcrop.text("other")).toEqual(stub);
	expect(await outcrop.text("ping")).toBe("matched");
	expect(await outcrop.text("ping")).toEqual(stub);
});

test("image tells whether a message holds an image", async () => {
	await using outcrop = await startScript(rule("{ image: true }"));
	const image = { image: { format: "png" as const, source: { bytes: png } } };
	expect(
		await outcrop.text([{ role: "user", content: [{ text: "see" }, image] }]),
	).toBe("matched");
	expect(await outcrop.text("see")).toEqual(stub);
});

test("document tells whether a message holds a document", async () => {
	await using outcrop = await startScript(rule("{ document: true }"));
	const document = {
		document: {
			format: "txt" as const,
			name: "notes",
			source: { bytes: Buffer.from("hello") },
		},
	};
	expect(
		await outcrop.text([
			{ role: "user", content: [{ text: "read" }, document] },
		]),
	).toBe("matched");
	expect(await outcrop.text("read")).toEqual(stub);
});

test("video tells whether a message holds a video", async () => {
	await using outcrop = await startScript(rule("{ video: true }"));
	const video = {
		video: { format: "mp4" as const, source: { bytes: Buffer.from("mp4") } },
	};
	expect(
		await outcrop.text([{ role: "user", content: [{ text: "see" }, video] }]),
	).toBe("matched");
	expect(await outcrop.text("see")).toEqual(stub);
});

test("request compares what a JSONPath finds", async () => {
	await using outcrop = await startScript(
		rule('{ request: { "$.inferenceConfig.maxTokens": 77 } }'),
	);
	expect(await outcrop.text("x", { inferenceConfig: { maxTokens: 77 } })).toBe(
		"matched",
	);
	expect(
		await outcrop.text("x", { inferenceConfig: { maxTokens: 78 } }),
	).toEqual(stub);
});

test("request takes a regular expression, and presence alone", async () => {
	await using outcrop = await startScript(
		rule(
			'{ request: { "$.messages[?match(@.role, \'us.r\')]..text": "/^colou?r$/", "$.toolConfig": { exists: false } } }',
		),
	);
	expect(await outcrop.text("color")).toBe("matched");
	expect(await outcrop.text("color", { toolConfig })).toEqual(stub);
});

test("session is the namespace that the header names", async () => {
	await using outcrop = await startScript(rule("{ session: team-a }"));
	const client = outcrop.client({
		credentials: { accessKeyId: "team-a", secretAccessKey: "x" },
	});
	const { stream } = await client.send(
		new ConverseStreamCommand({ modelId, messages: [user("x")] }),
	);
	expect((await all(stream))[1]?.contentBlockDelta?.delta?.text).toBe(
		"matched",
	);
	expect(await outcrop.text("x")).toEqual(stub);
});

test("account is the access key id of twelve digits", async () => {
	await using outcrop = await startScript(rule('{ account: "1111*" }'));
	const client = outcrop.client({
		credentials: { accessKeyId: "111122223333", secretAccessKey: "x" },
	});
	const { stream } = await client.send(
		new ConverseStreamCommand({ modelId, messages: [user("x")] }),
	);
	expect((await all(stream))[1]?.contentBlockDelta?.delta?.text).toBe(
		"matched",
	);
	expect(await outcrop.text("x")).toEqual(stub);
});

test("region is the one that the request is signed for", async () => {
	await using outcrop = await startScript(rule("{ region: eu-west-1 }"));
	const { stream } = await outcrop
		.client({ region: "eu-west-1" })
		.send(new ConverseStreamCommand({ modelId, messages: [user("x")] }));
	expect((await all(stream))[1]?.contentBlockDelta?.delta?.text).toBe(
		"matched",
	);
	expect(await outcrop.text("x")).toEqual(stub);
});

test("metadata looks at requestMetadata", async () => {
	await using outcrop = await startScript(
		rule('{ metadata: { tenant: "acme-*" } }'),
	);
	expect(
		await outcrop.text("x", { requestMetadata: { tenant: "acme-1" } }),
	).toBe("matched");
	expect(await outcrop.text("x")).toEqual(stub);
});

test("any needs one of its branches, not forbids its own", async () => {
	await using outcrop = await startScript(
		rule("{ any: [{ user: cat }, { system: cats }], not: { user: dog } }"),
	);
	expect(await outcrop.text("a cat")).toBe("matched");
	expect(await outcrop.text("x", { system: [{ text: "cats" }] })).toBe(
		"matched",
	);
	expect(await outcrop.text("a cat and a dog")).toEqual(stub);
});

test("The first rule that matches answers", async () => {
	await using outcrop = await startScript(`replies:
  - { when: { user: hello }, text: first }
  - { when: { user: hello world }, text: second }
`);
	expect(await outcrop.text("hello world")).toBe("first");
});
