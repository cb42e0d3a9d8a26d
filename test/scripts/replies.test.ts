import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
	ConverseStreamCommand,
	InvokeModelCommand,
	InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { all, post } from "../support/outcrop.ts";
import {
	assistant,
	modelId,
	type ScriptedOutcrop,
	startScript,
	toolConfig,
	user,
} from "./start.ts";

const claude = "anthropic.claude-3-haiku-20240307-v1:0";
const stub = expect.stringContaining("stub engine");

/** A script of one rule that always answers with what is given. */
const reply = (members: string) => `replies:\n  - ${members}\n`;

async function stream(outcrop: ScriptedOutcrop, text = "x") {
	const { stream } = await outcrop
		.client()
		.send(new ConverseStreamCommand({ modelId, messages: [user(text)] }));
	return all(stream);
}

const nativeBody = JSON.stringify({
	messages: [{ role: "user", content: [{ text: "x" }] }],
});

test("A text is split into deltas that join to it", async () => {
	const text = "One two three four five six seven.";
	await using outcrop = await startScript(reply(`text: "${text}"`));
	const deltas = (await stream(outcrop)).flatMap(
		(event) => event.contentBlockDelta?.delta?.text ?? [],
	);
	expect(deltas.length).toBeGreaterThan(5);
	expect(deltas.join("")).toBe(text);
});

test("deltas are said as they are written", async () => {
	await using outcrop = await startScript(
		reply('deltas: ["Hel", "lo, ", "x"]'),
	);
	const deltas = (await stream(outcrop)).flatMap(
		(event) => event.contentBlockDelta?.delta?.text ?? [],
	);
	expect(deltas.filter(Boolean)).toEqual(["Hel", "lo, ", "x"]);
});

test("reasoning comes first, with its signature", async () => {
	await using outcrop = await startScript(
		reply('{ reasoning: { text: "Hm.", signature: "c2ln" }, text: "Yes." }'),
	);
	const { output } = await outcrop.ask("x", { modelId: claude });
	expect(output?.message?.content).toEqual([
		{ reasoningContent: { reasoningText: { text: "Hm.", signature: "c2ln" } } },
		{ text: "Yes." },
	]);
});

test("reasoning may be redacted", async () => {
	await using outcrop = await startScript(
		reply('{ reasoning: { redacted: "AQID" }, text: "Yes." }'),
	);
	const { output } = await outcrop.ask("x", { modelId: claude });
	expect(output?.message?.content?.[0]?.reasoningContent).toEqual({
		redactedContent: new Uint8Array([1, 2, 3]),
	});
});

test("Several tools are called in one reply, with ids where they are given", async () => {
	await using outcrop = await startScript(
		reply(
			"{ text: Wait., tools: [{ name: get_weather, id: call_1 }, { name: book_table, input: { seats: 2 } }] }",
		),
	);
	const { output, stopReason } = await outcrop.ask("x", { toolConfig });
	expect(stopReason).toBe("tool_use");
	expect(output?.message?.content).toEqual([
		{ text: "Wait." },
		{ toolUse: { toolUseId: "call_1", name: "get_weather", input: {} } },
		{
			toolUse: {
				toolUseId: expect.stringMatching(/^tooluse_/),
				name: "book_table",
				input: { seats: 2 },
			},
		},
	]);
});

test("citations belong to the text", async () => {
	await using outcrop = await startScript(
		reply(
			"{ text: Grass is green., citations: [{ title: Botany, location: { documentChar: { documentIndex: 0, start: 3, end: 9 } } }] }",
		),
	);
	const { output } = await outcrop.ask("x", { modelId: claude });
	expect(output?.message?.content).toEqual([
		{
			citationsContent: {
				content: [{ text: "Grass is green." }],
				citations: [
					{
						title: "Botany",
						location: { documentChar: { documentIndex: 0, start: 3, end: 9 } },
					},
				],
			},
		},
	]);
});

test("An image is said in its bytes", async () => {
	await using outcrop = await startScript(
		reply('image: { format: png, bytes: "AQID" }'),
	);
	const { output } = await outcrop.ask("x");
	expect(output?.message?.content).toEqual([
		{ image: { format: "png", source: { bytes: new Uint8Array([1, 2, 3]) } } },
	]);
});

