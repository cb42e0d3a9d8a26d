import {
	type BedrockRuntimeClient,
	ConverseCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import type { EngineChoice } from "../../src/engines/choice.ts";
import { startOutcrop } from "../support/outcrop.ts";

const messages = [{ role: "user" as const, content: [{ text: "Hi" }] }];
const haiku = "anthropic.claude-3-haiku-20240307-v1:0";
const stubForAmazon: EngineChoice[] = [{ name: "stub", models: ["amazon.*"] }];

function converse(client: BedrockRuntimeClient, modelId: string) {
	return client.send(new ConverseCommand({ modelId, messages }));
}

test.each([
	"amazon.nova-lite-v1:0",
	"us.amazon.nova-lite-v1:0",
	"arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
])("an engine for amazon.* answers %s", async (modelId) => {
	await using outcrop = await startOutcrop({ engine: stubForAmazon });
	const { stopReason } = await converse(outcrop.client(), modelId);
	expect(stopReason).toBe("end_turn");
});

test("a model that no engine is for is refused by name", async () => {
	await using outcrop = await startOutcrop({ engine: stubForAmazon });
	await expect(converse(outcrop.client(), haiku)).rejects.toMatchObject({
		name: "ValidationException",
		message: `No engine answers Converse for ${haiku} (there are: script, stub). Name one for this model, or end the list of engines with stub.`,
	});
});
