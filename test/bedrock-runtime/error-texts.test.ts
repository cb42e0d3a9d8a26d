/**
 * Every error string that is known of Converse's semantics, of access and lifecycle, and of the models' own checks: how it
 * is met here, or why it is not. Each row is sent over the wire as a client would.
 */
import { expect, test } from "vitest";
import type { Config } from "../../src/config.ts";
import { post, startOutcrop } from "../support/outcrop.ts";

interface Row {
	/** The whole sentence, as AWS sends it. */
	text: string;
	/** `ValidationException` unless said. */
	error?: string;
	status?: number;
	/** `converse` unless said. */
	operation?:
		| "converse"
		| "converse-stream"
		| "invoke"
		| "invoke-with-response-stream"
		| "count-tokens";
	model: string;
	body: unknown;
	/** Beside the default mode. */
	config?: Partial<Config>;
	/** Of the signature; us-east-1 unless said. */
	region?: string;
}

const nova = "amazon.nova-lite-v1:0";
const micro = "amazon.nova-micro-v1:0";
const llama = "meta.llama3-1-8b-instruct-v1:0";
const haiku3 = "anthropic.claude-3-haiku-20240307-v1:0";
const sonnet45 = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const opus48 = "us.anthropic.claude-opus-4-8";

const user = (...content: object[]) => ({ role: "user", content });
const assistant = (...content: object[]) => ({ role: "assistant", content });
const text = { text: "Hi" };
const hi = { messages: [user(text)] };
const use = (toolUseId: string, input: unknown = {}) => ({
	toolUse: { toolUseId, name: "add", input },
});
const result = (toolUseId: string, more: object = {}) => ({
	toolResult: { toolUseId, content: [{ text: "2" }], ...more },
});
const schema = (json: unknown) => ({
	tools: [{ toolSpec: { name: "add", inputSchema: { json } } }],
});
const toolConfig = schema({ type: "object" });
const png = Buffer.from("89504e470d0a1a0a0000000d", "hex").toString("base64");
const document = (name: string, format: string, bytes: string) => ({
	document: { name, format, source: { bytes } },
});
const plain = Buffer.from("only text").toString("base64");

const claude = (members: object = {}) => ({
	anthropic_version: "bedrock-2023-05-31",
	max_tokens: 100,
	messages: [{ role: "user", content: "Hi" }],
	...members,
});
const image = (source: object) =>
	claude({
		messages: [
			{
				role: "user",
				content: [{ type: "image", source: { type: "base64", ...source } }],
			},
		],
	});
/** At least this many tokens by any of the vocabularies, and nearly twice as many by Claude's. */
const long = (tokens: number) => "basalt tuff 7 ".repeat(Math.ceil(tokens / 3));

