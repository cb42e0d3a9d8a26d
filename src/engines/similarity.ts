/** Vectors without a model: texts that share words, parts of words or common synonyms lie close. See docs/embeddings.md. */
import { hashText, seededRandom } from "../random.ts";
import type { EmbeddingInput, EmbeddingRequest } from "../turn/embedding.ts";
import type { RerankRequest } from "../turn/rerank.ts";
import {
	conceptOf,
	isCommon,
	isOrdinary,
	stem,
	wordsIn,
} from "./similarity-words.ts";

/** Numbers of the sketch that every vector is drawn from: a power of two, as the transform needs. */
const sketchSize = 4096;
/** How many numbers of the sketch a feature touches; odd, so that they never cancel out. */
const touches = 5;
/** Text past this many characters is not looked at. */
const maxCharacters = 500_000;
/** After this many characters others get their turn on the event loop. */
const charactersAtOnce = 50_000;

/** How much a feature says. Parts of words help where forms and spellings differ; common words say next to nothing. */
const weights = {
	word: 1,
	common: 0.05,
	ordinary: 0.4,
	pair: 0.25,
	part: 0.75,
	concept: 0.8,
};

/** Features by name, with how often each is there. */
type Features = Map<string, number>;

/**
 * One vector of unit length for each input: the same input gives the same numbers in every process and on every machine.
 * An input with nothing in it (blank text) gets a vector too.
 */
export async function embedInputs({
	inputs,
	dimensions,
}: EmbeddingRequest): Promise<number[][]> {
	const vectors: number[][] = [];
	let characters = 0;
	for (const input of inputs) {
		vectors.push(project(sketch(featuresOf(input)), dimensions));
		characters += input.text?.length ?? 0;
		if (characters < charactersAtOnce) continue;
		characters = 0;
		await new Promise((resolve) => setImmediate(resolve));
	}
	return vectors;
}

/** How well each document answers the query, above 0 and below 1, from the same features; longer documents are not favoured. */
export async function rankDocuments({
	modelId,
	query,
	documents,
}: RerankRequest): Promise<number[]> {
	const inputs = [query, ...documents].map((text) => ({ text }));
	const [asked = [], ...found] = await embedInputs({
		modelId,
		inputs,
		dimensions: sketchSize,
	});
	return found.map((vector) => relevance(dot(asked, vector)));
}

/** A curve from similarity to relevance that puts what shares nothing near 0.01 and near copies near 1. */
function relevance(similarity: number): number {
	return round(1 / (1 + Math.exp(4.5 - 12 * similarity)));
}

function dot(one: number[], other: number[]): number {
	let sum = 0;
	for (const [index, value] of one.entries())
		sum += value * (other[index] ?? 0);
	return sum;
}

function featuresOf({ text, media }: EmbeddingInput): Features {
	const features: Features = new Map();
	if (text !== undefined) addText(features, text.slice(0, maxCharacters));
	for (const medium of media ?? []) addMedium(features, medium);
	if (features.size === 0) features.set("blank", 1);
	return features;
}

/** Terms count sublinearly (1 + ln n), so that a word said ten times does not drown the others. */
function addText(features: Features, text: string): void {
	const counts = new Map<string, number>();
	let before: string | undefined;
	const pairs = new Map<string, number>();
	for (const word of wordsIn(text)) {
		counts.set(word, (counts.get(word) ?? 0) + 1);
		if (isCommon(word)) continue;
		const root = stem(word);
		if (before !== undefined) add(pairs, `2 ${before} ${root}`, 1);
		before = root;
	}
	const terms: Features = new Map();
	for (const [word, count] of counts) addWord(terms, word, count);
	for (const [pair, count] of pairs)
		terms.set(pair, weights.pair * (1 + Math.log(count)));
	for (const [name, weight] of terms) add(features, name, weight);
}

function addWord(terms: Features, word: string, count: number): void {
	const often = 1 + Math.log(count);
	if (isCommon(word)) {
		add(terms, `1 ${word}`, weights.common * often);
		return;
	}
	const root = stem(word);
	const share = often * (isOrdinary(word) ? weights.ordinary : 1);
	add(terms, `1 ${root}`, weights.word * share);
	const concept = conceptOf(word) ?? conceptOf(root);
	if (concept !== undefined)
		add(terms, `c ${concept}`, weights.concept * share);
	const parts = partsOf(root);
	const each = (weights.part * share) / Math.sqrt(parts.length || 1);
	for (const part of parts) add(terms, part, each);
}

