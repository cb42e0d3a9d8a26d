import type { DocumentSource } from "@aws-sdk/client-bedrock-runtime";
import {
	ConverseCommand,
	ConverseStreamCommand,
	type ConverseStreamCommandInput,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { all, startOutcrop } from "../support/outcrop.ts";

function ask(
	source: DocumentSource,
	format: "txt" | "pdf",
): ConverseStreamCommandInput {
	const document = { format, name: "policy", source };
	return {
		modelId: "us.anthropic.claude-sonnet-5",
		messages: [
			{
				role: "user",
				content: [
					{ document: { ...document, name: "uncited" } },
					{ document: { ...document, citations: { enabled: true } } },
					{ text: "How many days?" },
				],
			},
		],
	};
}

async function citationOf(source: DocumentSource, format: "txt" | "pdf") {
	await using outcrop = await startOutcrop();
	const { output } = await outcrop
		.client()
		.send(new ConverseCommand(ask(source, format)));
	return output?.message?.content?.[1]?.citationsContent;
}

test("a text that may be cited is cited by characters", async () => {
	expect(
		await citationOf({ text: "Twenty days. Ask your manager." }, "txt"),
	).toEqual({
		content: [{ text: "Twenty days. " }],
		citations: [
			{
				title: "policy",
				sourceContent: [{ text: "Twenty days. " }],
				location: { documentChar: { documentIndex: 1, start: 0, end: 13 } },
			},
		],
	});
});

test("a document of chunks is cited by chunk", async () => {
	const cited = await citationOf(
		{ content: [{ text: "Twenty days." }, { text: "Ask." }] },
		"txt",
	);
	expect(cited?.citations?.[0]).toEqual({
		title: "policy",
		sourceContent: [{ text: "Twenty days." }],
		location: { documentChunk: { documentIndex: 1, start: 0, end: 1 } },
	});
});

test("a PDF is cited by page, from 1", async () => {
	const cited = await citationOf({ bytes: Buffer.from("%PDF-1.7") }, "pdf");
	expect(cited?.citations?.[0]?.location).toEqual({
		documentPage: { documentIndex: 1, start: 1, end: 2 },
	});
});

test("a stream says the citation before the text it is for", async () => {
	await using outcrop = await startOutcrop();
	const { stream } = await outcrop
		.client()
		.send(new ConverseStreamCommand(ask({ text: "Twenty days." }, "txt")));
	const deltas = (await all(stream))
		.flatMap(({ contentBlockDelta }) => contentBlockDelta ?? [])
		.filter(({ contentBlockIndex }) => contentBlockIndex === 1);
	expect(deltas[0]?.delta?.citation?.title).toBe("policy");
	expect(
		deltas
			.slice(1)
			.map(({ delta }) => delta?.text)
			.join(""),
	).toBe("Twenty days.");
});
