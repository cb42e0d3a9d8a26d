import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	ConverseCommand,
	type ConverseCommandInput,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { startOutcrop } from "../support/outcrop.ts";

test("x", async () => {
	const dir = await mkdtemp(join(tmpdir(), "outcrop-"));
	const file = join(dir, "script.yaml");
	await writeFile(
		file,
		`replies:
  - when: { user: "weather in {city}" }
    tool: { name: get_weather, input: { city: "{city}" } }
  - when: { toolResult: get_weather }
    text: "It is {toolResult.temperature} degrees in {city}."
  - when: { model: "amazon.nova-*", user: "/summari[sz]e/i" }
    replies: ["First answer.", { text: "Second.", pace: { firstToken: 400ms, tokensPerSecond: 60 } }]
  - when: { user: "/flaky/" }
    fault: { after: 7 events, throw: modelStreamErrorException }
`,
	);
	await using outcrop = await startOutcrop({ script: [file] });
	const client = outcrop.client();
	const answer = await client.send(
		new ConverseCommand({
			modelId: "amazon.nova-lite-v1:0",
			messages: [
				{ role: "user", content: [{ text: "What's the weather in Paris?" }] },
			],
		} satisfies ConverseCommandInput),
	);
	expect(answer.output?.message?.content).toEqual([]);
	await rm(dir, { recursive: true });
});
