import {
	GetFoundationModelAvailabilityCommand,
	GetFoundationModelCommand,
	GetGuardrailCommand,
	ListFoundationModelsCommand,
	type ListFoundationModelsCommandInput,
} from "@aws-sdk/client-bedrock";
import { expect, test } from "vitest";
import { startOutcrop, type TestOutcrop } from "../support/outcrop.ts";
import { bedrockClient } from "./support.ts";

const novaLite = "amazon.nova-lite-v1:0";
const novaCanvas = "amazon.nova-canvas-v1:0";
const sonnet35 = "anthropic.claude-3-5-sonnet-20241022-v2:0";

async function list(
	outcrop: TestOutcrop,
	filters: ListFoundationModelsCommandInput = {},
	region = "us-east-1",
) {
	const client = bedrockClient(outcrop, { region });
	const { modelSummaries = [] } = await client.send(
		new ListFoundationModelsCommand(filters),
	);
	return modelSummaries;
}

const ids = (models: { modelId?: string | undefined }[]) =>
	models.map((model) => model.modelId);

test("ListFoundationModels describes a model as AWS does", async () => {
	await using outcrop = await startOutcrop();
	const models = await list(outcrop);
	expect(models.find((model) => model.modelId === novaLite)).toEqual({
		modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${novaLite}`,
		modelId: novaLite,
		modelName: "Nova Lite",
		providerName: "Amazon",
		inputModalities: ["TEXT", "IMAGE", "VIDEO"],
		outputModalities: ["TEXT"],
		responseStreamingSupported: true,
		customizationsSupported: [],
		inferenceTypesSupported: ["ON_DEMAND", "INFERENCE_PROFILE"],
		modelLifecycle: {
			status: "ACTIVE",
			startOfLifeTime: new Date("2024-12-03T08:00:00Z"),
		},
	});
});

test("the listing carries the converse member that REST clients read", async () => {
	await using outcrop = await startOutcrop();
	const response = await fetch(`${outcrop.url}/foundation-models`);
	const { modelSummaries } = (await response.json()) as {
		modelSummaries: { modelId: string; converse?: object }[];
	};
	const pro = modelSummaries.find(
		(model) => model.modelId === "amazon.nova-pro-v1:0",
	);
	expect(pro?.converse).toMatchObject({
		maxTokensMaximum: 10_000,
		systemRoleSupported: true,
	});
});

test("byProvider filters, whatever its case", async () => {
	await using outcrop = await startOutcrop();
	const models = await list(outcrop, { byProvider: "anthropic" });
	expect(models.length).toBeGreaterThan(5);
	expect(new Set(models.map((model) => model.providerName))).toEqual(
		new Set(["Anthropic"]),
	);
});

test("filters are conjunctive", async () => {
	await using outcrop = await startOutcrop();
	const models = await list(outcrop, {
		byProvider: "Cohere",
		byOutputModality: "EMBEDDING",
		byInferenceType: "ON_DEMAND",
	});
	expect(ids(models)).toContain("cohere.embed-english-v3");
	expect(ids(models)).not.toContain("cohere.rerank-v3-5:0");
});

test("byInferenceType leaves out what a Region serves by profiles only", async () => {
	await using outcrop = await startOutcrop();
	const models = await list(outcrop, { byInferenceType: "ON_DEMAND" });
	expect(ids(models)).toContain(novaLite);
	expect(ids(models)).not.toContain(
		"anthropic.claude-sonnet-4-5-20250929-v1:0",
	);
});

test("byCustomizationType filters", async () => {
	await using outcrop = await startOutcrop();
	const models = await list(outcrop, { byCustomizationType: "DISTILLATION" });
	expect(models.length).toBeGreaterThan(0);
	expect(models.length).toBeLessThan(20);
});

test("a filter with a word that AWS does not know is refused in its words", async () => {
	await using outcrop = await startOutcrop();
	const response = await fetch(
		`${outcrop.url}/foundation-models?byOutputModality=SMELL`,
	);
	expect(response.status).toBe(400);
	expect(await response.json()).toMatchObject({
		message:
			"1 validation error detected: Value 'SMELL' at 'byOutputModality' failed to satisfy constraint: Member must satisfy enum value set: [TEXT, IMAGE, EMBEDDING]",
	});
});

test("each Region lists its own models", async () => {
	await using outcrop = await startOutcrop();
	expect(ids(await list(outcrop))).not.toContain(sonnet35);
	expect(ids(await list(outcrop, {}, "ap-south-1"))).toContain(sonnet35);
});

test("a model leaves the list at its end of life", async () => {
	const at = (date: string) => ({
		now: () => Date.parse(date),
		sleep: async () => {},
	});
	await using before = await startOutcrop(
		{},
		{ clock: at("2026-09-01T00:00:00Z") },
	);
	await using after = await startOutcrop(
		{},
		{ clock: at("2026-10-01T00:00:00Z") },
	);
	const listed = (await list(before)).find(
		(model) => model.modelId === novaCanvas,
	);
	expect(listed?.modelLifecycle?.status).toBe("LEGACY");
	expect(ids(await list(after))).not.toContain(novaCanvas);
});

test("models of another endpoint are not listed", async () => {
	await using outcrop = await startOutcrop();
	expect(ids(await list(outcrop, {}, "us-west-2"))).not.toContain(
		"openai.gpt-5.5",
	);
});

test("GetFoundationModel takes an id and an ARN", async () => {
	await using outcrop = await startOutcrop();
	const client = bedrockClient(outcrop);
	const modelArn = `arn:aws:bedrock:us-east-1::foundation-model/${novaLite}`;
	const byId = await client.send(
		new GetFoundationModelCommand({ modelIdentifier: novaLite }),
	);
	const byArn = await client.send(
		new GetFoundationModelCommand({ modelIdentifier: modelArn }),
	);
	expect(byId.modelDetails).toMatchObject({ modelArn, modelName: "Nova Lite" });
	expect(byArn.modelDetails).toEqual(byId.modelDetails);
});

test("GetFoundationModel does not know an unknown model", async () => {
	await using outcrop = await startOutcrop();
	const command = new GetFoundationModelCommand({
		modelIdentifier: "acme.model-1",
	});
	await expect(bedrockClient(outcrop).send(command)).rejects.toMatchObject({
		name: "ResourceNotFoundException",
		$metadata: { httpStatusCode: 404 },
	});
});

test("GetFoundationModel takes no profile", async () => {
	await using outcrop = await startOutcrop();
	const command = new GetFoundationModelCommand({
		modelIdentifier: `us.${novaLite}`,
	});
	await expect(bedrockClient(outcrop).send(command)).rejects.toMatchObject({
		name: "ValidationException",
		message: "The provided model identifier is invalid.",
	});
});

test("GetFoundationModel of a model of other Regions answers, but with --strict", async () => {
	await using outcrop = await startOutcrop();
	await using strict = await startOutcrop({ strict: true });
	const command = new GetFoundationModelCommand({ modelIdentifier: sonnet35 });
	const { modelDetails } = await bedrockClient(outcrop).send(command);
	expect(modelDetails?.modelId).toBe(sonnet35);
	await expect(bedrockClient(strict).send(command)).rejects.toMatchObject({
		name: "ResourceNotFoundException",
	});
});

test("GetFoundationModelAvailability says that all is granted", async () => {
	await using outcrop = await startOutcrop();
	const { $metadata, ...availability } = await bedrockClient(outcrop).send(
		new GetFoundationModelAvailabilityCommand({ modelId: novaLite }),
	);
	expect(availability).toEqual({
		modelId: novaLite,
		agreementAvailability: { status: "AVAILABLE" },
		authorizationStatus: "AUTHORIZED",
		entitlementAvailability: "AVAILABLE",
		regionAvailability: "AVAILABLE",
	});
});

test("GetFoundationModelAvailability knows denied models and other Regions", async () => {
	await using outcrop = await startOutcrop({
		strict: true,
		deniedModels: ["amazon.nova-*"],
	});
	const availability = await bedrockClient(outcrop).send(
		new GetFoundationModelAvailabilityCommand({ modelId: novaLite }),
	);
	expect(availability).toMatchObject({
		authorizationStatus: "NOT_AUTHORIZED",
		entitlementAvailability: "NOT_AVAILABLE",
	});
	await using anywhere = await startOutcrop();
	const elsewhere = await bedrockClient(anywhere).send(
		new GetFoundationModelAvailabilityCommand({ modelId: sonnet35 }),
	);
	expect(elsewhere.regionAvailability).toBe("NOT_AVAILABLE");
});

test("a row of the configuration is listed", async () => {
	await using outcrop = await startOutcrop({
		models: [{ modelId: "acme.model-1", providerName: "Acme" }],
	});
	expect(await list(outcrop, { byProvider: "Acme" })).toMatchObject([
		{ modelId: "acme.model-1", inferenceTypesSupported: ["ON_DEMAND"] },
	]);
});

test("a Region that AWS does not have lists everything", async () => {
	await using outcrop = await startOutcrop();
	const models = await list(outcrop, {}, "eu-local-1");
	expect(ids(models)).toEqual(expect.arrayContaining([novaLite, sonnet35]));
});

test("an operation that is not built answers 501 with its name", async () => {
	await using outcrop = await startOutcrop();
	const command = new GetGuardrailCommand({ guardrailIdentifier: "abc" });
	await expect(bedrockClient(outcrop).send(command)).rejects.toMatchObject({
		name: "UnsupportedOperationException",
		message:
			"GetGuardrail of bedrock is not built. With --engine bedrock the real service answers it.",
		$metadata: { httpStatusCode: 501 },
	});
});

test("the service can be switched off", async () => {
	await using outcrop = await startOutcrop({
		services: { bedrock: { enabled: false } },
	});
	const response = await fetch(`${outcrop.url}/foundation-models`);
	expect(response.status).toBe(404);
	expect(await response.json()).toMatchObject({
		__type: "UnknownOperationException",
	});
});
