/** What a model server is asked. */
import {
	type ContentBlock,
	ConverseCommand,
	type ConverseCommandInput,
	ValidationException,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import {
	type Asked,
	startChatServer,
	textEvents,
} from "../support/chat-server.ts";
import { docx, pdf, xlsx } from "../support/documents.ts";
import { startOutcrop } from "../support/outcrop.ts";
import { haiku, hello, upstream } from "../support/upstreams.ts";

/** The body that a Converse request has the server asked with, and what the journal says was ignored. */
async function bodyOf(request: Partial<ConverseCommandInput>) {
	await using server = await startChatServer(() => ({
		events: textEvents("ok"),
	}));
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url)],
	});
	await outcrop
		.client()
		.send(new ConverseCommand({ modelId: haiku, messages: hello, ...request }));
	const ignored = outcrop.emulator.journal.find()[0]?.notes.ignored;
	const body: Asked["body"] = { ...server.asked[0]?.body, ignored };
	return body;
}

/** The content of the user's message of these blocks. */
async function contentOf(...content: ContentBlock[]) {
	const { messages } = await bodyOf({ messages: [{ role: "user", content }] });
	return (messages as { content: unknown }[])[0]?.content;
}

const text = (said: string) => ({ type: "text", text: said });

test("fields that model servers know go to them, others are noted as ignored", async () => {
	const body = await bodyOf({
		modelId: "qwen.qwen3-32b-v1:0",
		additionalModelRequestFields: {
			top_k: 40,
			seed: 7,
			reasoning_effort: "low",
			chat_template_kwargs: { enable_thinking: false },
			anthropic_beta: ["x"],
		},
	});
	expect(body).toMatchObject({
		top_k: 40,
		seed: 7,
		reasoning_effort: "low",
		chat_template_kwargs: { enable_thinking: false },
	});
	expect(body).not.toHaveProperty("anthropic_beta");
	expect(body.ignored).toEqual(["additionalModelRequestFields.anthropic_beta"]);
});

test("Nova's topK is top_k", async () => {
	const additionalModelRequestFields = { inferenceConfig: { topK: 20 } };
	const modelId = "amazon.nova-lite-v1:0";
	expect(await bodyOf({ modelId, additionalModelRequestFields })).toMatchObject(
		{ top_k: 20 },
	);
});

test("a JSON schema becomes response_format", async () => {
	const schema = { type: "object", properties: { city: { type: "string" } } };
	const body = await bodyOf({
		modelId: "anthropic.claude-sonnet-4-5-20250929-v1:0",
		outputConfig: {
			textFormat: {
				type: "json_schema",
				structure: {
					jsonSchema: { name: "city", schema: JSON.stringify(schema) },
				},
			},
		},
	});
	expect(body.response_format).toEqual({
		type: "json_schema",
		json_schema: { name: "city", schema, strict: true },
	});
});

test.each([
	[{ auto: {} }, "auto"],
	[{ any: {} }, "required"],
	[{ tool: { name: "now" } }, { type: "function", function: { name: "now" } }],
])("toolChoice %j is %j", async (toolChoice, expected) => {
	const inputSchema = { json: { type: "object" } };
	const body = await bodyOf({
		toolConfig: {
			tools: [{ toolSpec: { name: "now", description: "Time", inputSchema } }],
			toolChoice: toolChoice as never,
		},
	});
	expect(body.tool_choice).toEqual(expected);
	expect(body.tools).toEqual([
		{
			type: "function",
			function: {
				name: "now",
				description: "Time",
				parameters: { type: "object" },
			},
		},
	]);
});

test("an image goes as a data URL, beside the text", async () => {
	const content = await contentOf(
		{ text: "What is it?" },
		{ image: { format: "png", source: { bytes: Buffer.from("picture") } } },
	);
	expect(content).toEqual([
		text("What is it?"),
		{
			type: "image_url",
			image_url: { url: "data:image/png;base64,cGljdHVyZQ==" },
		},
	]);
});

