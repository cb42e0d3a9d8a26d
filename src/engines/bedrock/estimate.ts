/** What a request may use at most, read from its body whatever family it is for. */
import { isObject } from "../../json.ts";
import type { Allowance } from "../../models/spend.ts";
import { parse } from "./usage.ts";

/** Names under which Converse and the families say how long a reply may be (documented). */
const maxTokensNames = [
	"maxTokens",
	"max_tokens",
	"max_completion_tokens",
	"max_tokens_to_sample",
	"max_gen_len",
	"max_new_tokens",
	"maxTokenCount",
];
/** Objects in which they stand, beside the body itself. */
const configNames = ["inferenceConfig", "textGenerationConfig"];

/** English has four characters to a token, JSON and other languages fewer. */
const charactersPerToken = 3;
/** A picture costs up to about 1,600 tokens on Claude (documented); a page of a document as much, at about 150 kB. */
const tokensPerMedium = 1600;
const charactersPerPage = 150_000;

/**
 * Tokens that a request may use: its texts by their length, pictures and documents by a flat rate, and what it allows the
 * reply. An estimate, for what is kept back until the answer says what it used.
 */
export function estimate(body: Buffer): Allowance {
	const request = parse(body);
	if (!isObject(request))
		return {
			inputTokens: Math.ceil(body.length / charactersPerToken),
			maxTokens: undefined,
		};
	return { inputTokens: tokensIn(request), maxTokens: maxTokensOf(request) };
}

function tokensIn(value: unknown): number {
	let tokens = 0;
	// A list in place of recursion: bodies may be nested as deep as their bytes allow.
	const pending = [value];
	for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
		if (typeof item === "string") tokens += tokensOfText(item);
		else if (typeof item === "object" && item !== null)
			for (const [name, member] of Object.entries(item)) {
				tokens += name.length / charactersPerToken;
				pending.push(member);
			}
	}
	return Math.ceil(tokens);
}

function tokensOfText(text: string): number {
	return text.length > 1000 && /^[\w+/=-]{1000}/u.test(text)
		? tokensPerMedium * Math.ceil(text.length / charactersPerPage)
		: text.length / charactersPerToken;
}

function maxTokensOf(request: Record<string, unknown>): number | undefined {
	const holders = [request, ...configNames.map((name) => request[name])];
	for (const holder of holders) {
		if (!isObject(holder)) continue;
		for (const name of maxTokensNames) {
			const value = holder[name];
			if (typeof value === "number" && value >= 0) return value;
		}
	}
	return undefined;
}
