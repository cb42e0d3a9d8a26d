import type { Json } from "../api/types.ts";
import { type CallToWrite, isBytes } from "./call.ts";

const streams: Record<string, string> = {
	ConverseStream: "stream",
	InvokeModelWithResponseStream: "body",
};

/** The client's class, by service. */
const clients: Record<string, string> = {
	bedrock: "BedrockClient",
	"bedrock-runtime": "BedrockRuntimeClient",
};

/** A call as JavaScript that makes it with the AWS SDK, version 3. */
export function writeJavaScript(call: CallToWrite): string {
	const { service, operation, endpoint, region, input } = call;
	const client = clients[service] ?? "Client";
	const { body } = input;
	const members = Object.entries(input).map(([name, value]) => {
		const written =
			name === "body" && typeof body === "string"
				? writeBody(body)
				: writeLiteral(name, value, "    ");
		return `    ${name}: ${written},\n`;
	});
	return `import { ${client}, ${operation}Command } from "@aws-sdk/client-${service}";

const client = new ${client}({
  endpoint: ${JSON.stringify(endpoint)},
  region: ${JSON.stringify(region)},
});
const response = await client.send(
  new ${operation}Command({
${members.join("")}  }),
);
${writeReading(operation)}
`;
}

function writeReading(operation: string): string {
	const stream = streams[operation];
	if (stream)
		return `for await (const event of response.${stream} ?? []) console.log(event);`;
	return operation === "InvokeModel"
		? "console.log(JSON.parse(new TextDecoder().decode(response.body)));"
		: "console.log(response);";
}

function writeBody(body: string): string {
	try {
		const value: Json = JSON.parse(body);
		return `JSON.stringify(${writeLiteral("", value, "    ")})`;
	} catch {
		return JSON.stringify(body);
	}
}

/** A JSON value as a literal; bytes are decoded. */
export function writeLiteral(name: string, value: Json, indent = ""): string {
	if (isBytes(name, value))
		return `Buffer.from(${JSON.stringify(value)}, "base64")`;
	if (typeof value !== "object" || value === null) return JSON.stringify(value);
	const inner = `${indent}  `;
	const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
	const items = Object.entries(value).map(([key, item]) => {
		const label = Array.isArray(value) ? "" : `${writeName(key)}: `;
		return `${inner}${label}${writeLiteral(key, item, inner)},\n`;
	});
	return items.length === 0
		? open + close
		: `${open}\n${items.join("")}${indent}${close}`;
}

/** `__proto__: x` would set the prototype; `["__proto__"]: x` is a member. */
function writeName(name: string): string {
	if (name === "__proto__") return '["__proto__"]';
	return /^[A-Za-z_$][\w$]*$/u.test(name) ? name : JSON.stringify(name);
}
