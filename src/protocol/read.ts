/** restJson1, from the wire: labels, query, headers and body to an operation's typed input. */
import { ServiceError } from "../errors.ts";
import type { Json } from "../json.ts";
import type { Member, Operation, Shape } from "./description.ts";
import { JsonError, parseJsonBytes } from "./json.ts";

/** What of a request an operation's input is built from. */
export interface Wire {
	/** Path labels, percent-decoded. */
	labels: Readonly<Record<string, string>>;
	query: string;
	headers: Readonly<Record<string, string>>;
	body: Uint8Array;
}

/** An input as the description says it: plain objects, `Uint8Array` for blobs, `Date` for timestamps. */
export type Input = Record<string, unknown>;

const noBody = new Uint8Array();

/**
 * Builds an operation's input. Unknown members are dropped and `null` members count as absent; limits are not looked at.
 *
 * @throws ServiceError `SerializationException` when the body is not JSON or a value has the wrong type
 */
export function readInput({ input: shape }: Operation, wire: Wire): Input {
	const input = shape.bodyMembers.length > 0 ? readBody(shape, wire.body) : {};
	for (const member of shape.boundMembers) {
		const { name, target, wireName } = member;
		switch (member.in) {
			case "label":
				input[name] = readText(target, wire.labels[name] ?? "");
				break;
			case "header":
				assign(input, name, target, wire.headers[wireName]);
				break;
			case "query":
				assign(input, name, target, queryValue(wire.query, wireName));
				break;
			case "payload":
				readPayload(input, member, wire.body);
		}
	}
	return input;
}

function readBody(shape: Shape, body: Uint8Array): Input {
	const json = body.length === 0 ? {} : parseBody(body);
	if (typeof json !== "object" || json === null || Array.isArray(json))
		throw unexpected(json);
	return readMembers(shape, json);
}

function parseBody(body: Uint8Array): Json {
	try {
		return parseJsonBytes(body);
	} catch (error) {
		if (error instanceof JsonError) throw serialization(error.message);
		throw error;
	}
}

function readPayload(input: Input, member: Member, body: Uint8Array): void {
	if (member.target.eventStream) return;
	if (member.target.type === "blob") input[member.name] = body;
	else if (body.length > 0)
		input[member.name] = readValue(member.target, parseBody(body));
}

function assign(
	input: Input,
	name: string,
	shape: Shape,
	text: string | undefined,
): void {
	if (text !== undefined) input[name] = readText(shape, text);
}

function queryValue(query: string, name: string): string | undefined {
	return query === ""
		? undefined
		: (new URLSearchParams(query).get(name) ?? undefined);
}

/** A value that travels as text: in a label, the query or a header. */
function readText(shape: Shape, text: string): unknown {
	switch (shape.type) {
		case "integer":
		case "long":
		case "float":
		case "double": {
			const value = Number(text);
			if (text.trim() === "" || Number.isNaN(value))
				throw cannotConvert("STRING_VALUE", shape);
			return value;
		}
		case "boolean":
			if (text !== "true" && text !== "false")
				throw cannotConvert("STRING_VALUE", shape);
			return text === "true";
		case "timestamp":
			return readTimestamp(shape, text);
		default:
			return text;
	}
}

/** A JSON value as a shape says it. */
function readValue(shape: Shape, json: Json): unknown {
	switch (shape.type) {
		case "string":
			return typeof json === "string" ? json : fail(shape, json);
		case "structure":
		case "union":
			return readMembers(shape, json);
		case "list":
			return readList(shape, json);
		case "map":
			return readMap(shape, json);
		case "integer":
			// Smithy's integer has 32 bits (documented).
			return typeof json === "number" && (json | 0) === json
				? json
				: fail(shape, json);
		case "long":
			return typeof json === "number" && Number.isInteger(json)
				? json
				: fail(shape, json);
		case "float":
		case "double":
			return typeof json === "number" ? json : fail(shape, json);
		case "boolean":
			return typeof json === "boolean" ? json : fail(shape, json);
		case "blob":
			return typeof json === "string"
				? readBlob(shape, json)
				: fail(shape, json);
		case "timestamp":
			return typeof json === "string" || typeof json === "number"
				? readTimestamp(shape, json)
				: fail(shape, json);
		case "document":
			return json;
	}
}

