import type { Random } from "../../call.ts";
import type { JsonObject } from "../../json.ts";
import { sampleText } from "./pattern.ts";
import { numberForName, textForName, textOfFormat } from "./words.ts";

/** Longest text made, whatever `minLength` says. */
const maxLength = 10_000;

/** A number within the schema's bounds and steps, one that suits the name where such a one is within them. */
export function sampleNumber(
	schema: JsonObject,
	name: string,
	whole: boolean,
	random: Random,
): number {
	const { multipleOf } = schema;
	const step =
		typeof multipleOf === "number" && multipleOf > 0 ? multipleOf : undefined;
	// Without a step numbers are made in hundredths, of the range where that is narrow; but any number will do.
	const unit =
		step !== undefined && (!whole || Number.isInteger(step))
			? step
			: whole
				? 1
				: hundredth(schema);
	const fits = (value: number) =>
		value >= low &&
		value <= high &&
		(step === undefined
			? !whole || Number.isInteger(value)
			: Number.isInteger(value / step));
	const [low, high] = bounds(schema, unit);
	const named = numberForName(name, random);
	if (named !== undefined && fits(named)) return named;
	const least = Math.ceil(low / unit);
	const most = Math.max(
		least,
		Math.min(Math.floor(high / unit), least + Math.ceil(100 / unit)),
	);
	for (let tries = 0; tries < 20; tries++) {
		const units = least + Math.floor(random.next() * (most - least + 1));
		const value = Number((units * unit).toPrecision(15));
		if (fits(value)) return value;
	}
	return whole && !Number.isInteger(low)
		? least * unit
		: Number((low + (high - low) / 2).toPrecision(15)) || low;
}

/** A text within the schema's lengths: of its pattern, else of its format, else one that suits the name. */
export function sampleString(
	schema: JsonObject,
	name: string,
	room: number,
	random: Random,
): string {
	const { format, pattern, minLength, maxLength: longest } = schema;
	const least = Math.min(
		typeof minLength === "number" ? minLength : 0,
		maxLength,
		room,
	);
	const most = Math.min(
		typeof longest === "number" ? longest : maxLength,
		maxLength,
	);
	const made =
		typeof pattern === "string"
			? sampleText(pattern, least, most, random)
			: undefined;
	if (made !== undefined) return made;
	const formatted =
		typeof format === "string" ? textOfFormat(format, random) : undefined;
	if (formatted !== undefined) return formatted;
	const text = textForName(name, random);
	if (text.length > most) return text.slice(0, Math.max(0, most));
	return text.length < least ? text.padEnd(least, ` ${text}`) : text;
}

/**
 * The closed range that a number has to be in; open bounds are moved in by one unit. Where the schema leaves a side open
 * it is from 1 up, or a hundred units down from the upper bound.
 */
export function bounds(
	schema: JsonObject,
	unit: number,
): [low: number, high: number] {
	const {
		minimum,
		maximum,
		exclusiveMinimum: above,
		exclusiveMaximum: below,
	} = schema;
	let low = Number.NEGATIVE_INFINITY;
	let high = Number.POSITIVE_INFINITY;
	if (typeof minimum === "number")
		low = above === true ? firstAbove(minimum, unit) : minimum;
	if (typeof maximum === "number")
		high = below === true ? -firstAbove(-maximum, unit) : maximum;
	if (typeof above === "number") low = Math.max(low, firstAbove(above, unit));
	if (typeof below === "number")
		high = Math.min(high, -firstAbove(-below, unit));
	if (low === Number.NEGATIVE_INFINITY)
		low = high >= unit ? Math.min(1, high) : high - 100 * unit;
	return [low, Math.max(low, high)];
}

/** A hundredth, or less where the schema's bounds are closer than one. */
function hundredth(schema: JsonObject): number {
	const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
	const lows = [minimum, exclusiveMinimum].filter(isNumber);
	const highs = [maximum, exclusiveMaximum].filter(isNumber);
	const span = Math.min(...highs) - Math.max(...lows);
	if (!(span > 0 && span < 1)) return 0.01;
	return 10 ** (Math.floor(Math.log10(span)) - 2);
}

function isNumber(value: unknown): value is number {
	return typeof value === "number";
}

function firstAbove(limit: number, unit: number): number {
	return (Math.floor(limit / unit) + 1) * unit;
}
