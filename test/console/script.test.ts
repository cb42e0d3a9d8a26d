import {
	ConverseCommand,
	ConverseStreamCommand,
	type Message,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { Exchange } from "../../src/console/ui/api/types.ts";
import {
	escapeTemplate,
	writeScript,
} from "../../src/console/ui/code/script.ts";
import {
	readAsked,
	readSaid,
} from "../../src/console/ui/conversation/conversation.ts";
import { all, startOutcrop, type TestOutcrop } from "../support/outcrop.ts";

const modelId = "amazon.nova-lite-v1:0";

function user(text: string): Message {
	return { role: "user", content: [{ text }] };
}

async function addRules(outcrop: TestOutcrop, rules: unknown): Promise<void> {
	const response = await fetch(`${outcrop.url}/_outcrop/api/scripts`, {
		method: "POST",
		body: JSON.stringify(rules),
	});
	expect(await response.text()).toContain('"id"');
}

/** The newest exchange of an Outcrop as a script. */
async function scriptOf(outcrop: TestOutcrop): Promise<string> {
	const base = `${outcrop.url}/_outcrop/api/exchanges`;
	const list = JSON.parse(
		await (await fetch(`${base}?limit=1&detail=full`)).text(),
	);
	const exchange: Exchange = list.exchanges[0];
	const body = await (await fetch(`${base}/${exchange.id}/request`)).text();
	return writeScript(
		exchange,
		readAsked(exchange.operation, JSON.parse(body)),
		readSaid(exchange),
	);
}

/** What another Outcrop answers that has the script. */
async function answerBy(script: string, messages: Message[]) {
	await using other = await startOutcrop();
	await addRules(other, parse(script));
	const { output } = await other
		.client()
		.send(new ConverseCommand({ modelId, messages }));
	return output?.message?.content;
}

test.each([
	"Plain.",
	'Braces {user}, {{ user }} and \\{turn}, "quotes": # no comment',
	"{% if true %} {user} {{ turn }} {% endif %}",
	"two\nlines: - a\n\ttab \u2028 😀",
])("a script says again what was said: %s", async (text) => {
	await using outcrop = await startOutcrop();
	await addRules(outcrop, [{ text: escapeTemplate(text) }]);
	const messages = [user("Say {it} /please/")];
	const { output } = await outcrop
		.client()
		.send(new ConverseCommand({ modelId, messages }));
	expect(output?.message?.content).toEqual([{ text }]);
	const script = await scriptOf(outcrop);
	expect(await answerBy(script, messages)).toEqual([{ text }]);
});

test("a stream with tool calls is a script", async () => {
	await using outcrop = await startOutcrop();
	await addRules(outcrop, [
		{
			text: "Look.",
			tools: [{ name: "get_weather", input: { city: "{Oslo}", days: 3 } }],
		},
	]);
	const messages = [user("weather")];
	const { stream } = await outcrop
		.client()
		.send(new ConverseStreamCommand({ modelId, messages }));
	await all(stream);
	const script = await scriptOf(outcrop);
	expect(await answerBy(script, messages)).toMatchObject([
		{ text: "Look." },
		{ toolUse: { name: "get_weather", input: { city: "{Oslo}", days: 3 } } },
	]);
});

test("a refusal is a script", async () => {
	await using outcrop = await startOutcrop();
	await addRules(outcrop, [
		{ error: { name: "ThrottlingException", message: "Wait: {a}" } },
	]);
	await expect(
		outcrop
			.client()
			.send(new ConverseCommand({ modelId, messages: [user("Hi")] })),
	).rejects.toThrow();
	expect(parse(await scriptOf(outcrop)).replies[0]).toMatchObject({
		when: { user: { is: "Hi" } },
		error: { name: "ThrottlingException", message: "Wait: {a}" },
	});
});

test("a script for the result of a tool is about the tool", async () => {
	await using outcrop = await startOutcrop();
	const messages: Message[] = [
		user("weather"),
		{
			role: "assistant",
			content: [
				{ toolUse: { toolUseId: "t1", name: "get_weather", input: {} } },
			],
		},
		{
			role: "user",
			content: [{ toolResult: { toolUseId: "t1", content: [{ text: "20" }] } }],
		},
	];
	await outcrop.client().send(
		new ConverseCommand({
			modelId,
			messages,
			toolConfig: {
				tools: [
					{
						toolSpec: {
							name: "get_weather",
							inputSchema: { json: { type: "object" } },
						},
					},
				],
			},
		}),
	);
	expect(parse(await scriptOf(outcrop)).replies[0].when).toEqual({
		toolResult: "get_weather",
	});
});
