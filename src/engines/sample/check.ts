import { isObject, type Json, type JsonObject } from "../../json.ts";
import { own } from "./merge.ts";
import { type MatchBudget, matches } from "./pattern.ts";
import { refOf, resolveRef } from "./ref.ts";
import { typesOf } from "./types.ts";

/** What checking may still cost, so that hostile schemas cannot keep the server busy. */
export interface CheckBudget {
	/** Schemas compared with values. */
	steps: number;
	/** Patterns matched with texts. */
	matching: MatchBudget;
}

/** Deeper than any request's JSON may nest, with a reference or two for each level. */
const maxDepth = 500;

/**
 * Whether a value is valid against a JSON Schema (drafts 7 to 2020-12, as tools use them); undefined when it cannot be
 * told: out of steps, endless `$ref`, or a pattern that is not safe to run. `format` and `unevaluated*` are not checked.
 *
 * Own code and not ajv because the schemas are the client's: this one runs no generated code, is bounded, and needs no
 * 100 ms to load. The tests hold it against ajv.
 */
export function isValid(
	schema: Json,
	value: Json,
	budget: CheckBudget,
): boolean | undefined {
	const check = new Check(schema, budget);
	try {
		const valid = check.valid(schema, value, 0);
		return valid && check.unsure ? undefined : valid;
	} catch (error) {
		if (error instanceof GaveUp) return undefined;
		throw error;
	}
}

class GaveUp extends Error {}

class Check {
	/** A pattern was not run, or a reference leads elsewhere: "valid" is then a guess. */
	unsure = false;
	readonly #root: Json;
	readonly #budget: CheckBudget;

	constructor(root: Json, budget: CheckBudget) {
		this.#root = root;
		this.#budget = budget;
	}

	valid(schema: Json | undefined, value: Json, depth: number): boolean {
		if (--this.#budget.steps < 0 || depth > maxDepth) throw new GaveUp();
		if (!isObject(schema)) return schema !== false;
		return (
			this.#ref(schema, value, depth) &&
			validScalar(schema, value) &&
			this.#pattern(schema, value) &&
			this.#combined(schema, value, depth) &&
			(!Array.isArray(value) || this.#array(schema, value, depth)) &&
			(!isObject(value) || this.#object(schema, value, depth))
		);
	}

	#ref(schema: JsonObject, value: Json, depth: number): boolean {
		const ref = refOf(schema);
		if (ref === undefined) return true;
		const target = resolveRef(this.#root, ref);
		if (target === undefined) this.unsure = true;
		return this.valid(target, value, depth + 1);
	}

	#pattern({ pattern }: JsonObject, value: Json): boolean {
		return (
			typeof pattern !== "string" ||
			typeof value !== "string" ||
			this.#matches(pattern, value)
		);
	}

	#matches(pattern: string, text: string): boolean {
		const matched = matches(pattern, text, this.#budget.matching);
		if (matched === undefined) this.unsure = true;
		return matched ?? true;
	}

	#combined(schema: JsonObject, value: Json, depth: number): boolean {
		const one = (part: Json | undefined) => this.valid(part, value, depth + 1);
		const { allOf, anyOf, oneOf, not } = schema;
		if (Array.isArray(allOf) && !allOf.every(one)) return false;
		if (Array.isArray(anyOf) && !anyOf.some(one)) return false;
		if (Array.isArray(oneOf) && oneOf.filter(one).length !== 1) return false;
		if (not !== undefined && one(not)) return false;
		if (schema.if === undefined) return true;
		return one(schema.if) ? one(schema.then) : one(schema.else);
	}

	#array(schema: JsonObject, value: Json[], depth: number): boolean {
		const { items, uniqueItems, contains, minItems, maxItems } = schema;
		if (
			value.length < number(minItems, 0) ||
			value.length > number(maxItems, Number.POSITIVE_INFINITY)
		)
			return false;
		const tuple = Array.isArray(schema.prefixItems)
			? schema.prefixItems
			: Array.isArray(items)
				? items
				: [];
		const rest = Array.isArray(items) ? schema.additionalItems : items;
		for (const [index, item] of value.entries()) {
			if (
				!this.valid(index < tuple.length ? tuple[index] : rest, item, depth + 1)
			)
				return false;
		}
		if (
			uniqueItems === true &&
			new Set(value.map((item) => JSON.stringify(item))).size < value.length
		)
			return false;
		if (contains === undefined) return true;
		const found = value.filter((item) =>
			this.valid(contains, item, depth + 1),
		).length;
		return (
			found >= number(schema.minContains, 1) &&
			found <= number(schema.maxContains, Number.POSITIVE_INFINITY)
		);
	}

