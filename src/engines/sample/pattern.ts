import type { Random } from "../../call.ts";
import { maxPatternLength, type Node, readPattern } from "./read-pattern.ts";

const maxTextLength = 1000;
/** Of texts that are asked to be longer, UTF-16 units. */
const maxLongText = 10_000;
const maxTries = 24;

/**
 * A text that matches the pattern, with a length from `min` to `max` where that can be had; undefined when the pattern
 * cannot be read (back-references, or longer than 1000 characters). Look-arounds are passed over. Bounded: the text has at
 * most about 1000 characters, or as many as `min` asks for up to 10,000, whatever the pattern's counts say.
 */
export function sampleText(
	pattern: string,
	min: number,
	max: number,
	random: Random,
): string | undefined {
	const budget = { left: 100_000 };
	const read = readPattern(pattern);
	if (!read) return undefined;
	const room = Math.max(maxTextLength, 2 * Math.min(min, maxLongText));
	let text: string | undefined;
	let shorter = 0;
	let longer = Number.POSITIVE_INFINITY;
	let extra = 1;
	for (let tries = 0; tries < maxTries; tries++) {
		const made = write(read.node, extra, random, { left: room });
		const fits = made.length >= min && made.length <= max;
		if (fits && matches(pattern, made, budget) !== false) return made;
		text ??= made;
		if (made.length < min) shorter = Math.max(shorter, extra);
		else if (made.length > max) longer = Math.min(longer, extra);
		extra = nextExtra(extra, shorter, longer, random);
	}
	return text;
}

/** How much longer the repeats should be next: between what was too short and what was too long. */
function nextExtra(
	extra: number,
	shorter: number,
	longer: number,
	random: Random,
): number {
	if (longer === Number.POSITIVE_INFINITY)
		return shorter >= extra ? Math.min(2 * extra + 1, maxLongText) : extra;
	// Chance is in the lengths, so a border once met is no proof.
	const low = Math.min(shorter, longer);
	return low + Math.floor(random.next() * (longer - low + 1));
}

/** How much work may still be spent on matching, in steps of the regular expression engine at worst. */
export interface MatchBudget {
	left: number;
}

/**
 * Whether the text has a match; undefined when finding out might cost more than is left of the budget (the worst case
 * counts, so nested repeats are never run), when the pattern has look-arounds, or is no regular expression.
 */
export function matches(
	pattern: string,
	text: string,
	budget: MatchBudget,
): boolean | undefined {
	budget.left -= Math.min(pattern.length, maxPatternLength);
	if (budget.left <= 0) return undefined;
	const read = readPattern(pattern);
	if (!read || read.lookAround) return undefined;
	const starts = pattern.startsWith("^") ? 1 : text.length + 1;
	const cost = (ways(read.node, text.length) + text.length) * starts;
	if (cost > budget.left) return undefined;
	budget.left -= cost;
	try {
		return new RegExp(pattern, "u").test(text);
	} catch {
		return undefined;
	}
}

/** In how many ways a node could be tried against a text of this length, at most. */
function ways(node: Node, length: number): number {
	if (node.kind === "chars") return 1;
	if (node.kind === "sequence")
		return node.parts.reduce(
			(product, part) => product * ways(part, length),
			1,
		);
	if (node.kind === "either")
		return node.options.reduce((sum, option) => sum + ways(option, length), 0);
	const inner = ways(node.of, length);
	const most = Math.min(node.max, length);
	if (node.max <= 1) return 1 + inner;
	if (inner > 1)
		return node.min === node.max ? inner ** most : Number.POSITIVE_INFINITY;
	return Math.max(1, most - node.min + 1);
}

/** @param extra - by how much open repeats pass their minimum, at most */
function write(
	node: Node,
	extra: number,
	random: Random,
	room: { left: number },
): string {
	if (room.left <= 0) return "";
	if (node.kind === "chars") {
		room.left--;
		return node.chars[Math.floor(random.next() * node.chars.length)] ?? "";
	}
	if (node.kind === "sequence")
		return node.parts.map((part) => write(part, extra, random, room)).join("");
	if (node.kind === "either") {
		const option =
			node.options[Math.floor(random.next() * node.options.length)];
		return option ? write(option, extra, random, room) : "";
	}
	const count = Math.min(
		node.max,
		Math.max(node.min, 1) + extra + Math.floor(random.next() * 3) - 1,
	);
	let text = "";
	for (
		let index = 0;
		index < Math.max(node.min, count) && room.left > 0;
		index++
	) {
		room.left--;
		text += write(
			node.of,
			extra > 1 ? Math.ceil(extra / 2) : extra,
			random,
			room,
		);
	}
	return text;
}