test("an image of a tool result follows as the user's", async () => {
	const inputSchema = { json: { type: "object" } };
	const body = await bodyOf({
		messages: [
			...hello,
			{
				role: "assistant",
				content: [{ toolUse: { toolUseId: "c1", name: "look", input: {} } }],
			},
			{
				role: "user",
				content: [
					{
						toolResult: {
							toolUseId: "c1",
							status: "error",
							content: [
								{ text: "blurred" },
								{
									image: {
										format: "png",
										source: { bytes: Buffer.from("picture") },
									},
								},
							],
						},
					},
				],
			},
		],
		toolConfig: { tools: [{ toolSpec: { name: "look", inputSchema } }] },
	});
	expect(body.messages?.slice(2)).toEqual([
		{ role: "tool", tool_call_id: "c1", content: "Error: blurred" },
		{
			role: "user",
			content: [
				text("Result of the tool call c1:"),
				{
					type: "image_url",
					image_url: { url: "data:image/png;base64,cGljdHVyZQ==" },
				},
			],
		},
	]);
});

test.each([
	["txt", Buffer.from("Hello from a file"), "Hello from a file"],
	["csv", Buffer.from("a,b\n1,2"), "a,b\n1,2"],
	["html", Buffer.from("<p>Hello</p>"), "<p>Hello</p>"],
	["pdf", pdf("Hello from a PDF"), "Hello from a PDF"],
	["docx", docx("Hello from Word"), "Hello from Word"],
	["xlsx", xlsx("Town", "Vienna, Linz"), 'Sheet1\nTown,"Vienna, Linz"'],
] as const)(
	"the text of a %s document is sent",
	async (format, bytes, said) => {
		const document = { name: "paper", format, source: { bytes } };
		expect(await contentOf({ text: "Read" }, { document })).toBe(
			`Read\n<document name="paper">\n${said}\n</document>`,
		);
	},
);

test.each([
	[
		"an image in S3",
		{
			image: {
				format: "png" as const,
				source: { s3Location: { uri: "s3://mine/cat.png" } },
			},
		},
		"The image at s3://mine/cat.png cannot be read",
	],
	[
		"a doc",
		{
			document: {
				name: "a",
				format: "doc" as const,
				source: { bytes: Buffer.from("d0cf11e0a1b11ae1", "hex") },
			},
		},
		"reads no text out of doc files: save it as docx",
	],
	[
		"a broken PDF",
		{
			document: {
				name: "a",
				format: "pdf" as const,
				source: { bytes: Buffer.from("%PDF-1.4\nnothing") },
			},
		},
		"The pdf document cannot be read",
	],
])("%s is refused by name", async (_, block, message) => {
	const content = [{ text: "Read" }, block];
	// Nova takes all of them, Claude nothing that is in S3.
	const asked = bodyOf({
		modelId: "amazon.nova-lite-v1:0",
		messages: [{ role: "user", content }],
	});
	await expect(asked).rejects.toThrow(ValidationException);
	await expect(asked).rejects.toThrow(message);
});

test("a video is refused by name", async () => {
	const bytes = Buffer.from("x");
	const messages = [
		{
			role: "user" as const,
			content: [
				{ text: "Look" },
				{ video: { format: "mp4" as const, source: { bytes } } },
			],
		},
	];
	const asked = bodyOf({ modelId: "amazon.nova-lite-v1:0", messages });
	await expect(asked).rejects.toThrow("cannot send a video block");
});

test("max_tokens is max_completion_tokens for a server that wants it so", async () => {
	await using server = await startChatServer(({ body }) =>
		body.max_tokens
			? { status: 400, text: "Use 'max_completion_tokens' instead." }
			: { events: textEvents(String(body.max_completion_tokens)) },
	);
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url)],
	});
	const reply = await outcrop.client().send(
		new ConverseCommand({
			modelId: haiku,
			messages: hello,
			inferenceConfig: { maxTokens: 50 },
		}),
	);
	expect(reply.output?.message?.content).toEqual([{ text: "50" }]);
});
