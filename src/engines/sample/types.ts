import { isObject, type Json, type JsonObject } from "../../json.ts";
import { bounds } from "./scalars.ts";

/** The JSON Schema types a value has; an integer has two. */
export function typesOf(value: Json): string[] {
	if (value === null) return ["null"];
	if (Array.isArray(value)) return ["array"];
	if (typeof value === "number")
		return Number.isInteger(value) ? ["integer", "number"] : ["number"];
	return [typeof value];
}

/** The least value of the schema's type, where depth or size forbid more. */
export function shortest(schema: JsonObject): Json {
	if (typeof schema.const === "string" && schema.const.length < 100)
		return schema.const;
	const types = Array.isArray(schema.type)
		? schema.type
		: [schema.type ?? guessType(schema)];
	if (types.includes("null")) return null;
	const [type] = types;
	if (type === "object") return {};
	if (type === "array") return [];
	if (type === "boolean") return false;
	return type === "integer" || type === "number" ? bounds(schema, 1)[0] : "";
}

const typeByKeyword: [string, string][] = [
	["properties", "object"],
	["required", "object"],
	["additionalProperties", "object"],
	["patternProperties", "object"],
	["minProperties", "object"],
	["items", "array"],
	["prefixItems", "array"],
	["contains", "array"],
	["minItems", "array"],
	["minimum", "number"],
	["maximum", "number"],
	["exclusiveMinimum", "number"],
	["exclusiveMaximum", "number"],
	["multipleOf", "number"],
];

/** The type that a schema without one means, by the keywords it has. */
export function guessType(schema: JsonObject): string {
	const told = typeByKeyword.find(([keyword]) => schema[keyword] !== undefined);
	if (told) return told[1];
	const not = isObject(schema.not) ? schema.not.type : undefined;
	const excluded = Array.isArray(not) ? not : [not];
	return (
		["string", "integer", "boolean", "object", "array"].find(
			(type) => !excluded.includes(type) && !narrows(excluded, type),
		) ?? "null"
	);
}

/** Whole numbers are numbers. */
function narrows(types: (Json | undefined)[], type: string): boolean {
	return type === "integer" && types.includes("number");
}
