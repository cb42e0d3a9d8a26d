import {
	GetInferenceProfileCommand,
	ListInferenceProfilesCommand,
	paginateListInferenceProfiles,
} from "@aws-sdk/client-bedrock";
import { expect, test } from "vitest";
import { startOutcrop } from "../support/outcrop.ts";
import { bedrockClient } from "./support.ts";

const usSonnet = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const globalSonnet = "global.anthropic.claude-sonnet-4-5-20250929-v1:0";
const modelId = "anthropic.claude-sonnet-4-5-20250929-v1:0";

test("GetInferenceProfile describes a profile as AWS does", async () => {
	await using outcrop = await startOutcrop();
	const { $metadata, ...profile } = await bedrockClient(outcrop).send(
		new GetInferenceProfileCommand({ inferenceProfileIdentifier: usSonnet }),
	);
	expect(profile).toEqual({
		inferenceProfileName: "US Anthropic Claude Sonnet 4.5",
		description:
			"Routes requests to Anthropic Claude Sonnet 4.5 in us-east-1, us-east-2 and us-west-2.",
		createdAt: new Date("2025-11-13T18:23:55Z"),
		updatedAt: new Date("2026-04-22T15:31:04Z"),
		inferenceProfileArn: `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${usSonnet}`,
		models: [
			{ modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${modelId}` },
			{ modelArn: `arn:aws:bedrock:us-east-2::foundation-model/${modelId}` },
			{ modelArn: `arn:aws:bedrock:us-west-2::foundation-model/${modelId}` },
		],
		inferenceProfileId: usSonnet,
		status: "ACTIVE",
		type: "SYSTEM_DEFINED",
	});
});

test("a global profile names any Region first, then the caller's", async () => {
	await using outcrop = await startOutcrop();
	const client = bedrockClient(outcrop, { region: "eu-west-1" });
	const profile = await client.send(
		new GetInferenceProfileCommand({
			inferenceProfileIdentifier: globalSonnet,
		}),
	);
	expect(profile.models).toEqual([
		{ modelArn: `arn:aws:bedrock:::foundation-model/${modelId}` },
		{ modelArn: `arn:aws:bedrock:eu-west-1::foundation-model/${modelId}` },
	]);
	expect(profile.description).toBe(
		"Routes requests to Claude Sonnet 4.5 globally across all supported AWS Regions.",
	);
});

test("GetInferenceProfile takes an ARN", async () => {
	await using outcrop = await startOutcrop();
	const profile = await bedrockClient(outcrop).send(
		new GetInferenceProfileCommand({
			inferenceProfileIdentifier: `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${usSonnet}`,
		}),
	);
	expect(profile.inferenceProfileId).toBe(usSonnet);
});

test("GetInferenceProfile does not know an unknown profile", async () => {
	await using outcrop = await startOutcrop();
	const command = new GetInferenceProfileCommand({
		inferenceProfileIdentifier: "us.acme.model-1",
	});
	await expect(bedrockClient(outcrop).send(command)).rejects.toMatchObject({
		name: "ResourceNotFoundException",
		$metadata: { httpStatusCode: 404 },
	});
});

test("ListInferenceProfiles lists what the Region can call", async () => {
	await using outcrop = await startOutcrop();
	const client = bedrockClient(outcrop, { region: "eu-west-1" });
	const { inferenceProfileSummaries = [] } = await client.send(
		new ListInferenceProfilesCommand({ maxResults: 1000 }),
	);
	const ids = inferenceProfileSummaries.map(
		(profile) => profile.inferenceProfileId,
	);
	expect(ids).toContain(globalSonnet);
	expect(ids).toContain("eu.anthropic.claude-sonnet-4-5-20250929-v1:0");
	expect(ids).not.toContain(usSonnet);
});

test("ListInferenceProfiles goes on where a page ended", async () => {
	await using outcrop = await startOutcrop();
	const client = bedrockClient(outcrop);
	const whole = await client.send(
		new ListInferenceProfilesCommand({ maxResults: 1000 }),
	);
	const pages: (string | undefined)[][] = [];
	for await (const page of paginateListInferenceProfiles(
		{ client, pageSize: 25 },
		{},
	)) {
		pages.push(
			(page.inferenceProfileSummaries ?? []).map(
				(profile) => profile.inferenceProfileId,
			),
		);
	}
	expect(pages.length).toBeGreaterThan(1);
	expect(pages[0]).toHaveLength(25);
	expect(pages.flat()).toEqual(
		whole.inferenceProfileSummaries?.map(
			(profile) => profile.inferenceProfileId,
		),
	);
});

test("a token that no page gave is refused", async () => {
	await using outcrop = await startOutcrop();
	const command = new ListInferenceProfilesCommand({ nextToken: "nonsense" });
	await expect(bedrockClient(outcrop).send(command)).rejects.toMatchObject({
		name: "ValidationException",
	});
});

test("there are no application profiles", async () => {
	await using outcrop = await startOutcrop();
	const { inferenceProfileSummaries } = await bedrockClient(outcrop).send(
		new ListInferenceProfilesCommand({ typeEquals: "APPLICATION" }),
	);
	expect(inferenceProfileSummaries).toEqual([]);
});

test("the type filter is understood by the SDK's name of the member too", async () => {
	await using outcrop = await startOutcrop();
	const response = await fetch(
		`${outcrop.url}/inference-profiles?typeEquals=APPLICATION`,
	);
	expect(await response.json()).toEqual({ inferenceProfileSummaries: [] });
});

test("profiles of models that are over are not listed", async () => {
	await using outcrop = await startOutcrop(
		{},
		{ clock: { now: () => Date.parse("2026-09-20"), sleep: async () => {} } },
	);
	const { inferenceProfileSummaries = [] } = await bedrockClient(outcrop).send(
		new ListInferenceProfilesCommand({ maxResults: 1000 }),
	);
	const ids = inferenceProfileSummaries.map(
		(profile) => profile.inferenceProfileId,
	);
	expect(ids).not.toContain("us.amazon.nova-premier-v1:0");
	expect(ids).toContain("us.amazon.nova-lite-v1:0");
});
