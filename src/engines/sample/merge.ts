import { isObject, type Json, type JsonObject } from "../../json.ts";

/** How one keyword of two schemas becomes one; without a row the second schema's wins. */
const rules: Record<string, (a: Json, b: Json) => Json> = {
	properties: mergeMaps,
	patternProperties: mergeMaps,
	$defs: mergeMaps,
	definitions: mergeMaps,
	required: (a, b) => [...new Set([...list(a), ...list(b)])],
	allOf: (a, b) => [...list(a), ...list(b)],
	enum: commonValues,
	type: mergeTypes,
	// One of them is left to the check of the value.
	not: (a) => a,
	pattern: (a) => a,
	items: both,
	additionalProperties: both,
	propertyNames: both,
	minimum: larger,
	exclusiveMinimum: larger,
	minLength: larger,
	minItems: larger,
	minProperties: larger,
	maximum: smaller,
	exclusiveMaximum: smaller,
	maxLength: smaller,
	maxItems: smaller,
	maxProperties: smaller,
};

/** Keywords that cannot be joined in place: the second schema's go into an `allOf` of their own. */
const apart = ["anyOf", "oneOf", "$ref"];

const conditional = ["if", "then", "else"];

/** One schema that asks for what both ask for, as far as making values needs it. Shares parts with its sources. */
export function mergeSchemas(a: JsonObject, b: JsonObject): JsonObject {
	const merged: JsonObject = { ...a };
	for (const [keyword, value] of Object.entries(b)) {
		const before = Object.hasOwn(merged, keyword) ? merged[keyword] : undefined;
		const rule = Object.hasOwn(rules, keyword) ? rules[keyword] : undefined;
		if (keyword === "then" || keyword === "else") continue;
		if (keyword === "if") {
			const condition = Object.fromEntries(
				Object.entries(b).filter(([one]) => conditional.includes(one)),
			);
			if (before === undefined) Object.assign(merged, condition);
			else merged.allOf = [...list(merged.allOf), condition];
		} else if (before === undefined || before === value)
			merged[keyword] = value;
		else if (apart.includes(keyword))
			merged.allOf = [...list(merged.allOf), { [keyword]: value }];
		else merged[keyword] = rule ? rule(before, value) : value;
	}
	return merged;
}

/** A schema without some of its keywords. */
export function without(schema: JsonObject, ...keywords: string[]): JsonObject {
	return Object.fromEntries(
		Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword)),
	);
}

/** A list, or an empty one for what is none. */
export function list(value: Json | undefined): Json[] {
	return Array.isArray(value) ? value : [];
}

function mergeMaps(a: Json, b: Json): Json {
	if (!isObject(a) || !isObject(b)) return b;
	const merged = new Map(Object.entries(a));
	for (const [name, schema] of Object.entries(b)) {
		const before = merged.get(name);
		merged.set(name, before === undefined ? schema : both(before, schema));
	}
	return Object.fromEntries(merged);
}

/** By their text, which is quick; numbers and names written otherwise are rare, and the value is checked anyway. */
function commonValues(a: Json, b: Json): Json {
	const known = new Set(list(a).map((one) => JSON.stringify(one)));
	return list(b).filter((one) => known.has(JSON.stringify(one)));
}

function mergeTypes(a: Json, b: Json): Json {
	const first = Array.isArray(a) ? a : [a];
	const second = Array.isArray(b) ? b : [b];
	const common = second.filter(
		(type) =>
			first.includes(type) || (type === "integer" && first.includes("number")),
	);
	if (
		common.length === 0 &&
		first.includes("integer") &&
		second.includes("number")
	)
		return "integer";
	return common.length === 0 ? b : common;
}

function both(a: Json, b: Json): Json {
	return a === b ? a : { allOf: [a, b] };
}

function larger(a: Json, b: Json): Json {
	return typeof a === "number" && typeof b === "number" ? Math.max(a, b) : b;
}

function smaller(a: Json, b: Json): Json {
	return typeof a === "number" && typeof b === "number" ? Math.min(a, b) : b;
}

/** Own members only: schemas and values are the client's, `constructor` may be a name in them. */
export function own(object: JsonObject, name: string): Json | undefined {
	return Object.hasOwn(object, name) ? object[name] : undefined;
}
