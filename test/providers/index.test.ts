import { expect, test } from "vitest";
import { providerFor } from "../../src/providers/index.ts";

test.each([
  "anthropic.claude-3-haiku-20240307-v1:0",
  "us.anthropic.claude-3-5-sonnet-20241022-v2:0",
  "somewhere.anthropic.claude-9",
  "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0",
  "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-3-5-sonnet-20241022-v2:0",
  "arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/anthropic.claude:1",
])("%s speaks Anthropic Messages", (modelId) => {
  expect(providerFor(modelId).family).toBe("Anthropic Messages");
});

test.each([
  "acme.model-1",
  "philanthropic.model-1",
  "my-model",
  "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghij12",
])("%s speaks the generic body", (modelId) => {
  expect(providerFor(modelId).family).toBe("Generic");
});
