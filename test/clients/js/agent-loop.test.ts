import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import { generateText, isStepCount, streamText, tool } from "ai";
import { expect, test } from "vitest";
import { z } from "zod";
import { startOutcrop } from "../../support/outcrop.ts";

const script = `
replies:
  - when: { user: "trip to {city}" }
    tool: { name: find_flight, input: { to: "{city}" } }
  - when: { toolResult: find_flight }
    tool: { name: find_hotel, input: { city: "{city}", nights: 2 } }
  - when: { toolResult: find_hotel }
    tool: { name: book, input: { hotel: "{toolResult.name}" } }
  - when: { toolResult: book }
    text: "Booked {toolResult.hotel} in {city}."
`;

/** The tools of a travel agent; they note what they were called with. */
function travelTools(calls: unknown[]) {
	return {
		find_flight: tool({
			description: "Finds a flight",
			inputSchema: z.object({ to: z.string() }),
			execute: async (input) => {
				calls.push(input);
				return { flight: "OS 412" };
			},
		}),
		find_hotel: tool({
			description: "Finds a hotel",
			inputSchema: z.object({ city: z.string(), nights: z.number() }),
			execute: async (input) => {
				calls.push(input);
				return { name: "Hotel du Rocher" };
			},
		}),
		book: tool({
			description: "Books a hotel",
			inputSchema: z.object({ hotel: z.string() }),
			execute: async (input) => {
				calls.push(input);
				return { hotel: input.hotel };
			},
		}),
	};
}

const expectedCalls = [
	{ to: "Lyon" },
	{ city: "Lyon", nights: 2 },
	{ hotel: "Hotel du Rocher" },
];

async function start() {
	const folder = await mkdtemp(join(tmpdir(), "outcrop-loop-"));
	const file = join(folder, "script.yaml");
	await writeFile(file, script);
	const outcrop = await startOutcrop({ script: [file], onMiss: "error" });
	const bedrock = createAmazonBedrock({
		baseURL: outcrop.url,
		region: "us-east-1",
		accessKeyId: "test",
		secretAccessKey: "test",
	});
	return {
		model: bedrock("us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
		async [Symbol.asyncDispose]() {
			await outcrop[Symbol.asyncDispose]();
			await rm(folder, { recursive: true });
		},
	};
}

test("the script is shorter than twenty lines", () => {
	expect(script.trim().split("\n").length).toBeLessThan(20);
});

test("an agent calls three tools in turn and ends, as a script of nine lines says", async () => {
	await using running = await start();
	const calls: unknown[] = [];
	const result = await generateText({
		model: running.model,
		prompt: "Plan my trip to Lyon",
		tools: travelTools(calls),
		stopWhen: isStepCount(10),
	});
	expect(calls).toEqual(expectedCalls);
	expect(result.text).toBe("Booked Hotel du Rocher in Lyon.");
	expect(result.steps).toHaveLength(4);
});

test("the same loop, streamed", async () => {
	await using running = await start();
	const calls: unknown[] = [];
	const result = streamText({
		model: running.model,
		prompt: "Plan my trip to Lyon",
		tools: travelTools(calls),
		stopWhen: isStepCount(10),
	});
	let text = "";
	for await (const part of result.textStream) text += part;
	expect(calls).toEqual(expectedCalls);
	expect(text).toBe("Booked Hotel du Rocher in Lyon.");
});
