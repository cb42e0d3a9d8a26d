import type { Random } from "../call.ts";
import type { Json, JsonObject } from "../turn/turn.ts";
import {
	type CheckBudget,
	isObject,
	isValid,
	own,
	refOf,
	resolveRef,
	typesOf,
} from "./sample/check.ts";
import { list, mergeSchemas, without } from "./sample/merge.ts";
import { bounds, sampleNumber, sampleString } from "./sample/scalars.ts";
import { pick } from "./sample/words.ts";

/**
 * Values made before giving up: the fullest and most telling first, then with required properties only, and both again
 * without the schema's hints.
 */
const maxAttempts = 16;

/** Past this depth only what is required is made, past the second nothing but the shortest. */
const fullDepth = 4;
const maxDepth = 24;
/** Where nothing recurses, a schema ends by itself: deeper than any request's JSON may nest. */
const maxPlainDepth = 256;
/** Values made in one attempt. */
const maxValues = 3000;
/** Past this many values optional properties are left out. */
const fullValues = 150;
const maxListLength = 1000;
/** UTF-16 units of all texts, and of the JSON of what the schema itself brings, in one attempt. */
const maxTextLength = 60_000;
/** References, choices and keywords followed; an attempt that passes it is the last. */
const maxSteps = 20_000;

/**
 * A value that is valid against a JSON Schema (draft 7 to 2020-12 as tools use them), the same for the same chance.
 * Values suit their property's name (`city` gives `Paris`); optional properties are there unless they would recurse.
 *
 * Every value is checked, and made anew in other ways when it is not valid. Where nothing made is surely valid (the
 * check does not run dangerous patterns) one that may be is given, and else, for a schema that nothing satisfies or
 * nothing this small (a list of a million items), the first one made. Depth, size and work are bounded for any schema.
 */
export function sampleJson(schema: unknown, random: Random): Json {
	const root = readSchema(schema);
	const budget: CheckBudget = { steps: 100_000, matching: { left: 3_000_000 } };
	let first: Json | undefined;
	let unsure: Json | undefined;
	let steps = 0;
	for (
		let attempt = 0;
		attempt < maxAttempts && steps < maxSteps && budget.steps > 0;
		attempt++
	) {
		const sampler = new Sampler(
			root,
			random,
			attempt % 2 === 0,
			attempt % 4 < 2,
		);
		const value = sampler.value(root, "", 0);
		const valid = isValid(root, value, budget);
		if (valid) return value;
		if (valid === undefined) unsure ??= value;
		first ??= value;
		steps += sampler.steps;
		// What is too large once is too large again, in much the same time.
		if (sampler.exhausted) attempt += 4;
	}
	return unsure ?? first ?? null;
}

/** Documents are JSON once they were read; whatever is no schema allows everything. */
function readSchema(schema: unknown): Json {
	return typeof schema === "object" && schema !== null
		? (schema as JsonObject)
		: schema !== false;
}

class Sampler {
	/** References, choices and keywords followed so far. */
	steps = 0;
	readonly #root: Json;
	readonly #random: Random;
	readonly #optional: boolean;
	readonly #hints: boolean;
	/** References that are being followed: what leads back into them recurses. */
	readonly #following: string[] = ["#"];
	#values = 0;
	#room = maxTextLength;

	constructor(root: Json, random: Random, optional: boolean, hints: boolean) {
		this.#root = root;
		this.#random = random;
		this.#optional = optional;
		this.#hints = hints;
	}

	/** Whether the bounds on a value's size have cut it. */
	get exhausted(): boolean {
		return this.#room <= 0 || this.#values > maxValues;
	}

	value(schema: Json | undefined, name: string, depth: number): Json {
		this.#values++;
		const followed = this.#following.length;
		const flat = this.#flatten(isObject(schema) ? schema : {}, depth);
		const value = this.#flatValue(flat, name, depth);
		this.#following.length = followed;
		return value;
	}

