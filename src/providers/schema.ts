/** The JSON-schema check of native bodies, in the words of the validator that Bedrock uses (Everit). */
import { isObject, type Json, type JsonObject } from "../json.ts";
import { malformed } from "./native.ts";

/** The part of JSON schema that native bodies need. Without `type` any value passes; keywords of other types are not looked at. */
export interface BodySchema {
	type?: keyof typeof typeNames;
	/** `null` passes too. */
	nullable?: true;
	properties?: Record<string, BodySchema>;
	required?: readonly string[];
	/** Keys that `properties` lacks are refused. */
	closed?: true;
	items?: BodySchema;
	minItems?: number;
	maxItems?: number;
	minimum?: number;
	maximum?: number;
	minLength?: number;
	maxLength?: number;
	/** Linear-time patterns only: the client chooses the text. */
	pattern?: RegExp;
	enum?: readonly (string | number | boolean)[];
}

const typeNames = {
	object: "JSONObject",
	array: "JSONArray",
	string: "String",
	integer: "Integer",
	number: "Number",
	boolean: "Boolean",
} as const;

/** A body with more violations than this is told of this many. */
const maxViolations = 100;

/**
 * Checks a whole body.
 *
 * @throws ServiceError `Malformed input request: …`: the violation when there is one, their number when there are several
 *
 * Source: both observed on several families, 2023 to 2025; the wording of each keyword is Everit's (documented by its source).
 */
export function checkBody(
	body: Json,
	schema: BodySchema,
): asserts body is JsonObject {
	if (!isObject(body)) throw malformed();
	const violations = findViolations(body, schema);
	if (violations.length === 1) throw malformed(violations[0]);
	if (violations.length > 1)
		throw malformed(`${violations.length} schema violations found`);
}

/** Every violation, each as `#/path: what is wrong`, in the order required keys, other keys, members. */
export function findViolations(
	value: Json,
	schema: BodySchema,
	path = "#",
	found: string[] = [],
): string[] {
	const complain = (what: string) => {
		if (found.length < maxViolations) found.push(`${path}: ${what}`);
	};
	if (value === null && schema.nullable) return found;
	if (schema.type && !isOfType(value, schema.type)) {
		complain(
			`expected type: ${typeNames[schema.type]}, found: ${typeNameOf(value)}`,
		);
		return found;
	}
	if (schema.enum && !schema.enum.includes(value as string))
		complain(`${String(value)} is not a valid enum value`);
	if (typeof value === "string") checkText(value, schema, complain);
	if (typeof value === "number") checkNumber(value, schema, complain);
	if (Array.isArray(value)) checkArray(value, schema, path, found, complain);
	else if (isObject(value)) checkObject(value, schema, path, found, complain);
	return found;
}

function checkText(
	value: string,
	schema: BodySchema,
	complain: (what: string) => void,
): void {
	const {
		minLength = 0,
		maxLength = Number.POSITIVE_INFINITY,
		pattern,
	} = schema;
	if (value.length < minLength)
		complain(`expected minLength: ${minLength}, actual: ${value.length}`);
	if (value.length > maxLength)
		complain(`expected maxLength: ${maxLength}, actual: ${value.length}`);
	if (pattern && !pattern.test(value))
		complain(`string [${value}] does not match pattern ${pattern.source}`);
}

function checkNumber(
	value: number,
	schema: BodySchema,
	complain: (what: string) => void,
): void {
	const {
		minimum = Number.NEGATIVE_INFINITY,
		maximum = Number.POSITIVE_INFINITY,
	} = schema;
	if (value < minimum)
		complain(`${value} is not greater or equal to ${minimum}`);
	if (value > maximum) complain(`${value} is not less or equal to ${maximum}`);
}

function checkArray(
	value: Json[],
	schema: BodySchema,
	path: string,
	found: string[],
	complain: (what: string) => void,
): void {
	const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items } = schema;
	if (value.length < minItems)
		complain(
			`expected minimum item count: ${minItems}, found: ${value.length}`,
		);
	if (value.length > maxItems)
		complain(
			`expected maximum item count: ${maxItems}, found: ${value.length}`,
		);
	if (!items) return;
	for (const [index, item] of value.entries()) {
		if (found.length >= maxViolations) return;
		findViolations(item, items, `${path}/${index}`, found);
	}
}

function checkObject(
	value: JsonObject,
	schema: BodySchema,
	path: string,
	found: string[],
	complain: (what: string) => void,
): void {
	const { properties = {}, required = [], closed } = schema;
	for (const key of required)
		if (!Object.hasOwn(value, key)) complain(`required key [${key}] not found`);
	for (const [key, member] of Object.entries(value)) {
		if (found.length >= maxViolations) return;
		const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
		if (known) findViolations(member, known, `${path}/${key}`, found);
		else if (closed) complain(`extraneous key [${key}] is not permitted`);
	}
}

function isOfType(value: Json, type: keyof typeof typeNames): boolean {
	if (type === "object") return isObject(value);
	if (type === "array") return Array.isArray(value);
	if (type === "integer") return Number.isInteger(value);
	return typeof value === type;
}

function typeNameOf(value: Json): string {
	if (value === null) return "Null";
	if (Array.isArray(value)) return "JSONArray";
	if (typeof value === "number")
		return Number.isInteger(value) ? "Integer" : "BigDecimal";
	return typeNames[typeof value as "object" | "string" | "boolean"];
}