test("content says blocks in its own order", async () => {
	await using outcrop = await startScript(
		reply(
			"content: [{ text: a }, { tool: { name: get_weather } }, { text: b }]",
		),
	);
	const { output } = await outcrop.ask("x", { toolConfig });
	expect(
		output?.message?.content?.map((block) => Object.keys(block)[0]),
	).toEqual(["text", "toolUse", "text"]);
});

test("stopReason and usage stand in place of the counted ones", async () => {
	await using outcrop = await startScript(
		reply(
			"{ text: No., stopReason: content_filtered, usage: { inputTokens: 7, outputTokens: 9 } }",
		),
	);
	const { stopReason, usage } = await outcrop.ask("x");
	expect(stopReason).toBe("content_filtered");
	expect(usage).toMatchObject({
		inputTokens: 7,
		outputTokens: 9,
		totalTokens: 16,
	});
});

test("fields are the additionalModelResponseFields", async () => {
	await using outcrop = await startScript(
		reply("{ text: a, fields: { trace_id: 12 } }"),
	);
	const answer = await outcrop.ask("x");
	expect(answer.additionalModelResponseFields).toEqual({ trace_id: 12 });
});

test.each([
	"converse",
	"converse-stream",
	"invoke",
	"invoke-with-response-stream",
])("headers come with the response of %s", async (operation) => {
	await using outcrop = await startScript(
		reply('{ text: a, headers: { x-team: "blue {user}" } }'),
	);
	const { headers } = await post(
		`${outcrop.url}/model/${modelId}/${operation}`,
		nativeBody,
	);
	expect(headers.get("x-team")).toBe("blue x");
});

test("A header takes no line ends from the request", async () => {
	await using outcrop = await startScript(
		reply('{ text: a, headers: { x-said: "{user}" } }'),
	);
	const { headers } = await post(
		`${outcrop.url}/model/${modelId}/converse`,
		JSON.stringify({
			messages: [{ role: "user", content: [{ text: "a\r\nSet-Cookie: b=c" }] }],
		}),
	);
	expect(headers.get("x-said")).toBe("a  Set-Cookie: b=c");
	expect(headers.get("set-cookie")).toBeNull();
});

test("native is the body of InvokeModel as it is", async () => {
	await using outcrop = await startScript(reply("native: { odd: [1, null] }"));
	const { body } = await outcrop
		.client()
		.send(new InvokeModelCommand({ modelId, body: nativeBody }));
	expect(body.transformToString()).toBe('{"odd":[1,null]}');
});

test("A rule with a native body only is passed over by Converse", async () => {
	await using outcrop = await startScript(reply("native: { odd: 1 }"));
	expect(await outcrop.text("x")).toEqual(stub);
});

test("chunks are the chunks of InvokeModelWithResponseStream as they are", async () => {
	await using outcrop = await startScript(
		reply("chunks: [{ a: 1 }, { b: 2 }]"),
	);
	const { body } = await outcrop
		.client()
		.send(
			new InvokeModelWithResponseStreamCommand({ modelId, body: nativeBody }),
		);
	const chunks = (await all(body)).map(({ chunk }) =>
		Buffer.from(chunk?.bytes ?? []).toString(),
	);
	expect(chunks).toEqual(['{"a":1}', '{"b":2}']);
});

const events = `replies:
  - events:
      - messageStart: { role: assistant }
      - contentBlockDelta: { contentBlockIndex: 4, delta: { text: odd } }
      - contentBlockStop: { contentBlockIndex: 4 }
`;

test("events are the events of ConverseStream as they are", async () => {
	await using outcrop = await startScript(events);
	expect(await stream(outcrop)).toMatchObject([
		{ messageStart: { role: "assistant" } },
		{ contentBlockDelta: { contentBlockIndex: 4, delta: { text: "odd" } } },
		{ contentBlockStop: { contentBlockIndex: 4 } },
	]);
});

test("events without an end make a whole answer all the same", async () => {
	await using outcrop = await startScript(events);
	expect(await outcrop.text("x")).toBe("odd");
});

test("An error stands in place of the reply", async () => {
	await using outcrop = await startScript(
		reply('error: { name: throttlingException, message: "Slow, {user}" }'),
	);
	await expect(outcrop.ask("you")).rejects.toMatchObject({
		name: "ThrottlingException",
		message: "Slow, you",
		$metadata: { httpStatusCode: 429 },
	});
});

