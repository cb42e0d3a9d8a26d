import { expect, test } from "vitest";
import { resolveModelId } from "../../src/models/resolve.ts";

test("a bare id is a foundation model", () => {
	expect(resolveModelId("anthropic.claude-3-haiku-20240307-v1:0")).toEqual({
		baseId: "anthropic.claude-3-haiku-20240307-v1:0",
		kind: "foundation-model",
	});
});

test("a geography before an id is an inference profile of that model", () => {
	expect(
		resolveModelId("us.anthropic.claude-3-5-sonnet-20241022-v2:0"),
	).toEqual({
		baseId: "anthropic.claude-3-5-sonnet-20241022-v2:0",
		kind: "inference-profile",
		profilePrefix: "us",
	});
});

test.each(["eu", "apac", "global", "jp", "au", "ca", "us-gov"])(
	"%s. is a geography",
	(prefix) => {
		expect(resolveModelId(`${prefix}.amazon.nova-lite-v1:0`)).toEqual({
			baseId: "amazon.nova-lite-v1:0",
			kind: "inference-profile",
			profilePrefix: prefix,
		});
	},
);

test("a dot in the model's own name is no geography", () => {
	expect(resolveModelId("deepseek.v3.2")).toEqual({
		baseId: "deepseek.v3.2",
		kind: "foundation-model",
	});
	expect(resolveModelId("zai.glm-4.7-flash")).toEqual({
		baseId: "zai.glm-4.7-flash",
		kind: "foundation-model",
	});
});

test("an ARN of a foundation model has a region and no account", () => {
	expect(
		resolveModelId(
			"arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-8b-instruct-v1:0",
		),
	).toEqual({
		baseId: "meta.llama3-8b-instruct-v1:0",
		kind: "foundation-model",
		region: "us-east-1",
	});
});

test("an ARN of an inference profile resolves to its model", () => {
	expect(
		resolveModelId(
			"arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-3-5-sonnet-20241022-v2:0",
		),
	).toEqual({
		baseId: "anthropic.claude-3-5-sonnet-20241022-v2:0",
		kind: "inference-profile",
		profilePrefix: "us",
		region: "us-east-1",
		accountId: "123456789012",
	});
});

test("a custom model is known by the model it was made of", () => {
	expect(
		resolveModelId(
			"arn:aws:bedrock:us-west-2:123456789012:custom-model/amazon.titan-text-express-v1:0:8k/abcdefghij12",
		),
	).toEqual({
		baseId: "amazon.titan-text-express-v1:0:8k",
		kind: "custom-model",
		region: "us-west-2",
		accountId: "123456789012",
	});
});

test.each([
	[
		"application-inference-profile/abcdefghij12",
		"application-inference-profile",
		"abcdefghij12",
	],
	["provisioned-model/abcdefghij12", "provisioned-model", "abcdefghij12"],
	["custom-model-deployment/abcdefghij12", "custom-model", "abcdefghij12"],
	["imported-model/abcdefghij12", "imported-model", "abcdefghij12"],
	["prompt/ABCDEFGHIJ:12", "prompt", "ABCDEFGHIJ:12"],
	[
		"default-prompt-router/anthropic.claude:1",
		"prompt-router",
		"anthropic.claude:1",
	],
	["prompt-router/abc", "prompt-router", "abc"],
])("an ARN that ends in %s is a %s", (resource, kind, baseId) => {
	expect(
		resolveModelId(
			`arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:${resource}`,
		),
	).toEqual({
		baseId,
		kind,
		region: "us-gov-west-1",
		accountId: "123456789012",
	});
});

test("a SageMaker endpoint is a Marketplace model", () => {
	expect(
		resolveModelId(
			"arn:aws:sagemaker:eu-west-1:123456789012:endpoint/my-endpoint",
		),
	).toEqual({
		baseId: "my-endpoint",
		kind: "marketplace",
		region: "eu-west-1",
		accountId: "123456789012",
	});
});

test("what follows no known form is unknown and kept whole", () => {
	expect(resolveModelId("my-model")).toEqual({
		baseId: "my-model",
		kind: "unknown",
	});
	expect(resolveModelId("arn:aws:s3:::bucket/key")).toEqual({
		baseId: "arn:aws:s3:::bucket/key",
		kind: "unknown",
	});
});
