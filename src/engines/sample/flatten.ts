import type { Random } from "../../call.ts";
import { isObject, type Json, type JsonObject } from "../../json.ts";
import { list, mergeSchemas, own, without } from "./merge.ts";
import { refOf, resolveRef } from "./ref.ts";
import { pick } from "./words.ts";

/** References, choices and keywords followed; an attempt that passes it is the last. */
export const maxSteps = 20_000;

/** Past this depth only what is required is made. */
export const fullDepth = 4;

/** Brings schemas down to plain keywords, and knows which references lead back into themselves. */
export class Flattener {
	/** References, choices and keywords followed so far. */
	steps = 0;
	readonly #root: Json;
	readonly #random: Random;
	/** References that are being followed: what leads back into them recurses. */
	readonly #following: string[] = ["#"];

	constructor(root: Json, random: Random) {
		this.#root = root;
		this.#random = random;
	}

	/** Whether a reference is being followed; a schema without one ends by itself. */
	get follows(): boolean {
		return this.#following.length > 1;
	}

	/** Has `make` have a flat schema; meanwhile the references that led there are being followed. */
	within<Made>(
		schema: Json | undefined,
		depth: number,
		make: (flat: JsonObject) => Made,
	): Made {
		const followed = this.#following.length;
		const made = make(this.#flatten(isObject(schema) ? schema : {}, depth));
		this.#following.length = followed;
		return made;
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
		const straight = telling.filter((option) => !this.recurses(option));
		if (straight.length > 0 && depth > 1) return pick(straight, this.#random);
		return pick(
			depth > fullDepth || telling.length === 0 ? open : telling,
			this.#random,
		);
	}

	/** Whether a schema leads back into a reference that is being followed, as far as can be seen close by. */
	recurses(schema: Json | undefined, levels = 3): boolean {
		if (levels === 0 || typeof schema !== "object" || schema === null)
			return false;
		if (this.steps++ > maxSteps) return true;
		if (Array.isArray(schema))
			return schema.slice(0, 50).some((part) => this.recurses(part, levels));
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
		return parts.some((part) => this.recurses(part, levels - 1));
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
