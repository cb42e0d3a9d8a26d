import { expect, test } from "vitest";
import { linkDescription } from "../../src/protocol/description.ts";
import { readInput } from "../../src/protocol/read.ts";
import { validateInput } from "../../src/protocol/validate.ts";
import description from "../../src/services/bedrock-runtime/description.json" with {
	type: "json",
};

const operations = linkDescription(description as never).operations;

function messageOf(
	operationName: string,
	body: unknown,
	labels: Record<string, string> = { modelId: "a.b" },
): string {
	const operation = operations.get(operationName);
	if (!operation) throw new Error(operationName);
	const wire = {
		labels,
		query: "",
		headers: {},
		body: Buffer.from(JSON.stringify(body)),
	};
	try {
		validateInput(operation.input, readInput(operation, wire));
	} catch (error) {
		return (error as Error).message;
	}
	return "valid";
}

test("an enum failure counts list elements from 1 and spells them .member", () => {
	expect(
		messageOf("Converse", {
			messages: [{ role: "bogus", content: [{ text: "hi" }] }],
		}),
	).toBe(
		"1 validation error detected: Value 'bogus' at 'messages.1.member.role' failed to satisfy constraint: " +
			"Member must satisfy enum value set: [user, assistant, system]",
	);
});

test("a float is spelled as Java spells it", () => {
	expect(messageOf("Converse", { inferenceConfig: { temperature: 99 } })).toBe(
		"1 validation error detected: Value '99.0' at 'inferenceConfig.temperature' failed to satisfy constraint: " +
			"Member must have value less than or equal to 1",
	);
});

test("a missing required member has no value", () => {
	expect(
		messageOf("Converse", {
			messages: [
				{
					role: "user",
					content: [{ reasoningContent: { reasoningText: {} } }],
				},
			],
		}),
	).toBe(
		"1 validation error detected: Value at 'messages.1.member.content.1.member.reasoningContent.reasoningText.text' " +
			"failed to satisfy constraint: Member must not be null",
	);
});

test("all broken constraints stand in one message", () => {
	expect(
		messageOf("Converse", {
			inferenceConfig: { temperature: -1, topP: 2, maxTokens: 0 },
		}),
	).toBe(
		"3 validation errors detected: " +
			"Value '0' at 'inferenceConfig.maxTokens' failed to satisfy constraint: Member must have value greater than or equal to 1; " +
			"Value '-1.0' at 'inferenceConfig.temperature' failed to satisfy constraint: Member must have value greater than or equal to 0; " +
			"Value '2.0' at 'inferenceConfig.topP' failed to satisfy constraint: Member must have value less than or equal to 1",
	);
});

test("a pattern must match the whole value", () => {
	expect(
		messageOf("Converse", { messages: [] }, { modelId: "bad id!" }),
	).toContain(
		"Value 'bad id!' at 'modelId' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:aws",
	);
	expect(
		messageOf(
			"Converse",
			{ messages: [] },
			{ modelId: "us.anthropic.claude-3-5-sonnet-20241022-v2:0" },
		),
	).toBe("valid");
});

test("a sensitive value is never quoted", () => {
	expect(messageOf("Converse", { requestMetadata: {} })).toBe(
		"1 validation error detected: Value at 'requestMetadata' failed to satisfy constraint: " +
			"Member must have length greater than or equal to 1",
	);
});

test("a union takes exactly one member", () => {
	expect(
		messageOf("Converse", {
			toolConfig: { tools: [{ toolSpec: { name: "a", inputSchema: {} } }] },
		}),
	).toBe(
		"1 validation error detected: Value at 'toolConfig.tools.1.member.toolSpec.inputSchema' failed to satisfy constraint: " +
			"Member must have exactly one of the following set: [json]",
	);
});

test("an empty tool list is too short", () => {
	expect(messageOf("Converse", { toolConfig: { tools: [] } })).toBe(
		"1 validation error detected: Value '[]' at 'toolConfig.tools' failed to satisfy constraint: " +
			"Member must have length greater than or equal to 1",
	);
});

test("lengths count characters, not UTF-16 units", () => {
	const name = "𝒳".repeat(200);
	const document = (text: string) => ({
		messages: [
			{
				role: "user",
				content: [{ document: { name: text, source: { text: "x" } } }],
			},
		],
	});
	expect(messageOf("Converse", document(name))).toBe("valid");
	expect(messageOf("Converse", document(`${name}𝒳`))).toContain(
		"Member must have length less than or equal to 200",
	);
});

test("unknown members are ignored and null members count as absent", () => {
	expect(
		messageOf("Converse", { messages: null, somethingNew: { a: 1 } }),
	).toBe("valid");
});

test("a value of the wrong type is a SerializationException's text", () => {
	expect(
		messageOf("Converse", { inferenceConfig: { temperature: "hot" } }),
	).toBe("STRING_VALUE can not be converted to Float");
	expect(messageOf("Converse", { messages: [{ role: 1, content: [] }] })).toBe(
		"NUMBER_VALUE can not be converted to a String",
	);
	expect(messageOf("Converse", { messages: "hi" })).toBe(
		"Unexpected scalar value found where a structure, list or map was expected.",
	);
	expect(messageOf("Converse", [])).toBe(
		"Start of list found where not expected.",
	);
});

test("base64 that is none is refused", () => {
	const image = (bytes: string) => ({
		messages: [
			{
				role: "user",
				content: [{ image: { format: "png", source: { bytes } } }],
			},
		],
	});
	expect(messageOf("Converse", image("aGVsbG8="))).toBe("valid");
	expect(messageOf("Converse", image("aGVs bG8!"))).toBe(
		"STRING_VALUE can not be converted to Blob",
	);
	expect(messageOf("Converse", image("aGVsb"))).toBe(
		"STRING_VALUE can not be converted to Blob",
	);
});

test("whole numbers have 32 bits", () => {
	const limit = (maxTokens: number) => ({ inferenceConfig: { maxTokens } });
	expect(messageOf("Converse", limit(2 ** 31 - 1))).toBe("valid");
	expect(messageOf("Converse", limit(2 ** 31))).toBe(
		"NUMBER_VALUE can not be converted to Integer",
	);
	expect(messageOf("Converse", limit(0.5))).toBe(
		"DECIMAL_VALUE can not be converted to Integer",
	);
});

test("a body that is no UTF-8 is refused", () => {
	const operation = operations.get("Converse");
	if (!operation) throw new Error("Converse");
	const body = Buffer.from('{"messages":"\xff"}', "latin1");
	expect(() =>
		readInput(operation, {
			labels: { modelId: "a" },
			query: "",
			headers: {},
			body,
		}),
	).toThrow("The text is not valid UTF-8.");
});

test("JSON nested past the limit is refused before anything walks it", () => {
	const operation = operations.get("Converse");
	if (!operation) throw new Error("Converse");
	const body = Buffer.from(
		`{"additionalModelRequestFields":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
	);
	expect(() =>
		readInput(operation, {
			labels: { modelId: "a" },
			query: "",
			headers: {},
			body,
		}),
	).toThrow("The JSON nests deeper than 256 levels.");
});