const converse: Row[] = [
	{
		text: "A conversation must start with a user message. Try again with a conversation that starts with a user message.",
		model: nova,
		body: { messages: [assistant(text)] },
	},
	{
		text: "A conversation must start with a user message. Try again with a conversation that starts with a user message.",
		model: sonnet45,
		body: { messages: [] },
	},
	{
		text: "The text field in the ContentBlock object at messages.2.content.0 is blank. Add text to the text field, and try again.",
		model: nova,
		body: { messages: [user(text), assistant(text), user({ text: " " })] },
	},
	{
		text: "The content field in the Message object at messages.1 is empty. Add a ContentBlock object to the content field and try again.",
		model: nova,
		body: { messages: [user(text), assistant()] },
	},
	{
		text: "The model that you are using requires the last turn in the conversation to be a user message. Add a user message to the conversation and try again.",
		model: llama,
		body: { messages: [user(text), assistant(text)] },
	},
	{
		text: "A text block must be included when using documents. Add a text block and retry your request.",
		model: nova,
		body: { messages: [user(document("a", "txt", plain))] },
	},
	{
		text: "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character. Check that the file name conforms to these restrictions and retry your request.",
		model: nova,
		body: { messages: [user(text, document("a.txt", "txt", plain))] },
	},
	{
		text: "The detected filetype is PLAIN_TEXT, but the provided filetype was PDF.",
		model: nova,
		body: { messages: [user(text, document("a", "pdf", plain))] },
	},
	{
		text: "Unsupported MIME type: image/png. Retry your request with a supported file type: xlsx, txt, pdf, csv, md, doc, html, xls, docx",
		model: nova,
		body: { messages: [user(text, document("a", "pdf", png))] },
	},
	{
		text: "This model doesn't support the image content block that you provided. Update the content block and try again.",
		model: micro,
		body: {
			messages: [
				user(text, { image: { format: "png", source: { bytes: png } } }),
			],
		},
	},
	{
		text: "Expected toolResult blocks at messages.2.content for the following Ids: tooluse_1, tooluse_2",
		model: nova,
		body: {
			toolConfig,
			messages: [
				user(text),
				assistant(use("tooluse_1"), use("tooluse_2")),
				user(text),
			],
		},
	},
	{
		text: "The number of toolResult blocks at messages.2.content exceeds the number of toolUse blocks of previous turn.",
		model: nova,
		body: {
			toolConfig,
			messages: [
				user(text),
				assistant(use("tooluse_1")),
				user(result("tooluse_1"), result("tooluse_2")),
			],
		},
	},
	{
		text: "The toolConfig field must be defined when using toolUse and toolResult content blocks.",
		model: nova,
		body: {
			messages: [user(text), assistant(use("a")), user(result("a"))],
		},
	},
	{
		text: "The value at toolConfig.tools.0.toolSpec.inputSchema.json.type must be one of the following: object.",
		model: nova,
		body: { ...hi, toolConfig: schema({ type: "array" }) },
	},
	{
		text: "The format of the value at messages.2.content.0.toolResult.content.0.json is invalid. Provide a json object for the field and try again.",
		model: nova,
		body: {
			toolConfig,
			messages: [
				user(text),
				assistant(use("a")),
				user(result("a", { content: [{ json: [1] }] })),
			],
		},
	},
	{
		text: "The format of the value at messages.1.content.0.toolUse.input is invalid. Provide a json object for the field and try again.",
		model: nova,
		body: {
			toolConfig,
			messages: [user(text), assistant(use("a", "x")), user(result("a"))],
		},
	},
	{
		text: "messages.1.content: Conversation blocks and tool use blocks cannot be provided in the same turn.",
		model: llama,
		body: {
			toolConfig,
			messages: [user(text), assistant(text, use("a")), user(result("a"))],
		},
	},
	{
		text: "messages.2.content: Conversation blocks and tool result blocks cannot be provided in the same turn.",
		model: llama,
		body: {
			toolConfig,
			messages: [user(text), assistant(use("a")), user(result("a"), text)],
		},
	},
	{
		text: "This model doesn't support tool use in streaming mode.",
		operation: "converse-stream",
		model: llama,
		body: { ...hi, toolConfig },
	},
	{
		text: "This model doesn't support tool use.",
		model: "us.deepseek.r1-v1:0",
		body: { ...hi, toolConfig },
	},
	{
		text: "This model doesn't support system messages. Try again without a system message or use a model that supports system messages.",
		model: "mistral.mistral-7b-instruct-v0:2",
		body: { ...hi, system: [text] },
	},
	{
		text: "This model doesn't support system messages. Try again without a system message or use a model that supports system messages.",
		model: sonnet45,
		body: { messages: [user(text), { role: "system", content: [text] }] },
	},
	{
		text: "This model doesn't support the status field. Remove status and try again.",
		model: "us.writer.palmyra-x5-v1:0",
		body: {
			toolConfig,
			messages: [
				user(text),
				assistant(use("a")),
				user(result("a", { status: "success" })),
			],
		},
	},
	{
		text: "The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens value that is lower than 4096.",
		model: haiku3,
		body: { ...hi, inferenceConfig: { maxTokens: 4097 } },
	},
	{
		text: "The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens value that is lower than 4096.",
		operation: "invoke",
		model: haiku3,
		body: claude({ max_tokens: 4097 }),
	},
	{
		text: "1 validation error detected: Value '99.0' at 'inferenceConfig.temperature' failed to satisfy constraint: Member must have value less than or equal to 1",
		model: nova,
		body: { ...hi, inferenceConfig: { temperature: 99 } },
	},
	{
		text: "The model returned the following errors: This model does not support assistant message prefill.",
		model: opus48,
		body: { messages: [user(text), assistant(text)] },
	},
];

