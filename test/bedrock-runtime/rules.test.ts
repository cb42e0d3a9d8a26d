import type {
	ContentBlock,
	Message,
	Tool,
	ToolConfiguration,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import type { Mode } from "../../src/call.ts";
import { ServiceError } from "../../src/errors.ts";
import type { ModelFacts } from "../../src/models/facts.ts";
import {
	type ConverseInput,
	checkConverse,
	converseRules,
	mergeMessages,
} from "../../src/services/bedrock-runtime/rules.ts";

const claude: ModelFacts = { family: "anthropic" };
const promptArn = "arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1";
const png = Buffer.from("89504e470d0a1a0a0000000d", "hex");
const pdf = Buffer.from("%PDF-1.7\n%\xe2\xe3", "latin1");

interface Ask {
	facts?: ModelFacts;
	mode?: Mode;
	streaming?: boolean;
}

/** The refusal as `Name: text`, or `accepted`. */
function answer(
	input: Partial<ConverseInput>,
	{ facts = {}, mode = "default", streaming = false }: Ask = {},
): string {
	try {
		checkConverse(
			{ modelId: "amazon.titan-text-lite-v1", ...input } as ConverseInput,
			facts,
			mode,
			streaming,
		);
		return "accepted";
	} catch (error) {
		if (!(error instanceof ServiceError)) throw error;
		return `${error.name}: ${error.message}`;
	}
}

const refused = (text: string) => `ValidationException: ${text}`;
const user = (...content: ContentBlock[]): Message => ({
	role: "user",
	content,
});
const assistant = (...content: ContentBlock[]): Message => ({
	role: "assistant",
	content,
});
const text = (value: string): ContentBlock => ({ text: value });
const hello = user(text("Hello"));
const use = (toolUseId: string): ContentBlock => ({
	toolUse: { toolUseId, name: "weather", input: {} },
});
const result = (toolUseId: string): ContentBlock => ({
	toolResult: { toolUseId, content: [{ text: "18 °C" }] },
});
const weather: Tool = {
	toolSpec: { name: "weather", inputSchema: { json: { type: "object" } } },
};
const toolConfig: ToolConfiguration = { tools: [weather] };
const document = (
	name: string,
	bytes: Uint8Array = pdf,
	format: "pdf" | "docx" | "txt" = "pdf",
): ContentBlock => ({
	document: { name, format, source: { bytes } },
});
const image = (
	bytes: Uint8Array,
	format: "png" | "jpeg" = "png",
): ContentBlock => ({
	image: { format, source: { bytes } },
});
const cachePoint = (ttl?: "5m" | "1h"): ContentBlock.CachePointMember => ({
	cachePoint: { type: "default", ...(ttl && { ttl }) },
});

// The request as a whole

test("a user message is accepted", () => {
	expect(answer({ messages: [hello] })).toBe("accepted");
});

test("a request without messages is refused", () => {
	expect(answer({})).toBe(
		refused(
			"A conversation must start with a user message. Try again with a conversation that starts with a user message.",
		),
	);
});

test("an empty list of messages is refused", () => {
	expect(answer({ messages: [] })).toContain(
		"A conversation must start with a user message.",
	);
});

test("floci mode refuses an empty list of messages", () => {
	expect(answer({ messages: [] }, { mode: "floci" })).toContain(
		"A conversation must start with a user message.",
	);
});

test("floci mode accepts what AWS refuses", () => {
	const messages = [assistant(text(" "), result("a")), user()];
	expect(
		answer({ messages, toolConfig: { tools: [] } }, { mode: "floci" }),
	).toBe("accepted");
});

test("strict mode checks the same rules", () => {
	expect(
		answer({ messages: [assistant(text("Hi"))] }, { mode: "strict" }),
	).toContain("must start with a user message");
});

test("a prompt resource needs no messages", () => {
	expect(answer({ modelId: promptArn })).toBe("accepted");
});

test("a prompt resource refuses inferenceConfig", () => {
	expect(
		answer({ modelId: promptArn, inferenceConfig: { maxTokens: 5 } }),
	).toBe(
		refused(
			"The inferenceConfig field isn't supported when modelId is a prompt resource. Remove inferenceConfig and try again.",
		),
	);
});

test("a prompt resource refuses toolConfig", () => {
	expect(answer({ modelId: promptArn, toolConfig })).toContain(
		"The toolConfig field isn't supported",
	);
});

test("a prompt resource refuses system", () => {
	expect(
		answer({ modelId: promptArn, system: [{ text: "Be brief." }] }),
	).toContain("The system field isn't supported");
});

test("a prompt resource refuses additionalModelRequestFields", () => {
	expect(
		answer({ modelId: promptArn, additionalModelRequestFields: { top_k: 5 } }),
	).toContain("The additionalModelRequestFields field isn't supported");
});

test("a prompt resource is still asked for well-formed messages", () => {
	expect(answer({ modelId: promptArn, messages: [user(text(""))] })).toContain(
		"messages.0.content.0 is blank",
	);
});

test("system is refused by a model without system messages", () => {
	expect(
		answer(
			{ messages: [hello], system: [{ text: "Be brief." }] },
			{ facts: { system: false } },
		),
	).toBe(
		refused(
			"This model doesn't support system messages. Try again without a system message or use a model that supports system messages.",
		),
	);
});

test("an empty system list is accepted by a model without system messages", () => {
	expect(
		answer({ messages: [hello], system: [] }, { facts: { system: false } }),
	).toBe("accepted");
});

test("blank system text is refused with its place", () => {
	expect(
		answer({
			messages: [hello],
			system: [{ text: "Be brief." }, { text: " \n" }],
		}),
	).toBe(
		refused(
			"The text field in the SystemContentBlock object at system.1 is blank. Add text to the text field, and try again.",
		),
	);
});

test("a message of role system is refused by a model that has none", () => {
	const messages: Message[] = [
		hello,
		{ role: "system", content: [text("Be brief.")] },
		hello,
	];
	expect(answer({ messages }, { facts: { systemMessages: false } })).toContain(
		"This model doesn't support system messages.",
	);
});

test("maxTokens past the model's limit is refused", () => {
	expect(
		answer(
			{ messages: [hello], inferenceConfig: { maxTokens: 4097 } },
			{ facts: { maxOutputTokens: 4096 } },
		),
	).toBe(
		refused(
			"The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens value that is lower than 4096.",
		),
	);
});

test("maxTokens at the model's limit is accepted", () => {
	expect(
		answer(
			{ messages: [hello], inferenceConfig: { maxTokens: 4096 } },
			{ facts: { maxOutputTokens: 4096 } },
		),
	).toBe("accepted");
});

test("additionalModelRequestFields must be an object", () => {
	expect(answer({ messages: [hello], additionalModelRequestFields: [1] })).toBe(
		refused(
			"The format of the value at additionalModelRequestFields is invalid. Provide a json object for the field and try again.",
		),
	);
});

test("a malformed pointer in additionalModelResponseFieldPaths is refused with its place", () => {
	expect(
		answer({
			messages: [hello],
			additionalModelResponseFieldPaths: ["/stop_sequence", "stop"],
		}),
	).toBe(
		refused(
			"The value at additionalModelResponseFieldPaths.1 is not a valid JSON Pointer. Provide a valid JSON Pointer and try again.",
		),
	);
});

test("a pointer with escapes is accepted", () => {
	expect(
		answer({
			messages: [hello],
			additionalModelResponseFieldPaths: ["/a~1b/~0/"],
		}),
	).toBe("accepted");
});

test("a pointer with a stray tilde is refused", () => {
	expect(
		answer({ messages: [hello], additionalModelResponseFieldPaths: ["/a~2"] }),
	).toContain("JSON Pointer");
});

const outputSchema = (schema: string): Partial<ConverseInput> => ({
	messages: [hello],
	outputConfig: {
		textFormat: { type: "json_schema", structure: { jsonSchema: { schema } } },
	},
});

test("an output schema that is no JSON is refused", () => {
	expect(answer(outputSchema("{type: object}"))).toBe(
		refused(
			"The format of the value at outputConfig.textFormat.structure.jsonSchema.schema is invalid. Provide a json object for the field and try again.",
		),
	);
});

test("a model without structured output refuses outputConfig", () => {
	expect(answer(outputSchema("{}"), { facts: { outputConfig: false } })).toBe(
		refused(
			"This model doesn't support the outputConfig field. Remove outputConfig and try again.",
		),
	);
});

test("an output schema that is a JSON object is accepted", () => {
	expect(answer(outputSchema('{"type":"object"}'))).toBe("accepted");
});

// Messages

test("a conversation that starts with the assistant is refused", () => {
	expect(answer({ messages: [assistant(text("Hi")), hello] })).toBe(
		refused(
			"A conversation must start with a user message. Try again with a conversation that starts with a user message.",
		),
	);
});

test("Claude accepts a conversation that starts with the assistant", () => {
	expect(
		answer({ messages: [assistant(text("Hi")), hello] }, { facts: claude }),
	).toBe("accepted");
});

test("Qwen accepts a conversation that starts with the assistant", () => {
	expect(
		answer(
			{ messages: [assistant(text("Hi")), hello] },
			{ facts: { family: "qwen" } },
		),
	).toBe("accepted");
});

test("a fact about the first message outweighs the family", () => {
	expect(
		answer(
			{ messages: [assistant(text("Hi"))] },
			{ facts: { ...claude, leadingAssistant: false } },
		),
	).toContain("must start with a user message");
});

test("a conversation that ends with the assistant is refused without prefill", () => {
	expect(
		answer(
			{ messages: [hello, assistant(text("Hi"))] },
			{ facts: { prefill: false } },
		),
	).toBe(
		refused(
			"The model that you are using requires the last turn in the conversation to be a user message. Add a user message to the conversation and try again.",
		),
	);
});

test("Claude without prefill refuses in its own words", () => {
	expect(
		answer(
			{ messages: [hello, assistant(text("Hi"))] },
			{ facts: { ...claude, prefill: false } },
		),
	).toBe(
		refused(
			"The model returned the following errors: This model does not support assistant message prefill.",
		),
	);
});

test("a conversation that ends with the assistant is accepted where prefill is unknown", () => {
	expect(answer({ messages: [hello, assistant(text("Hi"))] })).toBe("accepted");
});

test("two user messages in a row are accepted", () => {
	expect(answer({ messages: [hello, hello] })).toBe("accepted");
});

test("a message without content is refused with its place", () => {
	expect(answer({ messages: [hello, assistant(), hello] })).toBe(
		refused(
			"The content field in the Message object at messages.1 is empty. Add a ContentBlock object to the content field and try again.",
		),
	);
});

test("empty text is refused with its place, counted from 0", () => {
	expect(
		answer({ messages: [hello, assistant(text("Hi"), text("")), hello] }),
	).toBe(
		refused(
			"The text field in the ContentBlock object at messages.1.content.1 is blank. Add text to the text field, and try again.",
		),
	);
});

test("white space alone is blank text", () => {
	expect(answer({ messages: [user(text(" \n\t"))] })).toContain(
		"messages.0.content.0 is blank",
	);
});

test("a line break may part a document from what follows", () => {
	const parted = user(text("Sum up"), document("a"), text("\n"));
	expect(answer({ messages: [parted] }, { facts: claude })).toBe("accepted");
});

test("empty text behind a document is blank", () => {
	expect(
		answer({ messages: [user(text("Sum up"), document("a"), text(""))] }),
	).toContain("messages.0.content.2 is blank");
});

test("text after white space is not blank", () => {
	expect(answer({ messages: [user(text("\n é"))] })).toBe("accepted");
});

test("empty text goes to a model that refuses it itself", () => {
	expect(
		answer({ messages: [user(text(""))] }, { facts: { blankText: "model" } }),
	).toBe(
		refused(
			"The model returned the following errors: messages: text content blocks must be non-empty",
		),
	);
});

test("white space goes to a model that refuses it itself", () => {
	expect(
		answer({ messages: [user(text(" "))] }, { facts: { blankText: "model" } }),
	).toBe(
		refused(
			"The model returned the following errors: messages: text content blocks must contain non-whitespace text",
		),
	);
});

test("blank text in a tool result is refused with its place", () => {
	const blank: ContentBlock = {
		toolResult: { toolUseId: "a", content: [{ text: "" }] },
	};
	expect(
		answer({ messages: [hello, assistant(use("a")), user(blank)], toolConfig }),
	).toContain("messages.2.content.0.toolResult.content.0 is blank");
});

// Images and documents

test("an image is refused by a text model", () => {
	expect(
		answer({ messages: [user(image(png))] }, { facts: { images: false } }),
	).toBe(
		refused(
			"This model doesn't support the image content block that you provided. Update the content block and try again.",
		),
	);
});

test("a video is refused by a model without video", () => {
	const video: ContentBlock = {
		video: { format: "mp4", source: { bytes: png } },
	};
	expect(
		answer({ messages: [user(video)] }, { facts: { video: false } }),
	).toContain("the video content block");
});

test("an audio is refused by a model without audio", () => {
	const audio: ContentBlock = {
		audio: { format: "mp3", source: { bytes: png } },
	};
	expect(
		answer({ messages: [user(audio)] }, { facts: { audio: false } }),
	).toContain("the audio content block");
});

test("an image in an assistant message is refused", () => {
	expect(answer({ messages: [hello, assistant(image(png))] })).toBe(
		refused(
			"This model doesn't support the image field for assistant messages. Remove image and try again.",
		),
	);
});

test("an image in an assistant message is accepted by a model that answers with images", () => {
	expect(
		answer(
			{ messages: [hello, assistant(image(png))] },
			{ facts: { assistantImages: true } },
		),
	).toBe("accepted");
});

test("a document in an assistant message is refused", () => {
	expect(
		answer({ messages: [hello, assistant(text("Here"), document("a"))] }),
	).toContain(
		"This model doesn't support the document field for assistant messages.",
	);
});

test("Claude refuses an image that is not of the format given", () => {
	expect(
		answer(
			{ messages: [user(text("What?"), image(png, "jpeg"))] },
			{ facts: claude },
		),
	).toBe(
		refused(
			"The model returned the following errors: messages.0.content.1.image.source.base64: The image was specified using the image/jpeg media type, but the image appears to be a image/png image",
		),
	);
});

const s3 = { s3Location: { uri: "s3://files/kiwi" } };

test("Claude refuses an image in S3", () => {
	const kiwi: ContentBlock = { image: { format: "jpeg", source: s3 } };
	expect(
		answer({ messages: [user(text("What?"), kiwi)] }, { facts: claude }),
	).toBe(
		refused(
			"This model doesn't support the s3Uri field. Remove s3Uri and try again.",
		),
	);
});

test("Claude refuses a document in S3", () => {
	const kiwi: ContentBlock = {
		document: { format: "pdf", name: "kiwi", source: s3 },
	};
	expect(
		answer({ messages: [user(text("What?"), kiwi)] }, { facts: claude }),
	).toBe(
		refused(
			"The model returned the following errors: messages.0.content.1.document.source.type: Field required",
		),
	);
});

test("a video in a tool result is refused by a model without video", () => {
	const film: ContentBlock = {
		toolResult: {
			toolUseId: "a",
			content: [{ video: { format: "mp4", source: s3 } }],
		},
	};
	expect(
		answer(
			{ messages: [hello, assistant(use("a")), user(film)], toolConfig },
			{ facts: { video: false } },
		),
	).toBe(
		refused(
			"This model doesn't support the video content block that you provided. Update the content block and try again.",
		),
	);
});

test("Llama refuses an image that is not of the format given", () => {
	expect(
		answer(
			{ messages: [user(image(png, "jpeg"))] },
			{ facts: { family: "meta" } },
		),
	).toBe(
		refused(
			"The model returned the following errors: The provided image does not match the specified image format.",
		),
	);
});

test("image bytes that no one knows are accepted", () => {
	expect(
		answer(
			{ messages: [user(image(Buffer.from([1, 2, 3]), "jpeg"))] },
			{ facts: claude },
		),
	).toBe("accepted");
});

test("more images than the model takes are refused", () => {
	expect(
		answer(
			{ messages: [user(image(png)), user(image(png), image(png))] },
			{ facts: { maxMedia: 2 } },
		),
	).toBe(
		refused(
			"The model returned the following errors: too many images and documents: 3 + 0 > 2",
		),
	);
});

test("a document is refused by a model without documents", () => {
	expect(
		answer(
			{ messages: [user(text("Sum up"), document("a"))] },
			{ facts: { documents: false } },
		),
	).toBe(refused("This model doesn't support documents."));
});

test("a document without text is refused", () => {
	expect(answer({ messages: [user(document("a"))] })).toBe(
		refused(
			"A text block must be included when using documents. Add a text block and retry your request.",
		),
	);
});

const badName =
	"The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character. Check that the file name conforms to these restrictions and retry your request.";

test("a document name with a dot is refused", () => {
	expect(
		answer({ messages: [user(text("Sum up"), document("report.pdf"))] }),
	).toBe(refused(badName));
});

test("a document name with two spaces is refused", () => {
	expect(
		answer({ messages: [user(text("Sum up"), document("my  report"))] }),
	).toBe(refused(badName));
});

test("a document name with all that is allowed is accepted", () => {
	expect(
		answer({
			messages: [user(text("Sum up"), document("My_own-report (2) [final]"))],
		}),
	).toBe("accepted");
});

test("one document name in two messages is refused", () => {
	const ask = user(text("Sum up"), document("report"));
	expect(answer({ messages: [ask, assistant(text("Done")), ask] })).toBe(
		refused(
			"Messages can't contain duplicate document names. Rename the document and retry your request.",
		),
	);
});

test("six documents are refused", () => {
	const documents = ["a", "b", "c", "d", "e", "f"].map((name) =>
		document(name),
	);
	expect(answer({ messages: [user(text("Sum up"), ...documents)] })).toBe(
		refused("You can't include more than 5 documents in a request."),
	);
});

test("five documents are accepted", () => {
	const documents = ["a", "b", "c", "d", "e"].map((name) => document(name));
	expect(answer({ messages: [user(text("Sum up"), ...documents)] })).toBe(
		"accepted",
	);
});

test("plain text sent as PDF is refused", () => {
	expect(
		answer({
			messages: [user(text("Sum up"), document("a", Buffer.from("Hello")))],
		}),
	).toBe(
		refused(
			"The detected filetype is PLAIN_TEXT, but the provided filetype was PDF.",
		),
	);
});

test("a PDF sent as DOCX is refused", () => {
	expect(
		answer({ messages: [user(text("Sum up"), document("a", pdf, "docx"))] }),
	).toBe(
		refused(
			"The detected filetype is PDF, but the provided filetype was DOCX.",
		),
	);
});

test("an archive sent as DOCX is accepted", () => {
	const archive = Buffer.from("504b030414000600", "hex");
	expect(
		answer({
			messages: [user(text("Sum up"), document("a", archive, "docx"))],
		}),
	).toBe("accepted");
});

test("a PDF sent as text is accepted", () => {
	expect(
		answer({ messages: [user(text("Sum up"), document("a", pdf, "txt"))] }),
	).toBe("accepted");
});

test("an image sent as a document is refused", () => {
	expect(answer({ messages: [user(text("Sum up"), document("a", png))] })).toBe(
		refused(
			"Unsupported MIME type: image/png. Retry your request with a supported file type: xlsx, txt, pdf, csv, md, doc, html, xls, docx",
		),
	);
});

test("a document in a tool result cannot be cited", () => {
	const cited: ContentBlock = {
		toolResult: {
			toolUseId: "a",
			content: [
				{
					document: {
						name: "a",
						format: "txt",
						source: { text: "x" },
						citations: { enabled: true },
					},
				},
			],
		},
	};
	expect(
		answer({ messages: [hello, assistant(use("a")), user(cited)], toolConfig }),
	).toBe(refused("Citations are not supported in tool result documents."));
});

// Tools

test("toolConfig is refused by a model without tools", () => {
	expect(
		answer({ messages: [hello], toolConfig }, { facts: { tools: false } }),
	).toBe(refused("This model doesn't support tool use."));
});

test("toolConfig is refused in a stream by a model without streaming tools", () => {
	expect(
		answer(
			{ messages: [hello], toolConfig },
			{ facts: { streamingTools: false }, streaming: true },
		),
	).toBe(refused("This model doesn't support tool use in streaming mode."));
});

test("toolConfig is accepted whole by a model without streaming tools", () => {
	expect(
		answer(
			{ messages: [hello], toolConfig },
			{ facts: { streamingTools: false } },
		),
	).toBe("accepted");
});

test("a tool choice is refused by a model that lacks it", () => {
	const choice = { ...toolConfig, toolChoice: { any: {} } };
	expect(
		answer(
			{ messages: [hello], toolConfig: choice },
			{ facts: { toolChoice: ["auto"] } },
		),
	).toBe(
		refused(
			"This model doesn't support the toolConfig.toolChoice.any field. Remove toolConfig.toolChoice.any and try again.",
		),
	);
});

test("a tool choice that names no tool is refused", () => {
	const choice = { ...toolConfig, toolChoice: { tool: { name: "news" } } };
	expect(answer({ messages: [hello], toolConfig: choice })).toBe(
		refused(
			"The model returned the following errors: Tool 'news' not found in provided tools",
		),
	);
});

test("a tool choice that names a tool is accepted", () => {
	const choice = { ...toolConfig, toolChoice: { tool: { name: "weather" } } };
	expect(answer({ messages: [hello], toolConfig: choice })).toBe("accepted");
});

test("tools that are cache points alone are refused", () => {
	expect(
		answer({ messages: [hello], toolConfig: { tools: [cachePoint()] } }),
	).toBe(
		refused(
			"The toolConfig.tools field must contain at least one tool. Add a tool and try again.",
		),
	);
});

const withSchema = (
	json: null | string | { [key: string]: string },
): Partial<ConverseInput> => ({
	messages: [hello],
	toolConfig: {
		tools: [weather, { toolSpec: { name: "news", inputSchema: { json } } }],
	},
});

test("a tool's schema must be an object", () => {
	expect(answer(withSchema("{}"))).toBe(
		refused(
			"The format of the value at toolConfig.tools.1.toolSpec.inputSchema.json is invalid. Provide a json object for the field and try again.",
		),
	);
});

test("a tool's schema of another type than object is refused", () => {
	expect(answer(withSchema({ type: "array" }))).toBe(
		refused(
			"The value at toolConfig.tools.1.toolSpec.inputSchema.json.type must be one of the following: object.",
		),
	);
});

test("a tool's schema without a type is refused", () => {
	expect(answer(withSchema({ $ref: "#/$defs/News" }))).toContain(
		"must be one of the following: object.",
	);
});

test("Claude refuses two tools of one name", () => {
	expect(
		answer(
			{ messages: [hello], toolConfig: { tools: [weather, weather] } },
			{ facts: claude },
		),
	).toBe(
		refused(
			"The model returned the following errors: tools: Tool names must be unique.",
		),
	);
});

test("tool blocks without toolConfig are refused", () => {
	expect(
		answer({ messages: [hello, assistant(use("a")), user(result("a"))] }),
	).toBe(
		refused(
			"The toolConfig field must be defined when using toolUse and toolResult content blocks.",
		),
	);
});

test("a tool use answered by its result is accepted", () => {
	expect(
		answer({
			messages: [
				hello,
				assistant(text("Let me see"), use("a")),
				user(result("a")),
			],
			toolConfig,
		}),
	).toBe("accepted");
});

test("tool uses without results are refused with their ids", () => {
	const messages = [
		hello,
		assistant(use("a"), use("b"), use("c")),
		user(result("b")),
	];
	expect(answer({ messages, toolConfig })).toBe(
		refused(
			"Expected toolResult blocks at messages.2.content for the following Ids: a, c",
		),
	);
});

test("a tool use followed by plain text is refused", () => {
	expect(
		answer({ messages: [hello, assistant(use("a")), hello], toolConfig }),
	).toBe(
		refused(
			"Expected toolResult blocks at messages.2.content for the following Ids: a",
		),
	);
});

test("a tool use at the end is refused", () => {
	expect(answer({ messages: [hello, assistant(use("a"))], toolConfig })).toBe(
		refused(
			"Expected toolResult blocks at messages.2.content for the following Ids: a",
		),
	);
});

test("a tool result of another id is refused", () => {
	expect(
		answer({
			messages: [hello, assistant(use("a")), user(result("b"))],
			toolConfig,
		}),
	).toBe(
		refused(
			"Expected toolResult blocks at messages.2.content for the following Ids: a",
		),
	);
});

test("a tool result that answers nothing is refused", () => {
	expect(
		answer({
			messages: [hello, assistant(text("Hi")), user(result("a"))],
			toolConfig,
		}),
	).toBe(
		refused(
			"The number of toolResult blocks at messages.2.content exceeds the number of toolUse blocks of previous turn.",
		),
	);
});

test("a tool result in the first message is refused", () => {
	expect(answer({ messages: [user(result("a"))], toolConfig })).toContain(
		"toolResult blocks at messages.0.content exceeds",
	);
});

test("a tool use is answered once", () => {
	const messages = [
		hello,
		assistant(use("a")),
		user(result("a")),
		assistant(text("Hi")),
		user(result("a")),
	];
	expect(answer({ messages, toolConfig })).toContain(
		"toolResult blocks at messages.4.content exceeds",
	);
});

test("results spread over two user messages are accepted", () => {
	const messages = [
		hello,
		assistant(use("a"), use("b")),
		user(result("a")),
		user(result("b")),
	];
	expect(answer({ messages, toolConfig })).toBe("accepted");
});

test("two tool uses of one id are refused", () => {
	expect(
		answer({
			messages: [hello, assistant(use("a"), use("a")), user(result("a"))],
			toolConfig,
		}),
	).toBe(
		refused(
			"The toolUse blocks at messages.1.content contain duplicate Ids: a",
		),
	);
});

test("two tool results of one id are refused as duplicates, not as surplus", () => {
	expect(
		answer({
			messages: [hello, assistant(use("a")), user(result("a"), result("a"))],
			toolConfig,
		}),
	).toBe(
		refused(
			"The toolResult blocks at messages.2.content contain duplicate Ids: a",
		),
	);
});

test("a tool that the service ran has use and result in one message", () => {
	const ran: ContentBlock = {
		toolUse: {
			toolUseId: "a",
			name: "nova_grounding",
			input: {},
			type: "server_tool_use",
		},
	};
	expect(
		answer({
			messages: [hello, assistant(ran, result("a"), text("Done")), hello],
			toolConfig,
		}),
	).toBe("accepted");
});

test("a tool use in a user message is refused", () => {
	expect(answer({ messages: [user(use("a"))], toolConfig })).toBe(
		refused(
			"This model doesn't support the toolUse field for user messages. Remove toolUse and try again.",
		),
	);
});

test("a tool use whose input is no object is refused with its place", () => {
	const listed: ContentBlock = {
		toolUse: { toolUseId: "a", name: "weather", input: [1] },
	};
	expect(
		answer({
			messages: [hello, assistant(listed), user(result("a"))],
			toolConfig,
		}),
	).toBe(
		refused(
			"The format of the value at messages.1.content.0.toolUse.input is invalid. Provide a json object for the field and try again.",
		),
	);
});

test("a tool result whose json is a list is refused with its place", () => {
	const listed: ContentBlock = {
		toolResult: { toolUseId: "a", content: [{ json: [1] }] },
	};
	expect(
		answer({
			messages: [hello, assistant(use("a")), user(listed)],
			toolConfig,
		}),
	).toBe(
		refused(
			"The format of the value at messages.2.content.0.toolResult.content.0.json is invalid. Provide a json object for the field and try again.",
		),
	);
});

test("an empty tool result of status error is refused", () => {
	const empty: ContentBlock = {
		toolResult: { toolUseId: "a", content: [], status: "error" },
	};
	expect(
		answer({ messages: [hello, assistant(use("a")), user(empty)], toolConfig }),
	).toBe(
		refused(
			"The content field at messages.2.content.0.toolResult cannot be empty when status value is error.",
		),
	);
});

test("an empty tool result without status is accepted", () => {
	const empty: ContentBlock = { toolResult: { toolUseId: "a", content: [] } };
	expect(
		answer({ messages: [hello, assistant(use("a")), user(empty)], toolConfig }),
	).toBe("accepted");
});

test("a tool result's status is refused by a model without it", () => {
	const failed: ContentBlock = {
		toolResult: { toolUseId: "a", content: [{ text: "No" }], status: "error" },
	};
	const messages = [hello, assistant(use("a")), user(failed)];
	expect(
		answer({ messages, toolConfig }, { facts: { toolResultStatus: false } }),
	).toBe(
		refused(
			"This model doesn't support the status field. Remove status and try again.",
		),
	);
});

test("Llama refuses text beside a tool use", () => {
	const messages = [
		hello,
		assistant(text("Let me see"), use("a")),
		user(result("a")),
	];
	expect(
		answer({ messages, toolConfig }, { facts: { mixedToolContent: false } }),
	).toBe(
		refused(
			"messages.1.content: Conversation blocks and tool use blocks cannot be provided in the same turn.",
		),
	);
});

test("Llama refuses text beside a tool result", () => {
	const messages = [
		hello,
		assistant(use("a")),
		user(result("a"), text("And?")),
	];
	expect(
		answer({ messages, toolConfig }, { facts: { mixedToolContent: false } }),
	).toBe(
		refused(
			"messages.2.content: Conversation blocks and tool result blocks cannot be provided in the same turn.",
		),
	);
});

// Cache points

test("five cache points are refused, counted over tools, system and messages", () => {
	const input = {
		toolConfig: { tools: [weather, cachePoint()] },
		system: [{ text: "Be brief." }, cachePoint()],
		messages: [
			user(
				text("a"),
				cachePoint(),
				text("b"),
				cachePoint(),
				text("c"),
				cachePoint(),
			),
		],
	};
	expect(answer(input)).toBe(
		refused(
			"The model returned the following errors: A maximum of 4 blocks with cache_control may be provided. Found 5.",
		),
	);
});

test("four cache points are accepted", () => {
	const points = [
		cachePoint(),
		text("a"),
		cachePoint(),
		text("b"),
		cachePoint(),
		text("c"),
		cachePoint(),
	];
	expect(answer({ messages: [user(text("x"), ...points)] })).toBe("accepted");
});

test("Claude refuses a cache point of an hour after one of five minutes", () => {
	const input = {
		system: [{ text: "Be brief." }, cachePoint()],
		messages: [user(text("a"), text("b"), cachePoint("1h"))],
	};
	expect(answer(input, { facts: claude })).toBe(
		refused(
			"The model returned the following errors: messages.0.content.1.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: `tools`, `system`, `messages`.",
		),
	);
});

test("a cache point on a model without caching is an access error", () => {
	expect(
		answer(
			{ messages: [user(text("a"), cachePoint())] },
			{ facts: { promptCaching: false } },
		),
	).toBe(
		"AccessDeniedException: You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.",
	);
});

// What other modules use

test("messages that alternate are handed back as they are", () => {
	const messages = [hello, assistant(text("Hi")), hello];
	expect(mergeMessages(messages)).toBe(messages);
});

test("messages of one role become one, and the originals stay", () => {
	const messages = [
		user(text("a")),
		user(text("b")),
		assistant(text("c")),
		user(text("d")),
	];
	expect(mergeMessages(messages)).toEqual([
		user(text("a"), text("b")),
		assistant(text("c")),
		user(text("d")),
	]);
	expect(messages[0]?.content).toEqual([text("a")]);
});

test("every rule says how it is known", () => {
	const unsaid = Object.entries(converseRules).filter(
		([, rule]) =>
			!["documented", "observed", "assumed"].includes(rule.source) ||
			rule.reference.length < 10,
	);
	expect(unsaid).toEqual([]);
});

test("the rules that docs list are these", () => {
	expect(Object.keys(converseRules).sort()).toMatchInlineSnapshot(`
		[
		  "blockUnsupported",
		  "cachePointCount",
		  "cacheTtlOrder",
		  "cachingUnsupported",
		  "contentEmpty",
		  "documentCount",
		  "documentIsImage",
		  "documentName",
		  "documentNameTwice",
		  "documentType",
		  "documentWithoutText",
		  "documentsUnsupported",
		  "endsWithUser",
		  "imageTypeAnthropic",
		  "imageTypeMeta",
		  "maxTokens",
		  "mediaCount",
		  "outputConfigUnsupported",
		  "outputSchemaNotObject",
		  "prefillUnsupported",
		  "promptMember",
		  "requestFieldsNotObject",
		  "responsePathMalformed",
		  "s3DocumentAnthropic",
		  "s3Unsupported",
		  "startsWithUser",
		  "streamingToolsUnsupported",
		  "systemBlank",
		  "systemUnsupported",
		  "textBlank",
		  "textBlankForModel",
		  "textEmptyForModel",
		  "toolChoiceUnknown",
		  "toolChoiceUnsupported",
		  "toolConfigMissing",
		  "toolDocumentCitations",
		  "toolErrorEmpty",
		  "toolInputNotObject",
		  "toolJsonNotObject",
		  "toolNameTwice",
		  "toolResultBesideText",
		  "toolResultsMissing",
		  "toolResultsSurplus",
		  "toolResultsTwice",
		  "toolSchemaNotObject",
		  "toolSchemaRoot",
		  "toolStatusUnsupported",
		  "toolUseBesideText",
		  "toolUsesTwice",
		  "toolsOnlyCachePoints",
		  "toolsUnsupported",
		  "wrongRole",
		]
	`);
});