test("An error without a message says AWS's", async () => {
	await using outcrop = await startScript(reply("error: ThrottlingException"));
	await expect(outcrop.ask("x")).rejects.toThrow(
		"Too many requests, please wait before trying again.",
	);
});

test("A fault without after is an HTTP error before the stream", async () => {
	await using outcrop = await startScript(
		reply("{ text: a, fault: { throw: ThrottlingException, message: Now. } }"),
	);
	await expect(stream(outcrop)).rejects.toMatchObject({
		name: "ThrottlingException",
		message: "Now.",
		$metadata: { httpStatusCode: 429 },
	});
});

test("A fault later than the reply's end comes at its end", async () => {
	await using outcrop = await startScript(
		reply(
			"{ deltas: [a], fault: { after: 100, throw: ModelTimeoutException } }",
		),
	);
	const seen: unknown[] = [];
	const { stream } = await outcrop
		.client()
		.send(new ConverseStreamCommand({ modelId, messages: [user("x")] }));
	await expect(async () => {
		for await (const event of stream ?? []) seen.push(event);
	}).rejects.toThrow();
	expect(seen.length).toBeGreaterThan(3);
});

test("times passes the rule over once it has answered so often", async () => {
	await using outcrop = await startScript(reply("{ text: once, times: 1 }"));
	expect(await outcrop.text("x")).toBe("once");
	expect(await outcrop.text("x")).toEqual(stub);
});

test("loop starts a list over", async () => {
	await using outcrop = await startScript(
		reply("{ replies: [a, b], loop: true }"),
	);
	expect(await outcrop.text("x")).toBe("a");
	expect(await outcrop.text("x")).toBe("b");
	expect(await outcrop.text("x")).toBe("a");
});

test("Weights pick by chance, in the same way for the same seed", async () => {
	const script = reply(
		"replies: [{ text: often, weight: 9 }, { text: seldom, weight: 1 }]",
	);
	await using first = await startScript(script, { seed: 5 });
	await using second = await startScript(script, { seed: 5 });
	const said: unknown[] = [];
	const again: unknown[] = [];
	for (let count = 0; count < 40; count++) {
		said.push(await first.text("x"));
		again.push(await second.text("x"));
	}
	expect(again).toEqual(said);
	expect(said.filter((text) => text === "often").length).toBeGreaterThan(25);
	expect(said).toContain("seldom");
});

test("next goes on to the next rule that matches", async () => {
	await using outcrop = await startScript(`replies:
  - replies: [{ next: rule }, first]
  - text: second
`);
	expect(await outcrop.text("x")).toBe("second");
	expect(await outcrop.text("x")).toBe("first");
});

test("next: engine goes past all rules", async () => {
	await using outcrop = await startScript(`replies:
  - { when: { user: real }, next: engine }
  - text: scripted
`);
	expect(await outcrop.text("a real one")).toEqual(stub);
	expect(await outcrop.text("x")).toBe("scripted");
});

const booking = `replies:
  - name: booking
    turns:
      - { user: "book a table", text: "For how many?" }
      - { user: "{seats} people", tool: { name: book_table, input: { seats: "{seats}" } } }
      - { toolResult: book_table, text: "Booked for {seats}." }
`;

test("turns say a conversation, each turn after the ones before", async () => {
	await using outcrop = await startScript(booking);
	const first = [user("book a table")];
	const second = [...first, assistant("For how many?"), user("4 people")];
	expect(await outcrop.text(first)).toBe("For how many?");
	const { output } = await outcrop.ask(second, { toolConfig });
	expect(output?.message?.content?.[0]?.toolUse?.input).toEqual({ seats: "4" });
	const toolUseId = output?.message?.content?.[0]?.toolUse?.toolUseId;
	expect(
		await outcrop.text(
			[
				...second,
				{ role: "assistant", content: output?.message?.content ?? [] },
				{
					role: "user",
					content: [{ toolResult: { toolUseId, content: [{ text: "ok" }] } }],
				},
			],
			{ toolConfig },
		),
	).toBe("Booked for 4.");
});

test("A turn is not said in a conversation that began otherwise", async () => {
	await using outcrop = await startScript(booking);
	const messages = [user("hello"), assistant("Hi."), user("4 people")];
	expect(await outcrop.text(messages)).toEqual(stub);
});

