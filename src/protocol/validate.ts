/** The description's constraints, in AWS's words: all that are broken, in one message. */
import { invalid } from "../errors.ts";
import type { Shape } from "./description.ts";
import type { Input } from "./read.ts";

/** How many broken constraints one message lists; further ones are only counted. AWS's own limit is not known. */
const maxListed = 50;
/** Longest value that is tested against a pattern or quoted. */
const maxQuoted = 4096;

/** What a walk has found. */
interface Walk {
	/** Where it stands: names of members, and places in lists counted from 1. Undefined while nothing is written down. */
	readonly path: (string | number)[] | undefined;
	count: number;
	readonly listed: string[];
}

/**
 * Checks an input against its shape: required, length, range, pattern, enum, and one member a union.
 *
 * List elements are counted from 1 and spelled `.member`, as in `messages.1.member.role` (observed).
 *
 * @throws ServiceError `ValidationException` that names every member at fault
 */
export function validateInput(shape: Shape, input: Input): void {
	// Valid input, which is nearly all, is walked once, and only counted.
	const first: Walk = { path: undefined, count: 0, listed: [] };
	checkStructure(shape, input, first);
	if (first.count === 0) return;
	const walk: Walk = { path: [], count: 0, listed: [] };
	checkStructure(shape, input, walk);
	const head =
		walk.count === 1 ? "1 validation error" : `${walk.count} validation errors`;
	throw invalid(`${head} detected: ${walk.listed.join("; ")}`);
}

function checkStructure(shape: Shape, value: Input, walk: Walk): void {
	for (const member of shape.members) {
		const item = value[member.name];
		if (item !== undefined) checkAt(member.name, member.target, item, walk);
		else if (member.required) {
			walk.path?.push(member.name);
			report(walk, undefined, "Member must not be null");
			walk.path?.pop();
		}
	}
}

function checkAt(
	name: string | number,
	shape: Shape,
	value: unknown,
	walk: Walk,
): void {
	walk.path?.push(name);
	check(shape, value, walk);
	walk.path?.pop();
}

function check(shape: Shape, value: unknown, walk: Walk): void {
	if (value === null) {
		report(walk, undefined, "Member must not be null");
		return;
	}
	switch (shape.type) {
		case "structure":
			checkStructure(shape, value as Input, walk);
			break;
		case "union":
			checkUnion(shape, value as Input, walk);
			break;
		case "list":
			checkList(shape, value as unknown[], walk);
			break;
		case "map":
			checkMap(shape, value as Input, walk);
			break;
		case "string":
			checkString(shape, value as string, walk);
			break;
		case "blob":
			if (shape.min !== undefined || shape.max !== undefined)
				checkLength(shape, value as Uint8Array, walk, quoteBlob);
			break;
		case "integer":
		case "long":
		case "float":
		case "double":
			checkRange(shape, value as number, walk);
			break;
	}
}

/** The wording is assumed: AWS's SDKs never send a union of none or several members, so no live text is known. */
function checkUnion(shape: Shape, value: Input, walk: Walk): void {
	let set = 0;
	for (const _ in value) set++;
	if (set !== 1) {
		const names = shape.members.map((member) => member.name).join(", ");
		const constraint = `Member must have exactly one of the following set: [${names}]`;
		report(walk, undefined, constraint);
		return;
	}
	for (const name in value) {
		const member = shape.memberByName.get(name);
		if (member) checkAt(name, member.target, value[name], walk);
	}
}

function checkList(shape: Shape, value: unknown[], walk: Walk): void {
	if (shape.min !== undefined || shape.max !== undefined)
		checkLength(shape, value, walk, quoteList);
	const member = shape.member as Shape;
	for (let index = 0; index < value.length; index++)
		checkAt(index + 1, member, value[index], walk);
}

function checkMap(shape: Shape, value: Input, walk: Walk): void {
	const keys = Object.keys(value);
	checkLength(shape, keys, walk, quoteKeys);
	for (const key of keys) {
		walk.path?.push(key);
		if (shape.key) checkAt("key", shape.key, key, walk);
		if (shape.value) checkAt("member", shape.value, value[key], walk);
		walk.path?.pop();
	}
}

