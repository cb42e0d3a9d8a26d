import type { Json } from "../json.ts";
import type { Shape } from "./description.ts";

/**
 * Reads a JSON value as a shape says it, leaving out what does not fit: members of another type or without a name in the
 * shape, structures that lack a required member, unions without a known one. What is read is safe to walk; ranges, patterns
 * and enums are not looked at.
 *
 * @returns undefined when nothing of the value fits
 */
export function readLoosely(shape: Shape, json: Json): unknown {
	switch (shape.type) {
		case "structure":
		case "union":
			return readMembers(shape, json);
		case "list":
			return Array.isArray(json) ? readItems(shape, json) : undefined;
		case "map":
			return readEntries(shape, json);
		case "string":
			return typeof json === "string" ? json : undefined;
		case "boolean":
			return typeof json === "boolean" ? json : undefined;
		case "integer":
		case "long":
			return Number.isInteger(json) ? json : undefined;
		case "float":
		case "double":
			return typeof json === "number" ? json : undefined;
		case "blob":
			return typeof json === "string" ? Buffer.from(json, "base64") : undefined;
		case "timestamp":
			return typeof json === "number" ? new Date(json * 1000) : undefined;
		case "document":
			return json;
	}
}

function readMembers(
	shape: Shape,
	json: Json,
): Record<string, unknown> | undefined {
	if (typeof json !== "object" || json === null || Array.isArray(json))
		return undefined;
	const value: Record<string, unknown> = {};
	for (const { name, target, required, in: place } of shape.members) {
		if (place !== "body") continue;
		const item = Object.hasOwn(json, name) ? json[name] : undefined;
		const read =
			item === undefined || item === null
				? undefined
				: readLoosely(target, item);
		if (read !== undefined) value[name] = read;
		else if (required) return undefined;
		// The first member that can be read is the union's own.
		if (read !== undefined && shape.type === "union") return value;
	}
	return shape.type === "union" ? undefined : value;
}

function readItems(shape: Shape, json: Json[]): unknown[] {
	return json
		.map((item) => readLoosely(shape.member as Shape, item))
		.filter((item) => item !== undefined);
}

function readEntries(
	shape: Shape,
	json: Json,
): Record<string, unknown> | undefined {
	if (typeof json !== "object" || json === null || Array.isArray(json))
		return undefined;
	const read = Object.entries(json).map(([key, item]) => [
		key,
		readLoosely(shape.value as Shape, item),
	]);
	return Object.fromEntries(read.filter(([, item]) => item !== undefined));
}
