import { expect, test } from "vitest";
import { refusal, resolve } from "./resolve.ts";

test("options of the real Bedrock are read", async () => {
	const config = await resolve({
		argv: ["--engine", "bedrock", "--max-spend", "2.50"],
		env: { OUTCROP_BEDROCK_API_KEY: "ABSK-secret" },
		files: {
			"outcrop.yaml": "bedrockRegion: eu-west-1\nbedrockProfile: work\n",
		},
	});
	expect(config).toMatchObject({
		bedrockApiKey: "ABSK-secret",
		bedrockProfile: "work",
		bedrockRegion: "eu-west-1",
		maxSpend: 2.5,
	});
});

test("a budget without the engine that it is for is refused", async () => {
	expect(await refusal({ argv: ["--max-spend", "2"] })).toBe(
		"--max-spend counts only with the engine bedrock. Name it (--engine bedrock), or leave the option out.",
	);
});

test.each([
	"http://localhost:4566",
	"http://127.0.0.1:4566/",
	"http://[::1]:4566",
])("an endpoint that is Outcrop itself (%s) is refused", async (url) => {
	expect(
		await refusal({ argv: ["--engine", "bedrock", "--bedrock-endpoint", url] }),
	).toBe(
		`--bedrock-endpoint ${url} is this Outcrop itself. Leave it out to ask AWS, or name another server.`,
	);
});

test("an endpoint beside it is not", async () => {
	const argv = [
		"--engine",
		"bedrock",
		"--bedrock-endpoint",
		"http://localhost:4567",
	];
	expect((await resolve({ argv })).bedrockEndpoint).toBe(
		"http://localhost:4567",
	);
});

test("another emulator that is Outcrop itself is refused", async () => {
	const argv = ["--forward", "http://localhost:4566"];
	expect(await refusal({ argv })).toBe(
		"--forward http://localhost:4566 is this Outcrop itself. Name another emulator, or move one of them to another --port.",
	);
});
