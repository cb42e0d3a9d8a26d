import type { Random } from "../../call.ts";
import { isObject, type Json, type JsonObject } from "../../json.ts";
import { Flattener, fullDepth } from "./flatten.ts";
import { list } from "./merge.ts";
import { sampleNumber, sampleString } from "./scalars.ts";
import { guessType, shortest, typesOf } from "./types.ts";
import { pick } from "./words.ts";

/** Past this depth nothing but the shortest is made. */
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

/** One attempt at a value of a schema. */
export class Sampler {
	readonly #flattener: Flattener;
	readonly #random: Random;
	readonly #optional: boolean;
	readonly #hints: boolean;
	#values = 0;
	#room = maxTextLength;

	/**
	 * @param optional - makes properties that are not required, too
	 * @param hints - takes the schema's defaults and examples
	 */
	constructor(root: Json, random: Random, optional: boolean, hints: boolean) {
		this.#flattener = new Flattener(root, random);
		this.#random = random;
		this.#optional = optional;
		this.#hints = hints;
	}

	/** References, choices and keywords followed so far. */
	get steps(): number {
		return this.#flattener.steps;
	}

	/** Whether the bounds on a value's size have cut it. */
	get exhausted(): boolean {
		return this.#room <= 0 || this.#values > maxValues;
	}

	/** A value of a schema, for a property of this name. */
	value(schema: Json | undefined, name: string, depth: number): Json {
		this.#values++;
		return this.#flattener.within(schema, depth, (flat) =>
			this.#flatValue(flat, name, depth),
		);
	}

	#flatValue(schema: JsonObject, name: string, depth: number): Json {
		const deepest = this.#flattener.follows ? maxDepth : maxPlainDepth;
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
		return !this.#flattener.recurses(property);
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
		const full =
			this.#optional && depth < fullDepth && !this.#flattener.recurses(rest);
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

/** Another item in place of one that is there already. */
function distinctItem(item: Json, index: number): Json {
	if (typeof item === "string") return `${item} ${index + 1}`;
	if (typeof item === "number") return item + index + 1;
	return item;
}
