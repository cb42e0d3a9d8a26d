import { BedrockRuntimeClient, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import { test } from "vitest";
import { startScripted } from "./scripted.ts";
test("x", { timeout: 4000 }, async () => {
  const o = await startScripted();
  const client = new BedrockRuntimeClient({ endpoint: o.url, region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
  const reply = await client.send(new ConverseStreamCommand({ modelId: "anthropic.claude-3-haiku-20240307-v1:0", messages: [{ role: "user", content: [{ text: "never end" }] }] }));
  for await (const event of reply.stream ?? []) { console.log(JSON.stringify(event)); if (event.contentBlockDelta) break; }
  console.log("left");
  const seen = await o.client().send(new (await import("@aws-sdk/client-bedrock-runtime")).ConverseCommand({ modelId: "anthropic.claude-3-haiku-20240307-v1:0", messages: [{ role: "user", content: [{ text: "was I aborted?" }] }] }) as never);
  console.log(seen);
});
