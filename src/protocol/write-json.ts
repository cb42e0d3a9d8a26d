/** Structures as JSON, as a description has them. */
import type { Shape } from "./description.ts";

type Value = Record<string, unknown>;

/**
 * The body members of a structure or union as JSON, in alphabetical order, with `p` in its place when given. Text is put
 * together at once: objects made only for `JSON.stringify` cost as much as it does.
 */
export function writeMembers(shape: Shape, value: Value, p?: string): string {
	let text = "";
	let pending = p;
	for (const member of shape.bodyMembers) {
		if (pending !== undefined && member.name > "p") {
			text += `${text === "" ? "{" : ","}"p":"${pending}"`;
			pending = undefined;
		}
		const item = value[member.name];
		if (item === undefined || item === null) continue;
		text += text === "" ? member.firstKey : member.nextKey;
		text += writeValue(member.target, item);
	}
	if (pending !== undefined)
		text += `${text === "" ? "{" : ","}"p":"${pending}"`;
	return text === "" ? "{}" : `${text}}`;
}

function writeValue(shape: Shape, value: unknown): string {
	// Of a list or map: a member of a structure would have been left out.
	if (value === undefined || value === null) return "null";
	switch (shape.type) {
		case "structure":
		case "union":
			return writeMembers(shape, value as Value);
		case "list": {
			let text = "";
			for (const item of value as unknown[])
				text += `${text === "" ? "" : ","}${writeValue(shape.member as Shape, item)}`;
			return `[${text}]`;
		}
		case "map":
			return writeMap(shape, value as Value);
		case "blob": {
			const bytes = value as Uint8Array;
			const { buffer, byteOffset, byteLength } = bytes;
			return `"${Buffer.from(buffer, byteOffset, byteLength).toString("base64")}"`;
		}
		case "timestamp":
			return `"${(value as Date).toISOString().replace(".000Z", "Z")}"`;
		case "integer":
		case "long":
			if (Number.isInteger(value)) return `${value}`;
			break;
		case "string":
			if (shape.enum?.includes(value as string)) return `"${value}"`;
	}
	// What JSON has no word for is null, as in lists of JSON.stringify.
	return JSON.stringify(value) ?? "null";
}

function writeMap(shape: Shape, value: Value): string {
	let text = "";
	for (const key in value) {
		if (value[key] === undefined) continue;
		const item = writeValue(shape.value as Shape, value[key]);
		text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${item}`;
	}
	return `{${text}}`;
}
