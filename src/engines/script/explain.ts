import type { Miss } from "../../call.ts";
import type { CompiledRule } from "./compile.ts";
import type { Condition } from "./condition.ts";
import type { ScriptRequest } from "./request.ts";
import { foldLiteral, quote } from "./text.ts";

/** How many rules an explanation names. */
const shown = 3;
/** How many of the likeliest are looked at in full: patterns cost time. */
const examined = 30;

/** The rules that came nearest to a request, nearest first, each with the first of its conditions that failed. */
export function explainMiss(
	rules: readonly CompiledRule[],
	request: ScriptRequest,
): Miss[] {
	const words = wordsOf(request);
	const likely = rules
		.map((rule) => ({ rule, likeness: likenessOf(rule, words) }))
		.sort((a, b) => b.likeness - a.likeness)
		.slice(0, examined);
	const judged = likely.map(({ rule, likeness }) => {
		const failed = rule.conditions.filter(
			(condition) => !condition.test(request, {}),
		);
		const held = rule.conditions.length - failed.length;
		const share = held / Math.max(1, rule.conditions.length);
		return { rule, failed, nearness: share + likeness };
	});
	return judged
		.sort((a, b) => b.nearness - a.nearness)
		.slice(0, shown)
		.map(({ rule, failed }) => ({
			rule: rule.name,
			why: whyNot(failed[0], request),
		}));
}

/** How a rule stands to a request. */
export interface Verdict {
	rule: string;
	/** Its conditions that do not hold, each with what was met and what it expects; empty: all hold. */
	failed: string[];
}

/** How each of some rules stands to a request. Whether `times` and `nth` let it answer is not asked. */
export function judgeRules(
	rules: readonly CompiledRule[],
	request: ScriptRequest,
): Verdict[] {
	return rules.map(({ name, conditions }) => ({
		rule: name,
		failed: conditions
			.filter((condition) => !condition.test(request, {}))
			.map((condition) => whyNot(condition, request)),
	}));
}

/** What is left when every condition holds: the rule has answered as often as it may, or it was not its turn. */
function whyNot(failed: Condition | undefined, request: ScriptRequest): string {
	if (!failed) return "its times or nth say no";
	return `${failed.member} is ${failed.met(request)}, expected ${failed.expected}`;
}

/** In one sentence for the client: what was asked, and what came nearest. */
export function describeMiss(
	request: ScriptRequest,
	misses: readonly Miss[],
): string {
	const { turn, call } = request;
	const asked =
		request.user.raw ||
		request.toolResults.map(({ name }) => `the result of ${name}`).join(", ");
	const nearest =
		misses.length === 0
			? "The script has no rules."
			: `Nearest: ${misses.map(({ rule, why }) => `${rule} (${why})`).join("; ")}.`;
	return (
		`No rule of the script answers turn ${request.number}, ${quote(asked)}, of ${call.operation} for ${turn.modelId}. ` +
		`${nearest} Add a rule, or start without --on-miss error.`
	);
}

/** The words of what was asked; the first few thousand characters will do to compare. */
function wordsOf(request: ScriptRequest): Set<string> {
	const text = `${request.user.folded.slice(0, 4000)} ${request.toolResults.map(({ name }) => name).join(" ")}`;
	return new Set(text.toLowerCase().split(/[^\p{L}\p{N}_]+/u));
}

/** Which share of the words of a rule's literals was said, 0 to 1. */
function likenessOf({ keys }: CompiledRule, words: Set<string>): number {
	let said = 0;
	let all = 0;
	for (const { field, literals } of keys) {
		if (field === "model" || field === "system") continue;
		for (const literal of literals) {
			for (const word of foldLiteral(literal).split(/[^\p{L}\p{N}_]+/u)) {
				if (word === "") continue;
				all++;
				if (words.has(word)) said++;
			}
		}
	}
	return all === 0 ? 0 : said / all;
}
