/** Why no cassette answers: which is nearest, and what differs. */
import { isObject, type Json, type JsonObject } from "../json.ts";

/** Where two requests differ; undefined: it is not there. */
export interface Difference {
	/** Such as `body.messages[0].content[0].text`. */
	path: string;
	was: Json | undefined;
	is: Json | undefined;
}

/** A cassette that is near to a request. */
export interface Near {
	file: string;
	differences: Difference[];
}

/** More differences than these are not told apart. */
const mostDifferences = 40;

/**
 * The nearest of some requests, nearest first: those of the same operation before others, then those in which the least
 * differs.
 */
export function nearest(
	asked: JsonObject,
	known: Iterable<readonly [file: string, essence: JsonObject]>,
	count = 3,
): Near[] {
	let found: (Near & { far: number })[] = [];
	for (const [file, essence] of known) {
		const differences = differencesOf(essence, asked);
		const other = essence.operation === asked.operation ? 0 : 1000;
		found.push({
			file,
			differences,
			far: other + sum(differences.map(sizeOf)),
		});
		if (found.length > 4 * count) found = best(found, count);
	}
	return best(found, count).map(({ file, differences }) => ({
		file,
		differences,
	}));
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((left, number) => left + number, 0);
}

/** 1 for what has nothing in common; of two texts the share in which they differ, so that a changed word is near. */
function sizeOf({ was, is }: Difference): number {
	if (typeof was !== "string" || typeof is !== "string") return 1;
	const longer = Math.max(was.length, is.length);
	const start = commonStart(was, is);
	let end = 0;
	while (
		end < Math.min(was.length, is.length) - start &&
		was.at(-1 - end) === is.at(-1 - end)
	)
		end++;
	return (longer - start - end) / longer;
}

function best<Item extends { far: number }>(items: Item[], count: number) {
	return items.sort((a, b) => a.far - b.far).slice(0, count);
}

/** What differs between two, from one to the other. */
export function differencesOf(was: JsonObject, is: JsonObject): Difference[] {
	const found: Difference[] = [];
	compare(was, is, "", found);
	return found;
}

function compare(
	was: Json | undefined,
	is: Json | undefined,
	path: string,
	found: Difference[],
): void {
	if (found.length >= mostDifferences || was === is) return;
	if (Array.isArray(was) && Array.isArray(is)) {
		for (let index = 0; index < Math.max(was.length, is.length); index++)
			compare(was[index], is[index], `${path}[${index}]`, found);
	} else if (isObject(was) && isObject(is)) {
		for (const name of new Set([...Object.keys(was), ...Object.keys(is)]))
			compare(
				memberOf(was, name),
				memberOf(is, name),
				path === "" ? name : `${path}.${name}`,
				found,
			);
	} else found.push({ path, was, is });
}

function memberOf(value: JsonObject, name: string): Json | undefined {
	return Object.hasOwn(value, name) ? value[name] : undefined;
}

/** `body.messages[0].content[0].text was "Hi", is "Ho"`, cut around where two texts part. */
export function showDifference({ path, was, is }: Difference): string {
	if (was === undefined) return `${path} is new: ${show(is)}`;
	if (is === undefined) return `${path} is gone: ${show(was)}`;
	const same =
		typeof was === "string" && typeof is === "string"
			? commonStart(was, is)
			: 0;
	const skip = same <= context ? 0 : same - context;
	return `${path} was ${show(was, skip)}, is ${show(is, skip)}`;
}

const longestShown = 60;
/** How much of what two texts share stands before the place where they part. */
const context = 15;

function commonStart(a: string, b: string): number {
	let at = 0;
	while (at < a.length && at < b.length && a[at] === b[at]) at++;
	return at;
}

function show(value: Json | undefined, skip = 0): string {
	const text =
		typeof value === "string" ? value.slice(skip) : JSON.stringify(value);
	const cut =
		text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
	return typeof value === "string"
		? JSON.stringify(skip > 0 ? `…${cut}` : cut)
		: cut;
}