const strict = { strict: true };

const access: Row[] = [
	...(
		[
			"converse",
			"converse-stream",
			"invoke",
			"invoke-with-response-stream",
		] as const
	).map((operation) => ({
		text: "The provided model identifier is invalid.",
		operation,
		model: "does-not-exist",
		body: { messages: [] },
		config: strict,
	})),
	{
		text: "The provided model identifier is invalid.",
		operation: "count-tokens",
		model: "does-not-exist",
		body: { input: { converse: { messages: [] } } },
		config: strict,
	},
	{
		text: "Invocation of model ID anthropic.claude-sonnet-4-5-20250929-v1:0 with on-demand throughput isn\u2019t supported. Retry your request with the ID or ARN of an inference profile that contains this model.",
		model: "anthropic.claude-sonnet-4-5-20250929-v1:0",
		body: hi,
		config: strict,
	},
	{
		text: "The provided model doesn't support counting tokens.",
		operation: "count-tokens",
		model: sonnet45,
		body: { input: { converse: hi } },
	},
	{
		text: "You don't have access to the model with the specified model ID.",
		error: "AccessDeniedException",
		status: 403,
		model: nova,
		body: hi,
		config: { ...strict, deniedModels: ["amazon.*"] },
	},
	{
		text: "Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in the last 30 days. Please upgrade to an active model on Amazon Bedrock",
		error: "ResourceNotFoundException",
		status: 404,
		model: "ai21.jamba-1-5-mini-v1:0",
		body: hi,
		config: strict,
	},
	{
		text: "This model version has reached the end of its life. Please refer to the AWS documentation for more details.",
		error: "ResourceNotFoundException",
		status: 404,
		model: "anthropic.claude-3-opus-20240229-v1:0",
		body: hi,
		config: strict,
	},
	{
		// Removed from the Region.
		text: "The provided model identifier is invalid.",
		model: "anthropic.claude-3-5-sonnet-20240620-v1:0",
		body: hi,
		config: strict,
	},
];

const malformed = (what: string) =>
	`Malformed input request: ${what}, please reformat your input and try again.`;
const titan = (members: object, textGenerationConfig?: object) => ({
	inputText: "Hi",
	...(textGenerationConfig && { textGenerationConfig }),
	...members,
});

