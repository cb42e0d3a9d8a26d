/** The description's constraints, in AWS's words: all that are broken, in one message. */
import { invalid } from "../errors.ts";
import type { Shape } from "./description.ts";
import type { Input } from "./read.ts";

/** How many broken constraints one message lists; further ones are only counted. AWS's own limit is not known. */
const maxListed = 50;
/** Longest value that is tested against a pattern or quoted. */
const maxQuoted = 4096;

interface Findings {
	count: number;
	listed: string[];
}

/**
 * Checks an input against its shape: required, length, range, pattern, enum, and one member a union.
 *
 * List elements are counted from 1 and spelled `.member`, as in `messages.1.member.role` (observed).
 *
 * @throws ServiceError `ValidationException` that names every member at fault
 */
export function validateInput(shape: Shape, input: Input): void {
	const findings: Findings = { count: 0, listed: [] };
	checkStructure(shape, input, "", findings);
	if (findings.count === 0) return;
	const head =
		findings.count === 1
			? "1 validation error"
			: `${findings.count} validation errors`;
	throw invalid(`${head} detected: ${findings.listed.join("; ")}`);
}

function checkStructure(
	shape: Shape,
	value: Input,
	path: string,
	findings: Findings,
): void {
	for (const member of shape.members) {
		const item = value[member.name];
		if (item !== undefined)
			check(member.target, item, join(path, member.name), findings);
		else if (member.required)
			report(
				findings,
				join(path, member.name),
				undefined,
				"Member must not be null",
			);
	}
}

function join(path: string, name: string): string {
	return path === "" ? name : `${path}.${name}`;
}

function check(
	shape: Shape,
	value: unknown,
	path: string,
	findings: Findings,
): void {
	if (value === null) {
		report(findings, path, undefined, "Member must not be null");
		return;
	}
	switch (shape.type) {
		case "structure":
			checkStructure(shape, value as Input, path, findings);
			break;
		case "union":
			checkUnion(shape, value as Input, path, findings);
			break;
		case "list":
			checkList(shape, value as unknown[], path, findings);
			break;
		case "map":
			checkMap(shape, value as Input, path, findings);
			break;
		case "string":
			checkString(shape, value as string, path, findings);
			break;
		case "blob":
			checkLength(shape, (value as Uint8Array).length, path, findings, () =>
				quoteBlob(value as Uint8Array),
			);
			break;
		case "integer":
		case "long":
		case "float":
		case "double":
			checkRange(shape, value as number, path, findings);
			break;
	}
}

/** The wording is assumed: AWS's SDKs never send a union of none or several members, so no live text is known. */
function checkUnion(
	shape: Shape,
	value: Input,
	path: string,
	findings: Findings,
): void {
	let set = 0;
	for (const _ in value) set++;
	if (set !== 1) {
		const names = shape.members.map((member) => member.name).join(", ");
		report(
			findings,
			path,
			undefined,
			`Member must have exactly one of the following set: [${names}]`,
		);
		return;
	}
	for (const name in value) {
		const member = shape.memberByName.get(name);
		if (member) check(member.target, value[name], join(path, name), findings);
	}
}

function checkList(
	shape: Shape,
	value: unknown[],
	path: string,
	findings: Findings,
): void {
	checkLength(
		shape,
		value.length,
		path,
		findings,
		() => `[${value.map(quoteItem).join(", ")}]`,
	);
	const member = shape.member as Shape;
	for (let index = 0; index < value.length; index++) {
		check(member, value[index], `${path}.${index + 1}.member`, findings);
	}
}

function checkMap(
	shape: Shape,
	value: Input,
	path: string,
	findings: Findings,
): void {
	const keys = Object.keys(value);
	checkLength(shape, keys.length, path, findings, () => `{${keys.join(", ")}}`);
	for (const key of keys) {
		if (shape.key) check(shape.key, key, `${path}.${key}.key`, findings);
		if (shape.value)
			check(shape.value, value[key], `${path}.${key}.member`, findings);
	}
}

function checkString(
	shape: Shape,
	value: string,
	path: string,
	findings: Findings,
): void {
	if (shape.min !== undefined || shape.max !== undefined) {
		checkLength(shape, lengthOf(shape, value), path, findings, () => value);
	}
	if (shape.enum && !shape.enum.includes(value)) {
		report(
			findings,
			path,
			quote(shape, value),
			`Member must satisfy enum value set: [${shape.enum.join(", ")}]`,
		);
	}
	if (
		shape.pattern !== undefined &&
		value.length <= maxQuoted &&
		!patternOf(shape.pattern).test(value)
	) {
		report(
			findings,
			path,
			quote(shape, value),
			`Member must satisfy regular expression pattern: ${shape.pattern}`,
		);
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

function checkLength(
	shape: Shape,
	length: number,
	path: string,
	findings: Findings,
	text: () => string,
): void {
	if (shape.min !== undefined && length < shape.min) {
		report(
			findings,
			path,
			quote(shape, text()),
			`Member must have length greater than or equal to ${shape.min}`,
		);
	}
	if (shape.max !== undefined && length > shape.max) {
		report(
			findings,
			path,
			quote(shape, text()),
			`Member must have length less than or equal to ${shape.max}`,
		);
	}
}

function checkRange(
	shape: Shape,
	value: number,
	path: string,
	findings: Findings,
): void {
	if (shape.min !== undefined && value < shape.min) {
		const limit = `Member must have value greater than or equal to ${shape.min}`;
		report(findings, path, quote(shape, numberText(shape, value)), limit);
	}
	if (shape.max !== undefined && value > shape.max) {
		const limit = `Member must have value less than or equal to ${shape.max}`;
		report(findings, path, quote(shape, numberText(shape, value)), limit);
	}
}

/** Java's spelling: a float of 99 is `99.0` (observed). */
function numberText(shape: Shape, value: number): string {
	const float = shape.type === "float" || shape.type === "double";
	return float && Number.isInteger(value) ? `${value}.0` : String(value);
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
	findings: Findings,
	path: string,
	value: string | undefined,
	constraint: string,
): void {
	findings.count++;
	if (findings.listed.length >= maxListed) return;
	const head = value === undefined ? "Value" : `Value '${value}'`;
	findings.listed.push(
		`${head} at '${path}' failed to satisfy constraint: ${constraint}`,
	);
}

const patterns = new Map<string, RegExp>();

/** AWS's patterns must match the whole value. They come from descriptions only, so the cache is bounded by them. */
function patternOf(source: string): RegExp {
	let pattern = patterns.get(source);
	if (!pattern) {
		pattern = new RegExp(`^(?:${source})$`);
		patterns.set(source, pattern);
	}
	return pattern;
}
