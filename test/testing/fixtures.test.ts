import {
	BedrockRuntimeClient,
	ConverseCommand,
} from "@aws-sdk/client-bedrock-runtime";
import * as vitest from "vitest";
import { describe, onTestFinished } from "vitest";
import { all, type Outcrop } from "../../src/testing/index.ts";
import { useOutcrop } from "../../src/testing/jest.ts";
import { createTest, expect, test } from "../../src/testing/vitest.ts";

async function ask(outcrop: Outcrop, text: string) {
	const client = new BedrockRuntimeClient(outcrop.clientConfig());
	onTestFinished(() => client.destroy());
	const { output } = await client.send(
		new ConverseCommand({
			modelId: "amazon.nova-lite-v1:0",
			messages: [{ role: "user", content: [{ text }] }],
		}),
	);
	return output?.message?.content?.[0]?.text;
}

const testInEurope = createTest({ region: "eu-west-1" });

describe.concurrent("Vitest's fixture", () => {
	test("is a namespace of one test", async ({ outcrop }) => {
		outcrop.when(all()).text("One.");
		expect(await ask(outcrop, "hello")).toBe("One.");
		await expect(outcrop).toHaveBeenAsked({ times: 1 });
	});

	test("is another one in the next test", async ({ outcrop }) => {
		expect(await ask(outcrop, "hello")).not.toBe("One.");
		await expect(outcrop).toHaveBeenAsked({ times: 1 });
	});

	test("shares the server with the file's other tests", async ({
		outcrop,
		outcropServer,
	}) => {
		expect(outcrop.url).toBe(outcropServer.url);
		expect(outcropServer.name).toBeUndefined();
	});

	testInEurope("starts with options", async ({ outcrop }) => {
		expect(outcrop.clientConfig().region).toBe("eu-west-1");
	});
});

describe("Jest's hooks", () => {
	const outcrop = useOutcrop({
		// Vitest's hooks and expect have the form of Jest's.
		jest: vitest as never,
	});

	vitest.test("give a namespace to each test", async () => {
		outcrop().when(all()).text("Jest.");
		expect(await ask(outcrop(), "hello")).toBe("Jest.");
		await expect(outcrop()).toHaveBeenAsked({ user: "hello", times: 1 });
	});

	vitest.test("and another one to the next", async () => {
		await expect(outcrop()).not.toHaveBeenAsked();
	});

	vitest.test("say when there is no Outcrop, and when no Jest", () => {
		expect(() => useOutcrop()).toThrow(
			"Jest's globals are not there. Hand them in",
		);
	});
});
