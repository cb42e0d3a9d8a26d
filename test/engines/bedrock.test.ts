import {
	ApplyGuardrailCommand,
	BedrockRuntimeClient,
	ConverseCommand,
	ConverseStreamCommand,
	CountTokensCommand,
	InvokeModelCommand,
	InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, test } from "vitest";
import { all, post, transports } from "../support/outcrop.ts";
import {
	realApiKey,
	realKey,
	startPair,
	temporaryKey,
} from "../support/second.ts";
import { upstream } from "../support/upstreams.ts";

const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
const embedder = "amazon.titan-embed-text-v2:0";
const profileArn =
	"arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-3-haiku-20240307-v1:0";
const messages = [{ role: "user" as const, content: [{ text: "Hi" }] }];
const nativeBody = JSON.stringify({
	anthropic_version: "bedrock-2023-05-31",
	max_tokens: 50,
	messages: [{ role: "user", content: "Hi" }],
});

describe.each(transports)("signed for localhost, over %s", (_, options) => {
	test("Converse gets through", async () => {
		await using pair = await startPair();
		const reply = await pair.outcrop
			.client(options())
			.send(new ConverseCommand({ modelId, messages }));
		expect(reply.stopReason).toBe("end_turn");
		expect(reply.$metadata.requestId).toBe(
			pair.aws.emulator.journal.find()[0]?.id,
		);
	});

	test("ConverseStream gets through, event by event", async () => {
		await using pair = await startPair();
		const { stream } = await pair.outcrop
			.client(options())
			.send(new ConverseStreamCommand({ modelId, messages }));
		const events = (await all(stream)).map((event) => Object.keys(event)[0]);
		expect(events.at(0)).toBe("messageStart");
		expect(events.at(-1)).toBe("metadata");
	});

	test("InvokeModelWithResponseStream gets through", async () => {
		await using pair = await startPair();
		const { body } = await pair.outcrop
			.client(options())
			.send(
				new InvokeModelWithResponseStreamCommand({ modelId, body: nativeBody }),
			);
		const last = (await all(body)).at(-1)?.chunk?.bytes;
		expect(new TextDecoder().decode(last)).toContain(
			"amazon-bedrock-invocationMetrics",
		);
	});

	test("ARNs get through", async () => {
		await using pair = await startPair();
		const reply = await pair.outcrop
			.client(options())
			.send(new ConverseCommand({ modelId: profileArn, messages }));
		expect(reply.stopReason).toBe("end_turn");
		expect(pair.aws.emulator.journal.find()[0]?.modelId).toBe(profileArn);
	});
});

test("InvokeModel, embeddings and CountTokens get through", async () => {
	await using pair = await startPair();
	const client = pair.outcrop.client();
	await client.send(new InvokeModelCommand({ modelId, body: nativeBody }));
	await client.send(
		new InvokeModelCommand({ modelId: embedder, body: '{"inputText":"x"}' }),
	);
	const counted = await client.send(
		new CountTokensCommand({ modelId, input: { converse: { messages } } }),
	);
	expect(counted.inputTokens).toBeGreaterThan(0);
	const asked = pair.aws.emulator.journal.find().map((one) => one.operation);
	expect(asked).toEqual(["InvokeModel", "InvokeModel", "CountTokens"]);
});

test("a path that a client does not encode gets through", async () => {
	await using pair = await startPair();
	const { status } = await post(
		`${pair.outcrop.url}/model/${profileArn}/converse`,
		JSON.stringify({ messages }),
	);
	expect(status).toBe(200);
});

test("temporary credentials carry their token", async () => {
	await using pair = await startPair({
		env: {
			AWS_ACCESS_KEY_ID: temporaryKey.accessKeyId,
			AWS_SECRET_ACCESS_KEY: temporaryKey.secretAccessKey,
			AWS_SESSION_TOKEN: temporaryKey.sessionToken,
		},
	});
	await pair.outcrop.client().send(new ConverseCommand({ modelId, messages }));
	expect(pair.aws.emulator.journal.find()[0]?.identity.accessKeyId).toBe(
		temporaryKey.accessKeyId,
	);
});