	#object(schema: JsonObject, value: JsonObject, depth: number): boolean {
		const names = Object.keys(value);
		const { minProperties, maxProperties, propertyNames } = schema;
		if (names.length < number(minProperties, 0)) return false;
		if (names.length > number(maxProperties, Number.POSITIVE_INFINITY))
			return false;
		if (!hasAll(value, schema.required)) return false;
		if (
			!names.every((name) =>
				this.#property(schema, name, value[name] ?? null, depth),
			)
		)
			return false;
		if (
			propertyNames !== undefined &&
			!names.every((name) => this.valid(propertyNames, name, depth + 1))
		)
			return false;
		return this.#dependents(schema, value, depth);
	}

	#property(
		schema: JsonObject,
		name: string,
		value: Json,
		depth: number,
	): boolean {
		const declared = isObject(schema.properties)
			? own(schema.properties, name)
			: undefined;
		let known = declared !== undefined;
		if (known && !this.valid(declared, value, depth + 1)) return false;
		for (const [pattern, part] of Object.entries(
			isObject(schema.patternProperties) ? schema.patternProperties : {},
		)) {
			if (!this.#matches(pattern, name)) continue;
			known = true;
			if (!this.valid(part, value, depth + 1)) return false;
		}
		return known || this.valid(schema.additionalProperties, value, depth + 1);
	}

	#dependents(schema: JsonObject, value: JsonObject, depth: number): boolean {
		for (const group of [
			schema.dependencies,
			schema.dependentRequired,
			schema.dependentSchemas,
		]) {
			if (!isObject(group)) continue;
			for (const [name, needs] of Object.entries(group)) {
				if (!Object.hasOwn(value, name)) continue;
				if (
					Array.isArray(needs)
						? !hasAll(value, needs)
						: !this.valid(needs, value, depth + 1)
				)
					return false;
			}
		}
		return true;
	}
}

function hasAll(value: JsonObject, names: Json | undefined): boolean {
	return (
		!Array.isArray(names) ||
		names.every(
			(name) => typeof name !== "string" || Object.hasOwn(value, name),
		)
	);
}

/** As JSON Schema compares: the order of members and the sign of zero do not matter. */
function sameJson(a: Json, b: Json): boolean {
	if (a === b) return true;
	if (Array.isArray(a) && Array.isArray(b)) {
		return (
			a.length === b.length &&
			a.every((item, index) => sameJson(item, b[index] ?? null))
		);
	}
	if (!isObject(a) || !isObject(b)) return false;
	const names = Object.keys(a);
	if (names.length !== Object.keys(b).length) return false;
	return names.every(
		(name) =>
			Object.hasOwn(b, name) && sameJson(a[name] ?? null, b[name] ?? null),
	);
}

function number(value: Json | undefined, otherwise: number): number {
	return typeof value === "number" ? value : otherwise;
}

/** The keywords that look at the value alone. Exclusive bounds may be draft 4's booleans. */
function validScalar(schema: JsonObject, value: Json): boolean {
	const { type, const: constant } = schema;
	if (
		type !== undefined &&
		!typesOf(value).some((is) =>
			Array.isArray(type) ? type.includes(is) : type === is,
		)
	) {
		return false;
	}
	if (constant !== undefined && !sameJson(constant, value)) return false;
	if (
		Array.isArray(schema.enum) &&
		!schema.enum.some((one) => sameJson(one, value))
	)
		return false;
	if (typeof value === "number") return validNumber(schema, value);
	if (typeof value !== "string") return true;
	if (schema.minLength === undefined && schema.maxLength === undefined)
		return true;
	const length = [...value].length;
	return (
		length >= number(schema.minLength, 0) &&
		length <= number(schema.maxLength, Number.POSITIVE_INFINITY)
	);
}

function validNumber(schema: JsonObject, value: number): boolean {
	const {
		minimum,
		maximum,
		exclusiveMinimum: above,
		exclusiveMaximum: below,
		multipleOf,
	} = schema;
	if (
		typeof minimum === "number" &&
		(above === true ? value <= minimum : value < minimum)
	)
		return false;
	if (
		typeof maximum === "number" &&
		(below === true ? value >= maximum : value > maximum)
	)
		return false;
	if (typeof above === "number" && value <= above) return false;
	if (typeof below === "number" && value >= below) return false;
	return (
		typeof multipleOf !== "number" ||
		multipleOf <= 0 ||
		Number.isInteger(value / multipleOf)
	);
}
