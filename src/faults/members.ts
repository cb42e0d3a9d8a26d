/** Reads mappings that users write in YAML, JSON or a header: faults and quotas. */

import { ConfigError } from "../errors.ts";
import { isObject } from "../json.ts";
import { hintFor } from "../nearest.ts";
import { showMet } from "../show-met.ts";

/** How one member is read. */
export interface Member<T> {
	/** Completes "after takes …". */
	takes: string;
	/** Undefined when the value is not of this kind. */
	read(value: unknown): T | undefined;
}

/** A reader for each member of a mapping. */
export type Members<T> = {
	[Name in keyof Required<T>]: Member<Exclude<T[Name], undefined>>;
};

/**
 * Reads a mapping by its table of members; `first-token` stands for `firstToken`.
 *
 * @param what - names the mapping in messages, such as `A fault`
 * @throws ConfigError on a member that is unknown or of another kind
 */
export function readMembers<T extends object>(
	value: unknown,
	what: string,
	members: Members<T>,
): T {
	const names = Object.keys(members);
	if (!isObject(value))
		throw new ConfigError(
			`${what} takes a mapping with some of ${names.join(", ")}, not ${showMet(value)}.`,
		);
	const read: Record<string, unknown> = {};
	for (const [key, given] of Object.entries(value)) {
		const name = camelCase(key);
		if (!Object.hasOwn(members, name))
			throw new ConfigError(
				`${what} has no member ${showMet(key)}.${hintFor(name, names, `It takes ${names.join(", ")}.`)}`,
			);
		const member = members[name as keyof T];
		const met = member.read(given);
		if (met === undefined)
			throw new ConfigError(
				`${what}: ${name} takes ${member.takes}, not ${showMet(given)}.`,
			);
		read[name] = met;
	}
	// Each member was read by its own reader; the checker cannot follow names through a loop.
	return read as T;
}

function camelCase(name: string): string {
	return name
		.slice(0, 100)
		.replace(/-([a-z])/gu, (_, letter: string) => letter.toUpperCase());
}

/** Text of 1 to 4096 characters. */
export const text: Member<string> = {
	takes: "text of 1 to 4096 characters",
	read: (value) =>
		typeof value === "string" && value !== "" && value.length <= 4096
			? value
			: undefined,
};

/** One name or pattern, or several. */
export const patterns: Member<string[]> = {
	takes: "a name or a pattern such as anthropic.*, or a list of them",
	read(value) {
		const list = Array.isArray(value) ? value : [value];
		const valid =
			list.length > 0 &&
			list.length <= 100 &&
			list.every((item) => text.read(item) !== undefined);
		return valid ? list : undefined;
	},
};

/** true or false; a header writes the bare word. */
export const flag: Member<boolean> = {
	takes: "true or false",
	read(value) {
		if (value === true || value === "true") return true;
		return value === false || value === "false" ? false : undefined;
	},
};

/** A whole number in a range; text of digits is one too, as headers are text. */
export function wholeNumber(min: number, max: number, of = ""): Member<number> {
	return {
		takes: `a whole number ${of ? `of ${of} ` : ""}from ${min} to ${max}`,
		read(value) {
			const number =
				typeof value === "string" && /^\d{1,16}$/u.test(value)
					? Number(value)
					: value;
			return typeof number === "number" &&
				Number.isSafeInteger(number) &&
				number >= min &&
				number <= max
				? number
				: undefined;
		},
	};
}

/** A number above `min` up to `max`. */
export function numberAbove(min: number, max: number): Member<number> {
	return {
		takes: `a number above ${min}, up to ${max}`,
		read(value) {
			const number =
				typeof value === "string" && /^\d{1,9}(\.\d{1,9})?$/u.test(value)
					? Number(value)
					: value;
			return typeof number === "number" && number > min && number <= max
				? number
				: undefined;
		},
	};
}

const unitsMs: Record<string, number> = {
	ms: 1,
	s: 1_000,
	m: 60_000,
	h: 3_600_000,
	d: 86_400_000,
};

/** A time in milliseconds: a number, or text such as `400ms`, `1.5s`, `2m`, `1h` or `1d`. */
export function duration(maxMs: number): Member<number> {
	return {
		takes: "a time such as 400ms, 1.5s or 2m",
		read(value) {
			const match =
				typeof value === "string"
					? /^(\d{1,12}(?:\.\d{1,6})?)\s?(ms|s|m|h|d)$/u.exec(value)
					: undefined;
			const number = match
				? Number(match[1]) * (unitsMs[match[2] ?? ""] ?? Number.NaN)
				: value;
			return typeof number === "number" && number >= 0 && number <= maxMs
				? number
				: undefined;
		},
	};
}
