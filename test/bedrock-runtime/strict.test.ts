import {
	ConverseCommand,
	CountTokensCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import type { Config } from "../../src/config.ts";
import { startOutcrop } from "../support/outcrop.ts";

const messages = [{ role: "user" as const, content: [{ text: "Hi" }] }];

/** `accepted`, or the refusal as `Name: text`. */
async function answer(
	modelId: string,
	config: Partial<Config> = { strict: true },
	{ region = "us-east-1", now = "2026-11-22" } = {},
): Promise<string> {
	const clock = { now: () => Date.parse(now), sleep: async () => {} };
	await using outcrop = await startOutcrop(config, { clock });
	const client = outcrop.client({ region });
	try {
		await client.send(new ConverseCommand({ modelId, messages }));
		return "accepted";
	} catch (error) {
		return error instanceof Error ? `${error.name}: ${error.message}` : "?";
	}
}

const invalid =
	"ValidationException: The provided model identifier is invalid.";
const sonnet45 = "anthropic.claude-sonnet-4-5-20250929-v1:0";
const haiku3 = "anthropic.claude-3-haiku-20240307-v1:0";

test.each([
	"acme.model-1",
	"does-not-exist",
	sonnet45,
	"us.acme.model-1",
	haiku3,
	"openai.gpt-5.5",
])("without --strict %s is answered", async (modelId) => {
	expect(await answer(modelId, {})).toBe("accepted");
});

test.each([
	"amazon.nova-lite-v1:0",
	"us.amazon.nova-lite-v1:0",
	`us.${sonnet45}`,
	`global.${sonnet45}`,
	"arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
	`arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.${sonnet45}`,
	"arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl",
	"arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl",
])("--strict answers %s", async (modelId) => {
	expect(await answer(modelId)).toBe("accepted");
});

test.each([
	"acme.model-1",
	"does-not-exist",
	"us.acme.model-1",
	"openai.gpt-5.5",
])("--strict does not know %s", async (modelId) => {
	expect(await answer(modelId)).toBe(invalid);
});

test("--strict knows profiles by their own prefixes only", async () => {
	expect(await answer(`apac.${sonnet45}`)).toBe(invalid);
});

test("--strict refuses another geography's profile", async () => {
	expect(await answer(`eu.${sonnet45}`)).toBe(invalid);
	expect(
		await answer(`eu.${sonnet45}`, { strict: true }, { region: "eu-west-1" }),
	).toBe("accepted");
});

test("--strict asks for a profile where a model is not served on demand", async () => {
	expect(await answer(sonnet45)).toMatch(
		/^ValidationException: Invocation of model ID anthropic\.claude-sonnet-4-5-20250929-v1:0 with on-demand throughput isn’t supported\./,
	);
});

test("--strict goes by the Region of the signature", async () => {
	const sd35 = "stability.sd3-5-large-v1:0";
	const scout = "qwen.qwen3-coder-480b-a35b-v1:0";
	expect(await answer(scout)).toBe(invalid);
	expect(await answer(scout, { strict: true }, { region: "us-west-2" })).toBe(
		"accepted",
	);
	expect(await answer(sd35)).toBe(invalid);
});

test("--strict goes by the date: active, legacy, over", async () => {
	const at = (now: string) => answer(haiku3, { strict: true }, { now });
	expect(await at("2026-01-01")).toBe("accepted");
	expect(await at("2026-06-01")).toMatch(
		/^ResourceNotFoundException: Access denied\. This Model is marked by provider as Legacy/,
	);
	expect(await at("2026-10-01")).toMatch(
		/^ResourceNotFoundException: This model version has reached the end of its life\./,
	);
});

test("denied models are ids or patterns, of models and their profiles", async () => {
	const denied = (deniedModels: string[]) =>
		answer("us.amazon.nova-lite-v1:0", { strict: true, deniedModels });
	const text =
		"AccessDeniedException: You don't have access to the model with the specified model ID.";
	expect(await denied(["amazon.nova-lite-v1:0"])).toBe(text);
	expect(await denied(["us.amazon.*"])).toBe(text);
	expect(await denied(["amazon.nova-pro*", "nova"])).toBe("accepted");
});

test("a model of the configuration is known to --strict, by its profiles too", async () => {
	const config = { strict: true, models: [{ modelId: "acme.model-1" }] };
	expect(await answer("acme.model-1", config)).toBe("accepted");
	expect(await answer("us.acme.model-1", config)).toBe("accepted");
});

test("a row of the configuration may retire a model", async () => {
	const models = [
		{ modelId: "amazon.nova-lite-v1:0", lifecycle: { status: "EOL" as const } },
	];
	expect(
		await answer("amazon.nova-lite-v1:0", { strict: true, models }),
	).toMatch(/^ResourceNotFoundException/);
});

test("--strict refuses to count for an unknown model, whatever is to be counted", async () => {
	await using outcrop = await startOutcrop({ strict: true });
	const command = new CountTokensCommand({
		modelId: "does-not-exist",
		input: { converse: { messages: [] } },
	});
	await expect(outcrop.client().send(command)).rejects.toThrow(
		"The provided model identifier is invalid.",
	);
});

test("the request's own constraints are looked at before the model", async () => {
	await using outcrop = await startOutcrop({ strict: true });
	const command = new ConverseCommand({
		modelId: "does-not-exist",
		messages,
		inferenceConfig: { temperature: 2 },
	});
	await expect(outcrop.client().send(command)).rejects.toThrow(
		"1 validation error detected",
	);
});
