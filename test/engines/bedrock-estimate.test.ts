import { expect, test } from "vitest";
import { estimate } from "../../src/engines/bedrock/estimate.ts";

function of(body: unknown) {
	return estimate(Buffer.from(JSON.stringify(body)));
}

test.each([
	[{ inferenceConfig: { maxTokens: 7 } }],
	[{ max_tokens: 7 }],
	[{ max_gen_len: 7 }],
	[{ textGenerationConfig: { maxTokenCount: 7 } }],
	[{ inferenceConfig: { max_new_tokens: 7 } }],
])("what %j allows the reply is read", (body) => {
	expect(of(body).maxTokens).toBe(7);
});

test("a body that says nothing of it leaves it to the model", () => {
	expect(of({ inputText: "Hi" }).maxTokens).toBeUndefined();
});

test("texts count by their length, wherever they stand", () => {
	const text = "word ".repeat(600);
	const nested = { messages: [{ content: [{ text }] }] };
	expect(of(nested).inputTokens).toBeGreaterThan(1000);
	expect(of(nested).inputTokens).toBeLessThan(1020);
});

test("a picture counts as one, not as its text", () => {
	const bytes = "iVBORw0K".repeat(10_000);
	const { inputTokens } = of({ content: [{ image: { bytes } }] });
	expect(inputTokens).toBeGreaterThan(1600);
	expect(inputTokens).toBeLessThan(1620);
});

test("a body nested as deep as its bytes allow is read", () => {
	const body = `{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`;
	expect(estimate(Buffer.from(body)).inputTokens).toBeGreaterThan(0);
});