test("an API key of the configuration goes before keys of the environment", async () => {
	await using pair = await startPair({
		outcrop: { bedrockApiKey: realApiKey },
		env: { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
	});
	await pair.outcrop.client().send(new ConverseCommand({ modelId, messages }));
	expect(pair.aws.emulator.journal.find()[0]?.identity.kind).toBe("bearer");
});

test("an API key of the environment is used", async () => {
	await using pair = await startPair({
		env: { AWS_BEARER_TOKEN_BEDROCK: realApiKey },
	});
	await pair.outcrop.client().send(new ConverseCommand({ modelId, messages }));
	expect(pair.aws.emulator.journal.find()[0]?.identity.kind).toBe("bearer");
});

test("a client with an API key for localhost gets through, streams included", async () => {
	await using pair = await startPair();
	const client = new BedrockRuntimeClient({
		endpoint: pair.outcrop.url,
		region: "us-east-1",
		token: { token: "for-localhost" },
		authSchemePreference: ["httpBearerAuth"],
	});
	const { stream } = await client.send(
		new ConverseStreamCommand({ modelId, messages }),
	);
	expect((await all(stream)).at(-1)).toHaveProperty("metadata");
	client.destroy();
	expect(pair.outcrop.emulator.journal.find()[0]?.identity.kind).toBe("bearer");
	expect(pair.aws.emulator.journal.find()[0]?.identity.accessKeyId).toBe(
		realKey.accessKeyId,
	);
});

test("the Region is the client's", async () => {
	await using pair = await startPair();
	const client = pair.outcrop.client({ region: "eu-west-3" });
	await client.send(new ConverseCommand({ modelId, messages }));
	expect(pair.aws.emulator.journal.find()[0]?.identity.region).toBe(
		"eu-west-3",
	);
});

test("a configured Region goes before the client's", async () => {
	await using pair = await startPair({
		outcrop: { bedrockRegion: "us-west-2" },
	});
	const client = pair.outcrop.client({ region: "eu-west-3" });
	await client.send(new ConverseCommand({ modelId, messages }));
	expect(pair.aws.emulator.journal.find()[0]?.identity.region).toBe(
		"us-west-2",
	);
});

const guardrail = {
	guardrailIdentifier: "abc",
	guardrailVersion: "1",
	source: "INPUT" as const,
	content: [{ text: { text: "Hi" } }],
};

test("operations that are not built are asked of the real service", async () => {
	await using pair = await startPair();
	const sent = pair.outcrop.client().send(new ApplyGuardrailCommand(guardrail));
	// The second one has not built it either, and says so.
	await expect(sent).rejects.toThrow("ApplyGuardrail of bedrock-runtime");
	expect(pair.aws.emulator.journal.find()[0]?.operation).toBe("ApplyGuardrail");
	expect(pair.outcrop.emulator.journal.find()[0]?.notes.engine).toBe("bedrock");
});

test("operations that are not built stay so behind an engine for some models", async () => {
	await using pair = await startPair({
		outcrop: {
			engine: [
				{ name: "bedrock", models: ["anthropic.*"] },
				{ name: "stub", models: [] },
			],
		},
	});
	const sent = pair.outcrop.client().send(new ApplyGuardrailCommand(guardrail));
	await expect(sent).rejects.toThrow("is not built.");
	expect(pair.aws.emulator.journal.size).toBe(0);
});

test("one model is real and the others are not", async () => {
	await using pair = await startPair({
		outcrop: {
			engine: [
				{ name: "bedrock", models: ["anthropic.*"] },
				{ name: "stub", models: [] },
			],
		},
	});
	const client = pair.outcrop.client();
	await client.send(new ConverseCommand({ modelId, messages }));
	await client.send(
		new ConverseCommand({ modelId: "amazon.nova-lite-v1:0", messages }),
	);
	const engines = pair.outcrop.emulator.journal
		.find()
		.map(({ notes }) => notes.engine);
	expect(engines).toEqual(["bedrock", "stub"]);
	expect(pair.aws.emulator.journal.size).toBe(1);
});

test("what the stub's rules refuse is not asked of an engine behind it", async () => {
	await using pair = await startPair({
		outcrop: {
			engine: [
				{ name: "stub", models: [] },
				{ name: "bedrock", models: [] },
			],
		},
	});
	const { status } = await post(
		`${pair.outcrop.url}/model/${modelId}/converse`,
		'{"messages":[]}',
	);
	expect(status).toBe(400);
	expect(pair.aws.emulator.journal.size).toBe(0);
});

test("what Outcrop's rules refuse is asked of AWS only where no model server is for the model", async () => {
	await using pair = await startPair({
		outcrop: {
			engine: [
				{ name: "openai", models: [] },
				{ name: "bedrock", models: [] },
			],
			upstream: [
				upstream("http://127.0.0.1:9/v1", {
					models: [[modelId, "small"]],
					default: undefined,
				}),
			],
		},
	});
	const ask = (id: string) =>
		post(`${pair.outcrop.url}/model/${id}/converse`, '{"messages":[]}');
	expect((await ask(modelId)).status).toBe(400);
	expect(pair.aws.emulator.journal.size).toBe(0);
	expect((await ask("amazon.nova-lite-v1:0")).status).toBe(400);
	expect(pair.aws.emulator.journal.size).toBe(1);
});

test("a request that comes back is refused", async () => {
	await using pair = await startPair();
	// Its port is not known before it has started.
	pair.outcrop.emulator.config.bedrockEndpoint = pair.outcrop.url;
	const sent = pair.outcrop
		.client()
		.send(new ConverseCommand({ modelId, messages }));
	await expect(sent).rejects.toThrow("goes in circles");
});