const models: Row[] = [
	{
		text: "Malformed input request, please reformat your input and try again.",
		operation: "invoke",
		model: haiku3,
		body: "{ no json",
	},
	{
		text: malformed("#: required key [messages] not found"),
		operation: "invoke",
		model: haiku3,
		body: claude({ messages: undefined }),
	},
	{
		text: malformed(
			'#: subject must not be valid against schema {"required":["messages"]}#: extraneous key [stream] is not permitted',
		),
		operation: "invoke",
		model: haiku3,
		body: claude({ stream: true }),
	},
	{
		text: malformed(
			'#: subject must not be valid against schema {"required":["messages"]}#: required key [anthropic_version] not found',
		),
		operation: "invoke",
		model: haiku3,
		body: claude({ anthropic_version: undefined }),
	},
	{
		text: malformed("#: extraneous key [top_k] is not permitted"),
		operation: "invoke",
		model: llama,
		body: { prompt: "Hi", top_k: 3 },
	},
	{
		text: malformed("2 schema violations found"),
		operation: "invoke",
		model: "amazon.titan-text-express-v1",
		body: titan({ a: 1, b: 2 }),
	},
	{
		text: malformed("string [</stop>] does not match pattern ^(\\|+|User:)$"),
		operation: "invoke",
		model: "amazon.titan-text-express-v1",
		body: titan({}, { stopSequences: ["</stop>"] }),
	},
	{
		text: malformed("expected maxLength: 50000, actual: 52611"),
		operation: "invoke",
		model: "amazon.titan-embed-text-v2:0",
		body: { inputText: "a".repeat(52_611) },
	},
	{
		text: "messages.0.content.0.image.source.base64: image cannot be empty.",
		operation: "invoke",
		model: sonnet45,
		body: image({ media_type: "image/png", data: "" }),
	},
	{
		text: "messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'",
		operation: "invoke",
		model: sonnet45,
		body: image({ media_type: "image/bmp", data: "AAAA" }),
	},
	{
		text: "messages.0.content.0.image.source.base64: image exceeds 5 MB maximum: 6096280 bytes > 5242880 bytes",
		operation: "invoke",
		model: sonnet45,
		body: image({ media_type: "image/png", data: "A".repeat(6_096_280) }),
	},
	{
		text: "system.0.type: Field required",
		operation: "invoke",
		model: sonnet45,
		body: claude({ system: [{ text: "x" }] }),
	},
	{
		text: "messages.0.content.1: Input tag 'video' found using 'type' does not match any of the expected tags: 'text', 'image', 'tool_use', 'tool_result'",
		operation: "invoke",
		model: haiku3,
		body: claude({
			messages: [
				{
					role: "user",
					content: [{ type: "text", text: "x" }, { type: "video" }],
				},
			],
		}),
	},
	{
		text: "`temperature` is deprecated for this model.",
		operation: "invoke",
		model: opus48,
		body: claude({ temperature: 0 }),
	},
	{
		text: "messages: text content blocks must be non-empty",
		operation: "invoke",
		model: sonnet45,
		body: claude({
			messages: [{ role: "user", content: [{ type: "text", text: "" }] }],
		}),
	},
	{
		text: "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: tooluse_1. Each `tool_use` block must have a corresponding `tool_result` block in the next message.",
		operation: "invoke",
		model: sonnet45,
		body: claude({
			messages: [
				{ role: "user", content: "x" },
				{
					role: "assistant",
					content: [
						{ type: "tool_use", id: "tooluse_1", name: "add", input: {} },
					],
				},
				{ role: "user", content: "And?" },
			],
		}),
	},
	{
		text: "Input is too long for requested model.",
		model: "qwen.qwen3-32b-v1:0",
		body: { messages: [user({ text: long(40_000) })] },
	},
	{
		text: "The model returned the following errors: Input Tokens Exceeded: Number of input tokens exceeds maximum length. Please update the input to try again.",
		model: micro,
		body: { messages: [user({ text: long(140_000) })] },
	},
	{
		text: "The model returned the following errors: This model's maximum context length is 131072 tokens. Please reduce the length of the prompt",
		model: llama,
		body: { messages: [user({ text: long(140_000) })] },
	},
];

test.each([...converse, ...access, ...models])(
	"$model answers: $text",
	async ({ text, error, status, operation, model, body, config, region }) => {
		await using outcrop = await startOutcrop(config);
		const path = `${outcrop.url}/model/${encodeURIComponent(model)}/${operation ?? "converse"}`;
		const authorization = `AWS4-HMAC-SHA256 Credential=test/20261122/${region ?? "us-east-1"}/bedrock/aws4_request, SignedHeaders=host, Signature=00`;
		const sent = typeof body === "string" ? body : JSON.stringify(body);
		const answer = await post(path, sent, { authorization });
		expect({ status: answer.status, ...answer.json }).toEqual({
			status: status ?? 400,
			__type: error ?? "ValidationException",
			message: text,
		});
	},
);

