import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { writeBoto3, writePython } from "../../src/console/ui/code/boto3.ts";
import type { CallToWrite } from "../../src/console/ui/code/call.ts";
import { quote, writeCli } from "../../src/console/ui/code/cli.ts";
import {
	writeJavaScript,
	writeLiteral,
} from "../../src/console/ui/code/javascript.ts";

/** Whatever a quote, a shell or a literal could trip over. */
const nasty =
	'it\'s "quoted" $HOME `id` \\n \\ %s !x\n\ttwo lines \u2028 😀 {x} <b>&';

function converse(text: string): CallToWrite {
	return {
		service: "bedrock-runtime",
		operation: "Converse",
		endpoint: "http://localhost:4566",
		region: "us-east-1",
		input: {
			modelId: "amazon.nova-lite-v1:0",
			messages: [{ role: "user", content: [{ text }] }],
		},
	};
}

test("a call is a command of the AWS CLI", () => {
	expect(writeCli(converse("Hi"))).toBe(
		`aws bedrock-runtime converse \\
  --endpoint-url http://localhost:4566 \\
  --region us-east-1 \\
  --cli-input-json '{"modelId":"amazon.nova-lite-v1:0","messages":[{"role":"user","content":[{"text":"Hi"}]}]}'`,
	);
});

test("a shell reads of a quoted text what it was", () => {
	const script = `printf %s ${quote(nasty)}`;
	expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toBe(nasty);
});

test("a stream is asked of the CLI whole, and it says so", () => {
	const command = writeCli({ ...converse("Hi"), operation: "ConverseStream" });
	expect(command).toContain("# The AWS CLI has no converse-stream;");
	expect(command).toContain("\naws bedrock-runtime converse \\\n");
});

test("a native body is given to the CLI as it travelled", () => {
	const command = writeCli({
		...converse(""),
		operation: "InvokeModel",
		input: { modelId: "m", body: `{"prompt":"it's"}` },
	});
	expect(command).toBe(`aws bedrock-runtime invoke-model \\
  --endpoint-url http://localhost:4566 \\
  --region us-east-1 \\
  --model-id m \\
  --cli-binary-format raw-in-base64-out \\
  --body '{"prompt":"it'\\''s"}' \\
  /dev/stdout`);
});

test("a call is Python with boto3", () => {
	const call = converse("Hi");
	call.input.inferenceConfig = { temperature: 0.5, stopSequences: [] };
	expect(writeBoto3(call)).toBe(`import boto3

client = boto3.client(
    "bedrock-runtime",
    endpoint_url="http://localhost:4566",
    region_name="us-east-1",
)
response = client.converse(
    modelId="amazon.nova-lite-v1:0",
    messages=[
        {
            "role": "user",
            "content": [
                {
                    "text": "Hi",
                },
            ],
        },
    ],
    inferenceConfig={
        "temperature": 0.5,
        "stopSequences": [],
    },
)
print(response)
`);
});

test("what is true, false, nothing and bytes in JSON is so in Python", () => {
	const value = { a: true, b: false, c: null, bytes: "aGk=" };
	expect(writePython("", value)).toBe(`{
    "a": True,
    "b": False,
    "c": None,
    "bytes": base64.b64decode("aGk="),
}`);
});

test("bytes have Python import base64", () => {
	const call = converse("Hi");
	call.input.image = { bytes: "aGk=" };
	expect(writeBoto3(call)).toMatch(/^import base64\nimport boto3\n/u);
});

test("a native body is a dictionary in Python, to be changed", () => {
	const code = writeBoto3({
		...converse(""),
		operation: "InvokeModelWithResponseStream",
		input: { modelId: "m", body: '{"max_tokens":5}' },
	});
	expect(code).toContain("import boto3\nimport json\n");
	expect(code).toContain(`body=json.dumps({
        "max_tokens": 5,
    })`);
	expect(code).toContain('for event in response["body"]:');
});

test("texts are written by escapes that Python has as well", () => {
	expect(writePython("", nasty)).toBe(
		`"it's \\"quoted\\" $HOME \`id\` \\\\n \\\\ %s !x\\n\\ttwo lines \u2028 😀 {x} <b>&"`,
	);
});

test("a call is JavaScript with the AWS SDK", () => {
	expect(writeJavaScript(converse("Hi"))).toBe(
		`import { BedrockRuntimeClient, ConverseCommand } from "@aws-sdk/client-bedrock-runtime";

const client = new BedrockRuntimeClient({
  endpoint: "http://localhost:4566",
  region: "us-east-1",
});
const response = await client.send(
  new ConverseCommand({
    modelId: "amazon.nova-lite-v1:0",
    messages: [
      {
        role: "user",
        content: [
          {
            text: "Hi",
          },
        ],
      },
    ],
  }),
);
console.log(response);
`,
	);
});

test("JavaScript reads of a value what it was", () => {
	const value = { text: nasty, "a-b": [1, null, true], __proto__x: {} };
	const code = writeLiteral("", value);
	const printed = execFileSync(
		process.execPath,
		["-e", `process.stdout.write(JSON.stringify(${code}))`],
		{ encoding: "utf8" },
	);
	expect(JSON.parse(printed)).toEqual(value);
});

test("a member called __proto__ stays a member in JavaScript", () => {
	const value = JSON.parse('{"__proto__":{"a":1}}');
	expect(writeLiteral("", value)).toContain('["__proto__"]: {');
});

test("bytes are bytes in JavaScript", () => {
	expect(writeLiteral("bytes", "aGk=")).toBe('Buffer.from("aGk=", "base64")');
});