function checkString(shape: Shape, value: string, walk: Walk): void {
	if (shape.min !== undefined || shape.max !== undefined)
		checkLength(shape, value, walk, quoteText, lengthOf(shape, value));
	if (shape.enum && !shape.enum.includes(value)) {
		const constraint = `Member must satisfy enum value set: [${shape.enum.join(", ")}]`;
		report(walk, quote(shape, value), constraint);
	}
	if (
		shape.pattern !== undefined &&
		value.length <= maxQuoted &&
		!patternOf(shape.pattern).fits(value)
	) {
		const constraint = `Member must satisfy regular expression pattern: ${shape.pattern}`;
		report(walk, quote(shape, value), constraint);
	}
}

/** Lengths count code points; they are only counted when the cheaper count of code units is over the limit. */
function lengthOf(shape: Shape, value: string): number {
	if (value.length <= (shape.max ?? Number.POSITIVE_INFINITY))
		return value.length;
	let length = 0;
	for (const _ of value) length++;
	return length;
}

function checkLength<Value extends { readonly length: number }>(
	shape: Shape,
	value: Value,
	walk: Walk,
	text: (value: Value) => string,
	length = value.length,
): void {
	const { min, max } = shape;
	if (min !== undefined && length < min) {
		const constraint = `Member must have length greater than or equal to ${min}`;
		report(walk, quote(shape, text(value)), constraint);
	}
	if (max !== undefined && length > max) {
		const constraint = `Member must have length less than or equal to ${max}`;
		report(walk, quote(shape, text(value)), constraint);
	}
}

function checkRange(shape: Shape, value: number, walk: Walk): void {
	const { min, max } = shape;
	if (min !== undefined && value < min) {
		const constraint = `Member must have value greater than or equal to ${min}`;
		report(walk, quote(shape, numberText(shape, value)), constraint);
	}
	if (max !== undefined && value > max) {
		const constraint = `Member must have value less than or equal to ${max}`;
		report(walk, quote(shape, numberText(shape, value)), constraint);
	}
}

/** Java's spelling: a float of 99 is `99.0` (observed). */
function numberText(shape: Shape, value: number): string {
	const float = shape.type === "float" || shape.type === "double";
	return float && Number.isInteger(value) ? `${value}.0` : String(value);
}

function quoteText(value: string): string {
	return value;
}

function quoteList(value: unknown[]): string {
	return `[${value.map(quoteItem).join(", ")}]`;
}

function quoteKeys(keys: string[]): string {
	return `{${keys.join(", ")}}`;
}

function quoteItem(item: unknown): string {
	return typeof item === "object" ? "{…}" : String(item);
}

function quoteBlob(value: Uint8Array): string {
	return `java.nio.HeapByteBuffer[pos=0 lim=${value.length} cap=${value.length}]`;
}

/** Values of sensitive shapes are never quoted. */
function quote(shape: Shape, text: string): string | undefined {
	if (shape.sensitive) return undefined;
	return text.length > maxQuoted ? `${text.slice(0, maxQuoted)}…` : text;
}

function report(
	walk: Walk,
	value: string | undefined,
	constraint: string,
): void {
	walk.count++;
	if (!walk.path || walk.listed.length >= maxListed) return;
	const head = value === undefined ? "Value" : `Value '${value}'`;
	const path = walk.path
		.map((name) => (typeof name === "number" ? `${name}.member` : name))
		.join(".");
	walk.listed.push(
		`${head} at '${path}' failed to satisfy constraint: ${constraint}`,
	);
}

/** One of AWS's patterns, which must match the whole value. */
class Pattern {
	readonly #pattern: RegExp;
	/** Model ids come again and again. */
	#fitted: string | undefined;

	constructor(source: string) {
		this.#pattern = new RegExp(`^(?:${source})$`);
	}

	fits(value: string): boolean {
		if (value === this.#fitted) return true;
		const fits = this.#pattern.test(value);
		if (fits) this.#fitted = value;
		return fits;
	}
}

const patterns = new Map<string, Pattern>();

/** Patterns come from descriptions only, so the cache is bounded by them. */
function patternOf(source: string): Pattern {
	let pattern = patterns.get(source);
	if (!pattern) {
		pattern = new Pattern(source);
		patterns.set(source, pattern);
	}
	return pattern;
}
