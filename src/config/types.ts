/** What values options take: a maker for each type. A new type is one function here. */

import { showMet } from "../show-met.ts";
import { type ValueType, WrongValue } from "./value-type.ts";

/** Text that is not empty. With `pattern`, `takes` says what it demands. */
export function text(
	placeholder: string,
	takes = "text",
	pattern = /./su,
): ValueType<string> {
	return {
		placeholder,
		takes,
		form: "plain",
		show: String,
		read(value) {
			// YAML reads 000000000000 as the number 0: turning it back into text would lose what was written.
			if (typeof value === "number")
				throw new WrongValue(` takes ${takes}. Put ${value} in quotes.`);
			if (typeof value !== "string" || !pattern.test(value))
				throw new WrongValue();
			return value;
		},
	};
}

/** Text that must not stand in any message. */
export function secretText(placeholder: string): ValueType<string> {
	return { ...text(placeholder), secret: true };
}

/** An absolute http or https URL. */
export function url(): ValueType<string> {
	return text(
		"URL",
		"a URL such as http://localhost:11434/v1",
		/^https?:\/\/[^\s/]/u,
	);
}

/** A web page's origin, as browsers write it: no path, no default port, lower case. */
export function origin(): ValueType<string> {
	const type = text("ORIGIN", "an origin such as http://localhost:5173");
	return {
		...type,
		read(value) {
			const read = type.read(value);
			if (/^https?:/u.test(read) && URL.parse(read)?.origin === read)
				return read;
			throw new WrongValue();
		},
	};
}

/** A host as requests name it, without its port. */
export function hostName(): ValueType<string> {
	return text(
		"HOST",
		"a host name such as outcrop.test, without http:// and port",
		/^([^\s/:[\]*]+|\[[\da-f:.]+\])$/iu,
	);
}

/** The name of an AWS Region. */
export function region(): ValueType<string> {
	return text(
		"REGION",
		"a Region such as us-east-1",
		/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/u,
	);
}

/** The path of a file that must exist; relative to the working folder, or to the configuration file that names it. */
export function file(): ValueType<string> {
	return { ...text("FILE", "the path of a file"), form: "file" };
}

/** The path of a folder; who uses it says when it is not there. */
export function folder(): ValueType<string> {
	return { ...text("DIR", "the path of a folder"), paths: true };
}

/** Paths of files or folders; who uses them says when one is not there. */
export function paths(): ValueType<string[]> {
	return { ...list(text("PATH", "the path of a file or folder")), paths: true };
}

/** Regular expressions; commas are part of them, so several are the flag repeated, or a list. */
export function patterns(): ValueType<string[]> {
	const each = text("REGEX", "a regular expression");
	return {
		...list(each),
		takes: "a regular expression; several by repeating it",
		read(value) {
			const parts = Array.isArray(value) ? value : [value];
			return parts.map((part) => each.read(part));
		},
	};
}

/** A number in a range, both ends included. */
export function number(
	min: number,
	max: number,
	placeholder = "N",
): ValueType<number> {
	return numeric(
		placeholder,
		`a number ${rangeText(min, max)}`,
		(value) => value >= min && value <= max,
	);
}

/** A whole number in a range, both ends included. */
export function wholeNumber(
	min: number,
	max: number,
	placeholder = "N",
): ValueType<number> {
	const inside = (value: number) =>
		Number.isSafeInteger(value) && value >= min && value <= max;
	return numeric(placeholder, `a whole number ${rangeText(min, max)}`, inside);
}

function rangeText(min: number, max: number): string {
	return max === Number.POSITIVE_INFINITY
		? `of ${min} or more`
		: `from ${min} to ${max}`;
}

function numeric(
	placeholder: string,
	takes: string,
	inside: (value: number) => boolean,
): ValueType<number> {
	return {
		placeholder,
		takes,
		form: "plain",
		show: String,
		read(value) {
			const given =
				typeof value === "string" && /^[+-]?[\d.]+(e[+-]?\d+)?$/iu.test(value)
					? Number(value)
					: value;
			if (typeof given !== "number" || !inside(given)) throw new WrongValue();
			return given;
		},
	};
}

