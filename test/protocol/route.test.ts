import { expect, test } from "vitest";
import { linkDescription } from "../../src/protocol/description.ts";
import { routeOf } from "../../src/protocol/route.ts";
import description from "../../src/services/bedrock-runtime/description.json" with {
	type: "json",
};

const route = routeOf(linkDescription(description as never));
const match = (method: string, path: string) => {
	const found = route(method, path);
	return found && { operation: found.operation.name, ...found.labels };
};

test("the last segment decides the operation", () => {
	expect(match("POST", "/model/a.b/converse")).toEqual({
		operation: "Converse",
		modelId: "a.b",
	});
	expect(match("POST", "/model/a.b/converse-stream")).toEqual({
		operation: "ConverseStream",
		modelId: "a.b",
	});
	expect(match("POST", "/model/a.b/invoke")).toEqual({
		operation: "InvokeModel",
		modelId: "a.b",
	});
	expect(match("POST", "/model/a.b/count-tokens")).toEqual({
		operation: "CountTokens",
		modelId: "a.b",
	});
});

test("an ARN with raw slashes and colons is one label", () => {
	const arn =
		"arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-3-5-sonnet-20241022-v2:0";
	expect(match("POST", `/model/${arn}/converse`)).toEqual({
		operation: "Converse",
		modelId: arn,
	});
});

test("a model id that contains an operation's name stays whole", () => {
	expect(match("POST", "/model/x/converse/y/invoke")).toEqual({
		operation: "InvokeModel",
		modelId: "x/converse/y",
	});
});

test("two labels are told apart", () => {
	expect(
		match(
			"POST",
			"/guardrail/arn:aws:bedrock:us-east-1:1:guardrail/abc/version/1/apply",
		),
	).toEqual({
		operation: "ApplyGuardrail",
		guardrailIdentifier: "arn:aws:bedrock:us-east-1:1:guardrail/abc",
		guardrailVersion: "1",
	});
});

test("a path without labels comes before one that ends in a label", () => {
	expect(match("GET", "/async-invoke")).toEqual({
		operation: "ListAsyncInvokes",
	});
	expect(match("POST", "/async-invoke")).toEqual({
		operation: "StartAsyncInvoke",
	});
	expect(
		match("GET", "/async-invoke/arn:aws:bedrock:us-east-1:1:async-invoke/abc"),
	).toEqual({
		operation: "GetAsyncInvoke",
		invocationArn: "arn:aws:bedrock:us-east-1:1:async-invoke/abc",
	});
});

test("an empty label, another method or an unknown path is nobody's", () => {
	expect(match("POST", "/model//converse")).toBeUndefined();
	expect(match("GET", "/model/a/converse")).toBeUndefined();
	expect(match("POST", "/model/a")).toBeUndefined();
	expect(match("POST", "/")).toBeUndefined();
});

test("a path asked for again, by another method too, is told anew", () => {
	expect(match("POST", "/async-invoke")).toEqual({
		operation: "StartAsyncInvoke",
	});
	expect(match("GET", "/async-invoke")).toEqual({
		operation: "ListAsyncInvokes",
	});
	expect(match("POST", "/async-invoke")).toEqual({
		operation: "StartAsyncInvoke",
	});
	expect(match("DELETE", "/async-invoke")).toBeUndefined();
});
