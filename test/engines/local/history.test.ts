import { expect, test } from "vitest";
import { writeHistory } from "../../../src/engines/local/history.ts";
import type { Turn } from "../../../src/turn/turn.ts";

function write(turn: Omit<Turn, "modelId">, thinks = false) {
	return writeHistory({ modelId: "any", ...turn }, thinks);
}

const called: Turn["messages"] = [
	{ role: "user", content: [{ text: "Bern?" }] },
	{
		role: "assistant",
		content: [
			{ reasoningContent: { reasoningText: { text: "Look it up." } } },
			{ text: "I look." },
			{ toolUse: { toolUseId: "1", name: "weather", input: { city: "Bern" } } },
		],
	},
	{
		role: "user",
		content: [
			{ toolResult: { toolUseId: "1", content: [{ json: { sky: "clear" } }] } },
		],
	},
];
const call = {
	type: "functionCall",
	name: "weather",
	params: { city: "Bern" },
	result: { sky: "clear" },
};

test("a tool's result stands within its call, and the answer after it continues the item", () => {
	const messages: Turn["messages"] = [
		...called,
		{ role: "assistant", content: [{ text: "Clear." }] },
		{ role: "user", content: [{ text: "Thanks" }] },
	];
	expect(write({ messages })).toEqual([
		{ type: "user", text: "Bern?" },
		{ type: "model", response: ["I look.", call, "Clear."] },
		{ type: "user", text: "Thanks" },
	]);
});

test("earlier thoughts are told only to a model that thinks", () => {
	expect(write({ messages: called }, true)[1]).toEqual({
		type: "model",
		response: [
			{
				type: "segment",
				segmentType: "thought",
				text: "Look it up.",
				ended: true,
			},
			"I look.",
			call,
		],
	});
});

test("a failed tool says so", () => {
	const [, answer] = called;
	const failed: Turn["messages"] = [
		...(answer ? [answer] : []),
		{
			role: "user",
			content: [
				{
					toolResult: {
						toolUseId: "1",
						status: "error",
						content: [{ text: "no such city" }],
					},
				},
			],
		},
	];
	expect(write({ messages: failed })[0]).toMatchObject({
		response: ["I look.", { result: { error: "no such city" } }],
	});
});

test("system texts are one, messages of one role are one, documents are text", () => {
	const bytes = Buffer.from("1,2");
	expect(
		write({
			system: [{ text: "Be brief." }, { text: "Be kind." }],
			messages: [
				{
					role: "user",
					content: [
						{ text: "Sum this." },
						{ document: { name: "sums", format: "csv", source: { bytes } } },
					],
				},
				{ role: "user", content: [{ text: "Please." }] },
			],
		}),
	).toEqual([
		{ type: "system", text: "Be brief.\n\nBe kind." },
		{
			type: "user",
			text: 'Sum this.\n\n<document name="sums">\n1,2\n</document>\n\nPlease.',
		},
	]);
});

test("a block that a text model cannot read is refused by name", () => {
	const video = { format: "mp4" as const, source: { bytes: Buffer.from("") } };
	expect(() =>
		write({ messages: [{ role: "user", content: [{ video }] }] }),
	).toThrow("this request has a block of video");
});