const booleans = new Map<string, boolean>([
	...["true", "yes", "on", "1"].map((word) => [word, true] as const),
	...["false", "no", "off", "0"].map((word) => [word, false] as const),
]);

/** true, yes, on, 1 or false, no, off, 0. */
export function boolean(): ValueType<boolean> {
	return {
		placeholder: "",
		takes: "true or false",
		form: "boolean",
		show: String,
		read(value) {
			const found = booleans.get(String(value).toLowerCase());
			if (found === undefined || typeof value === "object")
				throw new WrongValue();
			return found;
		},
	};
}

/** One of a few words. */
export function oneOf<const Word extends string>(
	...words: Word[]
): ValueType<Word> {
	return {
		placeholder: words.join("|"),
		takes: words.length === 1 ? words.join() : `one of ${words.join(", ")}`,
		form: "plain",
		show: String,
		read(value) {
			const word = words.find((known) => known === value);
			if (word === undefined) throw new WrongValue();
			return word;
		},
	};
}

/** Several values: `a,b`, or the flag repeated, or a YAML list. Never empty. */
export function list<T>(type: ValueType<T>): ValueType<T[]> {
	return {
		placeholder: type.placeholder,
		takes: `${type.takes}; several with commas between them`,
		form: "list",
		show: (values) => values.map((value) => type.show(value)).join(","),
		read(value) {
			const parts = Array.isArray(value) ? value : [value];
			if (parts.length === 0) throw new WrongValue();
			const split = parts.flatMap(splitAtCommas);
			if (split.length === 1) return [type.read(split[0])];
			return split.map((part) => readPart(type, part));
		},
	};
}

/** One value of several: where it is wrong, the message shows it alone. */
function readPart<T>(type: ValueType<T>, part: unknown): T {
	try {
		return type.read(part);
	} catch (error) {
		if (!(error instanceof WrongValue) || error.message || type.secret)
			throw error;
		throw new WrongValue(
			` takes ${type.takes}; several with commas between them, not ${showMet(part)}.`,
		);
	}
}

function splitAtCommas(value: unknown): unknown[] {
	return typeof value === "string"
		? value.split(",").map((part) => part.trim())
		: [value];
}

const byteUnits: Record<string, number> = {
	"": 1,
	b: 1,
	kb: 1_000,
	mb: 1_000_000,
	gb: 1_000_000_000,
	kib: 1_024,
	mib: 1_048_576,
	gib: 1_073_741_824,
};

/** A size in bytes, from 1 to 2 GB: `36000000`, `36MB` (millions) or `36MiB` (1024 squared). */
export function bytes(): ValueType<number> {
	return withUnits(
		"SIZE",
		"a size such as 36MB or 1000000 (bytes)",
		byteUnits,
		1,
		2_000_000_000,
		(value) =>
			value % 1_000_000 === 0 ? `${value / 1_000_000}MB` : String(value),
	);
}

const durationUnits: Record<string, number> = {
	"": 1,
	ms: 1,
	s: 1_000,
	m: 60_000,
	h: 3_600_000,
};

/** A duration in milliseconds, from 0 to a day: `500`, `500ms`, `10s`, `2m` or `1h`. */
export function duration(): ValueType<number> {
	return withUnits(
		"TIME",
		"a time such as 500ms, 10s or 2m",
		durationUnits,
		0,
		86_400_000,
		(value) => showDuration(value),
	);
}

function showDuration(valueMs: number): string {
	if (valueMs === 0) return "0";
	return valueMs % 1_000 === 0 ? `${valueMs / 1_000}s` : `${valueMs}ms`;
}

function withUnits(
	placeholder: string,
	takes: string,
	units: Record<string, number>,
	min: number,
	max: number,
	show: (value: number) => string,
): ValueType<number> {
	return {
		placeholder,
		takes,
		form: "plain",
		show,
		read(value) {
			const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/iu.exec(String(value));
			const unit = units[match?.[2]?.toLowerCase() ?? ""];
			const amount = Math.round(Number(match?.[1]) * (unit ?? Number.NaN));
			if (!(amount >= min && amount <= max)) throw new WrongValue();
			return amount;
		},
	};
}