/** Converts in place: what JSON.parse made is this call's alone. Unknown members go, and so do `null` and bound ones. */
function readMembers(shape: Shape, json: Json): Input {
	if (typeof json !== "object" || json === null || Array.isArray(json))
		return fail(shape, json);
	const members: Input = json;
	for (const key in json) {
		const item = json[key] as Json;
		const member = item === null ? undefined : shape.memberByName.get(key);
		if (member?.in === "body") members[key] = readValue(member.target, item);
		else delete members[key];
	}
	return members;
}

function readList(shape: Shape, json: Json): unknown[] {
	if (!Array.isArray(json)) return fail(shape, json);
	const member = shape.member as Shape;
	const items: unknown[] = json;
	for (let index = 0; index < items.length; index++) {
		const item = json[index] as Json;
		if (item !== null) items[index] = readValue(member, item);
	}
	return items;
}

function readMap(shape: Shape, json: Json): Input {
	if (typeof json !== "object" || json === null || Array.isArray(json))
		return fail(shape, json);
	const value: Input = {};
	for (const [key, item] of Object.entries(json)) {
		if (item === null || key === "__proto__") continue;
		value[key] = readValue(shape.value as Shape, item);
	}
	return value;
}

/** Base64 with or without padding; a character outside the alphabet shortens the decoded bytes, which is how it is seen. */
function readBlob(shape: Shape, text: string): Uint8Array {
	if (text === "") return noBody;
	const bytes = Buffer.from(text, "base64");
	const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
	const length = text.length - padding;
	// One character alone has less than the bits of a byte.
	if (length % 4 === 1 || bytes.length !== Math.floor((length * 3) / 4))
		throw cannotConvert("STRING_VALUE", shape);
	return bytes;
}

function readTimestamp(shape: Shape, value: string | number): Date {
	const date = new Date(typeof value === "number" ? value * 1000 : value);
	if (Number.isNaN(date.getTime())) throw cannotConvert("STRING_VALUE", shape);
	return date;
}

const javaNames: Partial<Record<Shape["type"], string>> = {
	string: "String",
	integer: "Integer",
	long: "Long",
	float: "Float",
	double: "Double",
	boolean: "Boolean",
	timestamp: "Timestamp",
	blob: "Blob",
};

function fail(shape: Shape, json: Json): never {
	if (typeof json === "object" || !(shape.type in javaNames))
		throw unexpected(json);
	throw cannotConvert(tokenOf(json), shape);
}

function tokenOf(json: Json): string {
	if (typeof json === "boolean") return json ? "TRUE_VALUE" : "FALSE_VALUE";
	if (typeof json === "number")
		return Number.isInteger(json) ? "NUMBER_VALUE" : "DECIMAL_VALUE";
	return "STRING_VALUE";
}

/** Source: framework texts (assumed for Bedrock; seen on other AWS services of the same framework). */
function cannotConvert(token: string, shape: Shape): ServiceError {
	const article =
		token === "NUMBER_VALUE" && shape.type === "string" ? "a " : "";
	return serialization(
		`${token} can not be converted to ${article}${javaNames[shape.type] ?? shape.type}`,
	);
}

function unexpected(json: Json): ServiceError {
	if (Array.isArray(json))
		return serialization("Start of list found where not expected.");
	if (typeof json === "object")
		return serialization("Start of structure or map found where not expected.");
	return serialization(
		"Unexpected scalar value found where a structure, list or map was expected.",
	);
}

function serialization(message: string): ServiceError {
	return new ServiceError("SerializationException", message);
}