test.each([
	["invoke", ""],
	["converse", "The model returned the following errors: "],
] as const)(
	"Claude's prompt that is too long tells its tokens on %s",
	async (operation, prefix) => {
		await using outcrop = await startOutcrop();
		const messages = [{ role: "user", content: [{ text: long(120_000) }] }];
		const body = claude({
			messages: [{ role: "user", content: long(120_000) }],
		});
		const answer = await post(
			`${outcrop.url}/model/${sonnet45}/${operation}`,
			JSON.stringify(operation === "invoke" ? body : { messages }),
		);
		expect(answer.status).toBe(400);
		expect(answer.json.message).toMatch(
			new RegExp(
				`^${prefix}prompt is too long: 2\\d{5} tokens > 200000 maximum$`,
			),
		);
	},
);

test("Claude before 4.5 counts the reply's tokens in", async () => {
	await using outcrop = await startOutcrop();
	const answer = await post(
		`${outcrop.url}/model/us.anthropic.claude-opus-4-1-20250805-v1:0/invoke`,
		JSON.stringify(
			claude({
				max_tokens: 32_000,
				messages: [{ role: "user", content: long(100_000) }],
			}),
		),
	);
	expect(answer.json.message).toMatch(
		/^input length and `max_tokens` exceed context limit: 1\d{5} \+ 32000 > 200000$/,
	);
});

/** Known strings that are not reproduced, and why. */
const leftOut: [text: string, reason: string][] = [
	[
		"Malformed input request: #: only 1 subschema matches out of 2, please reformat your input and try again.",
		"no body is known that gives it: the report that quotes it leaves its request out",
	],
	[
		"A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.",
		"2024: since 2025 messages of one role in a row are merged",
	],
	[
		'messages: roles must alternate between "user" and "assistant"',
		"older InvokeModel of Claude 3: messages of one role in a row are merged now",
	],
	[
		"User: arn:aws:iam::123456789012:user/x is not authorized to perform: bedrock:InvokeModel on resource: … because no identity-based policy allows the bedrock:InvokeModel action",
		"there are no policies here",
	],
	[
		"Model use case details have not been submitted for this account. …",
		"there is no form to fill in; `deniedModels` stands for accounts without access",
	],
	["Your account is not authorized to invoke this API operation.", "as above"],
	[
		"Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace actions …",
		"there is no marketplace; `deniedModels` stands for accounts without access",
	],
	[
		"too many total text bytes",
		"how many bytes are too many is not known, and a request of more tokens than the window is refused before",
	],
];

test("each string that is left out is said by nothing else", () => {
	const met = [...converse, ...access, ...models].map((row) => row.text);
	for (const [text, reason] of leftOut) {
		expect(met).not.toContain(text);
		expect(reason).not.toBe("");
	}
});

test("Titan's embeddings tell how many tokens are too many", async () => {
	await using outcrop = await startOutcrop();
	const answer = await post(
		`${outcrop.url}/model/amazon.titan-embed-text-v2:0/invoke`,
		JSON.stringify({ inputText: "a b ".repeat(8000) }),
	);
	expect(answer.json.message).toMatch(
		/^Too many input tokens\. Max input tokens: 8192, request input token count: 1\d{4}$/,
	);
});

test("a tool that Bedrock's Claude does not have is refused with those it has", async () => {
	await using outcrop = await startOutcrop();
	const answer = await post(
		`${outcrop.url}/model/${sonnet45}/invoke`,
		JSON.stringify(
			claude({ tools: [{ type: "web_search_20250305", name: "web_search" }] }),
		),
	);
	// Which tags are listed is the model's: the recorded text has five of them.
	expect(answer.json.message).toMatch(
		/^tools\.0: Input tag 'web_search_20250305' found using 'type' does not match any of the expected tags: .*'bash_20250124', .*'text_editor_20250728'/,
	);
});