/** Runs of three and four characters, with the word's borders: `<ro`, `roc`, `rock`, … Of a long word, those of its start. */
function partsOf(word: string): string[] {
	if (word.length < 4) return [];
	const bordered = `<${word.slice(0, 40)}>`;
	const parts: string[] = [];
	for (const length of [3, 4]) {
		for (let at = 0; at + length <= bordered.length; at++)
			parts.push(bordered.slice(at, at + length));
	}
	return parts;
}

/** Media are known by their bytes only: equal ones are equal, others are unrelated. */
function addMedium(features: Features, medium: Uint8Array | string): void {
	// An import would be hoisted to the start of the bundle, and cost every start 3 ms.
	const { createHash } = process.getBuiltinModule("node:crypto");
	const digest = createHash("sha256").update(medium).digest("hex");
	for (let at = 0; at < 16; at += 2)
		add(features, `m ${at} ${digest.slice(at, at + 16)}`, 1);
}

function add(features: Features, name: string, weight: number): void {
	features.set(name, (features.get(name) ?? 0) + weight);
}

/** Feature hashing: every feature adds its weight, signed, at a few places that its hash chooses. */
function sketch(features: Features): Float64Array {
	const numbers = new Float64Array(sketchSize);
	for (const [name, weight] of features) {
		for (let touch = 0; touch < touches; touch++) {
			const hash = mix(hashText(name, touch * 0x9e3779b1));
			const at = hash & (sketchSize - 1);
			numbers[at] = (numbers[at] ?? 0) + (hash & 0x80000000 ? -weight : weight);
		}
	}
	return numbers;
}

/** FNV's low bits alone are not even enough to choose a place. */
function mix(hash: number): number {
	const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
	return (twice ^ (twice >>> 16)) >>> 0;
}

/**
 * From the sparse sketch to as many dense numbers as are asked: signs, a Walsh-Hadamard transform, a fixed choice of rows
 * (a subsampled randomised Hadamard transform, which keeps angles). Fewer dimensions are a prefix of more.
 */
function project(numbers: Float64Array, dimensions: number): number[] {
	const { signs, rows } = projection();
	for (let at = 0; at < sketchSize; at++)
		numbers[at] = (numbers[at] ?? 0) * (signs[at] ?? 1);
	transform(numbers);
	const vector = Array.from(
		{ length: dimensions },
		(_, index) => numbers[rows[index % sketchSize] ?? 0] ?? 0,
	);
	const length = Math.sqrt(dot(vector, vector)) || 1;
	return vector.map((value) => fraction(round(value / length)));
}

/** Never a whole number: Python reads `0` as an int, and Bedrock's vectors hold floats alone. */
function fraction(value: number): number {
	return Number.isInteger(value) ? value * (1 - 1e-8) || 1e-8 : value;
}

/** Eight decimals: enough for unit length, and short on the wire. Never -0, which JSON does not keep. */
function round(value: number): number {
	return Math.round(value * 1e8) / 1e8 + 0;
}

function transform(numbers: Float64Array): void {
	for (let half = 1; half < sketchSize; half *= 2) {
		for (let start = 0; start < sketchSize; start += 2 * half) {
			for (let at = start; at < start + half; at++) {
				const one = numbers[at] ?? 0;
				const other = numbers[at + half] ?? 0;
				numbers[at] = one + other;
				numbers[at + half] = one - other;
			}
		}
	}
}

let made: { signs: Float64Array; rows: Uint16Array } | undefined;

/** The same for every emulator and every release: stored vectors stay comparable. */
function projection(): { signs: Float64Array; rows: Uint16Array } {
	if (made) return made;
	const random = seededRandom(0x0c709);
	const signs = Float64Array.from({ length: sketchSize }, () =>
		random.next() < 0.5 ? -1 : 1,
	);
	const rows = Uint16Array.from({ length: sketchSize }, (_, index) => index);
	for (let at = sketchSize - 1; at > 0; at--) {
		const other = Math.floor(random.next() * (at + 1));
		const row = rows[at] ?? 0;
		rows[at] = rows[other] ?? 0;
		rows[other] = row;
	}
	made = { signs, rows };
	return made;
}