	/**
	 * Follows references, chooses of `oneOf`, `anyOf` and `if`, and joins `allOf`, until plain keywords are left. `allOf`
	 * comes last: its parts may bring choices of their own, for which there must be room.
	 */
	#flatten(schema: JsonObject, depth: number): JsonObject {
		let flat = trim(schema);
		const seen = new Set<string>();
		while (this.steps < maxSteps) {
			this.steps += weigh(flat);
			const ref = refOf(flat);
			if (ref !== undefined) {
				flat = without(flat, ...references);
				// Around in a circle there is nothing more to learn.
				if (seen.has(ref)) continue;
				seen.add(ref);
				this.#following.push(ref);
				flat = this.#join(flat, resolveRef(this.#root, ref));
			} else if (Array.isArray(flat.oneOf)) {
				flat = this.#join(
					without(flat, "oneOf"),
					this.#choose(flat.oneOf, depth),
				);
			} else if (Array.isArray(flat.anyOf)) {
				flat = this.#join(
					without(flat, "anyOf"),
					this.#choose(flat.anyOf, depth),
				);
			} else if (flat.if !== undefined) {
				const { if: condition, then: yes, else: no } = flat;
				flat = without(flat, "if", "then", "else");
				const met = this.#random.next() < 0.5;
				flat = met
					? this.#join(this.#join(flat, condition), yes)
					: this.#join(flat, no);
			} else if (Array.isArray(flat.allOf)) {
				const parts = flat.allOf;
				flat = without(flat, "allOf");
				for (const part of parts) {
					if (this.steps > maxSteps) break;
					flat = this.#join(flat, part);
				}
			} else {
				const needed = findDependent(flat);
				if (!needed) return flat;
				flat = this.#join(needed.rest, needed.part);
			}
		}
		return without(flat, ...references, "allOf", "oneOf", "anyOf", "if");
	}

	#join(schema: JsonObject, part: Json | undefined): JsonObject {
		if (!isObject(part)) return schema;
		this.steps += weigh(part);
		return mergeSchemas(schema, trim(part));
	}

	/** Something rather than null while there is room, and what does not recurse once there is little. */
	#choose(options: Json[], depth: number): Json | undefined {
		const open = options.filter((option) => option !== false);
		const telling = open.filter(
			(option) => !isObject(option) || option.type !== "null",
		);
		const straight = telling.filter((option) => !this.#recurses(option));
		if (straight.length > 0 && depth > 1) return pick(straight, this.#random);
		return pick(
			depth > fullDepth || telling.length === 0 ? open : telling,
			this.#random,
		);
	}

	/** Whether a schema leads back into a reference that is being followed, as far as can be seen close by. */
	#recurses(schema: Json | undefined, levels = 3): boolean {
		if (levels === 0 || typeof schema !== "object" || schema === null)
			return false;
		if (this.steps++ > maxSteps) return true;
		if (Array.isArray(schema))
			return schema.slice(0, 50).some((part) => this.#recurses(part, levels));
		const ref = refOf(schema);
		if (ref !== undefined && this.#following.includes(ref)) return true;
		const {
			properties,
			required,
			items,
			additionalProperties,
			anyOf,
			oneOf,
			allOf,
		} = schema;
		const needed = isObject(properties)
			? list(required).map((name) => own(properties, String(name)))
			: [];
		const parts = [
			items,
			additionalProperties,
			anyOf,
			oneOf,
			allOf,
			...needed.slice(0, 50),
		];
		return parts.some((part) => this.#recurses(part, levels - 1));
	}

	#flatValue(schema: JsonObject, name: string, depth: number): Json {
		const deepest = this.#following.length > 1 ? maxDepth : maxPlainDepth;
		if (this.#room <= 0 || this.#values > maxValues || depth > deepest)
			return shortest(schema);
		const given = this.#given(schema);
		if (given !== undefined) return this.#charge(given);
		switch (this.#type(schema, depth)) {
			case "object":
				return this.#object(schema, depth);
			case "array":
				return this.#array(schema, name, depth);
			case "integer":
				return sampleNumber(schema, name, true, this.#random);
			case "number":
				return sampleNumber(schema, name, false, this.#random);
			case "boolean":
				return this.#random.next() < 0.5;
			case "null":
				return null;
			default:
				return this.#charge(
					sampleString(schema, name, this.#room, this.#random),
				);
		}
	}

	/** What the schema itself says the value is, or may be. */
	#given(schema: JsonObject): Json | undefined {
		if (schema.const !== undefined) return schema.const;
		if (Array.isArray(schema.enum))
			return pick(this.#fitting(schema.enum, schema), this.#random) ?? null;
		if (!this.#hints) return undefined;
		if (schema.default !== undefined && schema.default !== null)
			return schema.default;
		return pick(list(schema.examples), this.#random);
	}

	#charge(value: Json): Json {
		this.#room -=
			typeof value === "object"
				? JSON.stringify(value).length
				: String(value).length;
		return value;
	}

	#fitting(values: Json[], { type }: JsonObject): Json[] {
		if (type === undefined) return values;
		const types = Array.isArray(type) ? type : [type];
		return values.filter((value) =>
			typesOf(value).some((is) => types.includes(is)),
		);
	}

	#type(schema: JsonObject, depth: number): Json {
		const { type } = schema;
		if (!Array.isArray(type)) return type ?? guessType(schema);
		if (depth > fullDepth && type.includes("null")) return "null";
		const telling = type.filter((one) => one !== "null");
		return pick(telling, this.#random) ?? "null";
	}

	#object(schema: JsonObject, depth: number): JsonObject {
		const properties = isObject(schema.properties) ? schema.properties : {};
		const required = new Set(
			list(schema.required).filter((name) => typeof name === "string"),
		);
		const most =
			typeof schema.maxProperties === "number"
				? schema.maxProperties
				: Number.POSITIVE_INFINITY;
		const made = new Map<string, Json>();
		for (const name of required)
			made.set(name, this.#property(schema, name, depth));
		for (const [name, property] of Object.entries(properties)) {
			if (made.has(name)) continue;
			if (made.size >= most || !this.#wantsOptional(property, depth)) continue;
			made.set(name, this.value(property, name, depth + 1));
		}
		this.#addDependents(schema, made, depth);
		this.#addNamed(schema, made, depth);
		// Declared order, as models write; fromEntries makes `__proto__` an ordinary member.
		const order = [...Object.keys(properties), ...made.keys()].filter((name) =>
			made.has(name),
		);
		return Object.fromEntries(
			order.map((name) => [name, made.get(name) ?? null]),
		);
	}

	#wantsOptional(property: Json, depth: number): boolean {
		if (
			!this.#optional ||
			depth >= fullDepth ||
			this.#values > fullValues ||
			property === false
		)
			return false;
		return !this.#recurses(property);
	}

	#property(schema: JsonObject, name: string, depth: number): Json {
		const { properties, patternProperties, additionalProperties } = schema;
		if (isObject(properties) && Object.hasOwn(properties, name))
			return this.value(properties[name], name, depth + 1);
		const pattern = isObject(patternProperties)
			? Object.values(patternProperties)[0]
			: undefined;
		return this.value(pattern ?? additionalProperties, name, depth + 1);
	}

	/** What the properties that are there ask for in turn. */
	#addDependents(
		schema: JsonObject,
		made: Map<string, Json>,
		depth: number,
	): void {
		for (const group of [schema.dependentRequired, schema.dependencies]) {
			if (!isObject(group)) continue;
			for (const [name, needs] of Object.entries(group)) {
				if (!made.has(name)) continue;
				for (const needed of list(needs)) {
					if (
						typeof needed !== "string" ||
						made.has(needed) ||
						made.size > maxListLength
					)
						continue;
					made.set(needed, this.#property(schema, needed, depth));
				}
			}
		}
	}

	/** Properties with names of our own: as many as `minProperties` asks for, one where only such can be. */
	#addNamed(schema: JsonObject, made: Map<string, Json>, depth: number): void {
		const {
			minProperties,
			patternProperties,
			additionalProperties,
			propertyNames,
		} = schema;
		const [pattern, patterned] =
			Object.entries(isObject(patternProperties) ? patternProperties : {})[0] ??
			[];
		const free =
			patterned ??
			(additionalProperties === false ? undefined : additionalProperties);
		const asked =
			typeof minProperties === "number"
				? Math.min(minProperties, maxListLength)
				: 0;
		const wanted =
			made.size === 0 && isObject(free) && this.#wantsOptional(free, depth)
				? 1
				: 0;
		const names: Json = {
			type: "string",
			...(isObject(propertyNames) ? propertyNames : pattern && { pattern }),
		};
		if (additionalProperties === false && patterned === undefined) return;
		for (
			let tries = 0;
			made.size < Math.max(asked, wanted) && tries < 2 * maxListLength;
			tries++
		) {
			if (this.exhausted) return;
			const plain = names.pattern === undefined && propertyNames === undefined;
			const name = plain
				? `key${made.size + 1}`
				: String(this.value(names, "key", depth + 1));
			if (!made.has(name))
				made.set(name, this.value(free ?? { type: "string" }, name, depth + 1));
		}
	}

	#array(schema: JsonObject, name: string, depth: number): Json[] {
		const { minItems, maxItems, contains, uniqueItems } = schema;
		const tuple = Array.isArray(schema.items)
			? schema.items
			: list(schema.prefixItems);
		const rest = Array.isArray(schema.items)
			? schema.additionalItems
			: schema.items;
		const least = Math.min(
			typeof minItems === "number" ? minItems : 0,
			maxListLength,
		);
		const most = Math.min(
			typeof maxItems === "number" ? maxItems : maxListLength,
			maxListLength,
		);
		const few =
			rest === false
				? tuple.length
				: Math.max(tuple.length, 1 + Math.floor(this.#random.next() * 2));
		const full = this.#optional && depth < fullDepth && !this.#recurses(rest);
		const length = Math.min(Math.max(least, full ? few : 0), most);
		const itemName = name.replace(/ies$/, "y").replace(/([^s])s$/, "$1");
		const containing =
			contains === undefined
				? 0
				: typeof schema.minContains === "number"
					? schema.minContains
					: 1;

		const items: Json[] = [];
		const seen = new Set<string>();
		const wanted = Math.min(Math.max(length, containing), maxListLength);
		for (
			let tries = 0;
			items.length < wanted &&
			tries < 4 * wanted &&
			this.#values <= maxValues &&
			this.#room > 0;
			tries++
		) {
			const index = items.length;
			const asked = index < tuple.length ? tuple[index] : rest;
			const item = this.value(
				index < containing && contains
					? { allOf: [asked ?? {}, contains] }
					: asked,
				itemName,
				depth + 1,
			);
			const key = uniqueItems === true ? JSON.stringify(item) : "";
			const known = uniqueItems === true && seen.has(key);
			const distinct = known ? distinctItem(item, tries) : item;
			seen.add(known ? JSON.stringify(distinct) : key);
			items.push(distinct);
		}
		return items;
	}
}

const references = ["$ref", "$dynamicRef", "$recursiveRef"];

/** A schema that a required property brings along, and what is left without it. */
function findDependent(
	schema: JsonObject,
): { part: Json; rest: JsonObject } | undefined {
	const required = list(schema.required);
	for (const keyword of ["dependentSchemas", "dependencies"]) {
		const group = schema[keyword];
		if (!isObject(group)) continue;
		for (const [name, part] of Object.entries(group)) {
			if (!required.includes(name) || !isObject(part)) continue;
			return { part, rest: { ...schema, [keyword]: without(group, name) } };
		}
	}
	return undefined;
}

/** Only what is read here, of a schema with many keywords: others would be copied with each merge. */
function trim(schema: JsonObject): JsonObject {
	const names = Object.keys(schema);
	if (names.length <= keywords.size) return schema;
	return Object.fromEntries(
		names
			.filter((name) => keywords.has(name))
			.map((name) => [name, schema[name] ?? null]),
	);
}

const keywords = new Set(
	(
		"$ref $dynamicRef $recursiveRef allOf anyOf oneOf if then else type const enum default examples properties required " +
		"patternProperties additionalProperties propertyNames minProperties maxProperties dependentRequired dependentSchemas " +
		"dependencies items prefixItems " +
		"additionalItems contains minContains minItems maxItems uniqueItems minimum maximum exclusiveMinimum exclusiveMaximum " +
		"multipleOf minLength maxLength pattern format not"
	).split(" "),
);

/** What following a schema costs: its keywords, and what is listed under those that are merged member by member. */
function weigh(schema: JsonObject): number {
	let weight = 1 + (Object.keys(schema).length >> 3);
	for (const keyword of [
		"properties",
		"patternProperties",
		"required",
		"enum",
		"$defs",
		"definitions",
	]) {
		const listed = schema[keyword];
		if (typeof listed === "object" && listed !== null)
			weight += Object.keys(listed).length >> 3;
	}
	return weight;
}

/** The least value of the schema's type, where depth or size forbid more. */
function shortest(schema: JsonObject): Json {
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

function guessType(schema: JsonObject): string {
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

/** Another item in place of one that is there already. */
function distinctItem(item: Json, index: number): Json {
	if (typeof item === "string") return `${item} ${index + 1}`;
	if (typeof item === "number") return item + index + 1;
	return item;
}