test("Templates know the request", async () => {
	await using outcrop = await startScript(
		reply(
			'text: "{model} {turn} {count} {request.inferenceConfig.maxTokens} {missing}"',
		),
	);
	expect(await outcrop.text("x", { inferenceConfig: { maxTokens: 50 } })).toBe(
		`${modelId} 1 1 50 {missing}`,
	);
});

test("Named groups of regular expressions are captures", async () => {
	await using outcrop = await startScript(`replies:
  - { when: { user: "/order (?<id>[0-9]+) (\\\\w+)/" }, text: "{id} {2}" }
`);
	expect(await outcrop.text("order 17 now")).toBe("17 now");
});

test("Liquid is there for more", async () => {
	await using outcrop = await startScript(
		reply(
			'text: "{{ user | upcase }} {turn} {% if turn == 1 %}first{% endif %}"',
		),
	);
	expect(await outcrop.text("abc")).toBe("ABC 1 first");
});

test("Counters count by name", async () => {
	await using outcrop = await startScript(
		reply("text: \"{counter.a} {counter.a} {{ 'b' | counter }}\""),
	);
	expect(await outcrop.text("x")).toBe("1 2 1");
	expect(await outcrop.text("x")).toBe("3 4 2");
});

test("Made-up values are the same for the same seed", async () => {
	const script = reply(
		'text: "{fake.name}, {fake.email}, {fake.uuid}, {fake.number}, {fake.date}, {{ 1 | random: 6 }}"',
	);
	await using first = await startScript(script, { seed: 3 });
	await using second = await startScript(script, { seed: 3 });
	const said = await first.text("x");
	expect(said).toMatch(
		/^\w+ \w+, [\w.]+@example\.com, [0-9a-f-]{36}, \d+, \d{4}-\d\d-\d\d, [1-6]$/,
	);
	expect(await second.text("x")).toBe(said);
	expect(await first.text("x")).not.toBe(said);
});

test("An input that is one place keeps the type of what fills it", async () => {
	await using outcrop = await startScript(
		reply(
			'tool: { name: get_weather, input: { turn: "{turn}", text: "turn {turn}" } }',
		),
	);
	const { output } = await outcrop.ask("x", { toolConfig });
	expect(output?.message?.content?.[0]?.toolUse?.input).toEqual({
		turn: 1,
		text: "turn 1",
	});
});

test("Templates read no files, by whatever name", async () => {
	await expect(
		startScript(reply("text: '{% include \"/etc/hostname\" %}'")),
	).rejects.toThrow(/ENOENT: Failed to lookup/);
	await using outcrop = await startScript(reply("text: '{% include user %}'"));
	await expect(outcrop.ask("/etc/hostname")).rejects.toThrow(
		/^A template of the script failed: ENOENT: Failed to lookup/,
	);
});

test("A template that would never end is stopped", async () => {
	await using outcrop = await startScript(
		reply("text: '{% for i in (1..900000000) %}x{% endfor %}'"),
	);
	await expect(outcrop.ask("x")).rejects.toThrow(/limit exceeded/);
});

test("A fault breaks native streams and given chunks too", async () => {
	await using outcrop = await startScript(
		reply(
			"{ chunks: [{ a: 1 }, { b: 2 }], fault: { after: 1, throw: ModelTimeoutException } }",
		),
	);
	const { body } = await outcrop
		.client()
		.send(
			new InvokeModelWithResponseStreamCommand({ modelId, body: nativeBody }),
		);
	const chunks: unknown[] = [];
	await expect(async () => {
		for await (const { chunk } of body ?? []) chunks.push(chunk);
	}).rejects.toMatchObject({ name: "ModelTimeoutException" });
	expect(chunks).toHaveLength(1);
});

test("A picture is read from a file beside the script", async () => {
	await using outcrop = await startScript("replies: [{ text: none }]");
	await writeFile(join(dirname(outcrop.file), "cat.jpg"), "meow");
	outcrop.rewrite("replies: [{ image: cat.jpg }]");
	await expect
		.poll(async () => (await outcrop.ask("x")).output?.message?.content)
		.toEqual([
			{
				image: {
					format: "jpeg",
					source: { bytes: new Uint8Array(Buffer.from("meow")) },
				},
			},
		]);
});
