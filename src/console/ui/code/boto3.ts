import type { Json } from "../api/types.ts";
import { type CallToWrite, isBytes, splitWords } from "./call.ts";

/** What a stream's events are found under, and how one is shown. */
const streams: Record<string, string> = {
	ConverseStream: "stream",
	InvokeModelWithResponseStream: "body",
};

/** A call as Python that makes it with boto3. */
export function writeBoto3(call: CallToWrite): string {
	const { service, operation, endpoint, region, input } = call;
	const { body } = input;
	const isNative = typeof body === "string";
	const parameters = Object.entries(input).map(([name, value]) => {
		const written =
			name === "body" && isNative
				? writeBody(body)
				: writePython(name, value, "    ");
		return `    ${name}=${written},\n`;
	});
	const code = `client = boto3.client(
    "${service}",
    endpoint_url=${JSON.stringify(endpoint)},
    region_name=${JSON.stringify(region)},
)
response = client.${splitWords(operation, "_")}(
${parameters.join("")})
${writeReading(operation)}
`;
	const modules = ["boto3"];
	if (code.includes("base64.b64decode(")) modules.unshift("base64");
	if (code.includes("json.")) modules.push("json");
	return `${modules.map((name) => `import ${name}\n`).join("")}\n${code}`;
}

function writeReading(operation: string): string {
	const stream = streams[operation];
	if (stream) return `for event in response["${stream}"]:\n    print(event)`;
	return operation === "InvokeModel"
		? `print(json.loads(response["body"].read()))`
		: "print(response)";
}

/** JSON is written as a dictionary, for people to change; anything else as it was. */
function writeBody(body: string): string {
	try {
		const value: Json = JSON.parse(body);
		return `json.dumps(${writePython("", value, "    ")})`;
	} catch {
		return JSON.stringify(body);
	}
}

/** A JSON value as a Python literal. JSON's escapes in texts are Python's too. */
export function writePython(name: string, value: Json, indent = ""): string {
	if (value === null) return "None";
	if (value === true) return "True";
	if (value === false) return "False";
	if (isBytes(name, value)) return `base64.b64decode(${writeText(value)})`;
	if (typeof value === "string") return writeText(value);
	if (typeof value !== "object") return String(value);
	const inner = `${indent}    `;
	const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
	const items = Object.entries(value).map(([key, item]) => {
		const label = Array.isArray(value) ? "" : `${writeText(key)}: `;
		return `${inner}${label}${writePython(key, item, inner)},\n`;
	});
	return items.length === 0
		? open + close
		: `${open}\n${items.join("")}${indent}${close}`;
}

/** A lone surrogate is `\ud83d` in JSON and in Python alike; a pair stands as its character. */
function writeText(text: string): string {
	return JSON.stringify(text);
}
