import { setImmediate } from "node:timers/promises";
import { type Chosen, chooseRule } from "../engines/script/answer.ts";
import type { CompiledRule } from "../engines/script/compile.ts";
import { explainMiss } from "../engines/script/explain.ts";
import { compileText } from "../engines/script/load.ts";
import { InvalidScript } from "../engines/script/problems.ts";
import { ScriptRequest } from "../engines/script/request.ts";
import { RuleList } from "../engines/script/rule-list.ts";
import { ScriptStates } from "../engines/script/state.ts";
import type { ExchangeFilter, Journal } from "../journal/journal.ts";
import { summarize } from "../journal/show.ts";
import { type PastWorld, readPastTurn } from "./past-turn.ts";

/** What a script would have done with one past exchange. */
export interface DryRunLine {
	/** As lists show it. */
	exchange: Record<string, unknown>;
	/** The rule that would have answered. */
	rule?: string;
	/** The engine that the rule leaves the exchange to; `next`: the one after the script. */
	leftTo?: string;
	/** The rule that came nearest, when none would have answered, and which of its conditions did not hold. */
	nearest?: string;
	why?: string;
}

/** What a script would have done. */
export interface DryRun {
	/** How often each rule would have answered, in the order of the script. */
	rules: { name: string; answers: number }[];
	/** Newest first; exchanges that asked no model are left out. */
	lines: DryRunLine[];
}

/** After so many exchanges others have their turn. */
const atOnce = 20;

/**
 * Holds a script against past exchanges, oldest first, as if it had been there alone since the first of them: what counts
 * (`nth`, `times`) counts for this run only. Neither the rules that are loaded nor their counts are looked at or changed.
 *
 * @param text - YAML or JSON
 * @throws InvalidScript
 */
export async function dryRun(
	text: string,
	filter: ExchangeFilter,
	world: PastWorld & { journal: Journal },
): Promise<DryRun> {
	const { rules, problems } = await compileText(text, "script", 1, {});
	if (problems.length > 0) throw new InvalidScript(problems);
	const list = new RuleList(rules);
	const states = new ScriptStates();
	const answers = new Map<CompiledRule, number>();
	const lines: DryRunLine[] = [];
	for (const [index, exchange] of world.journal.find(filter).entries()) {
		if (index % atOnce === atOnce - 1) await setImmediate();
		const past = await readPastTurn(exchange, world);
		if (!past) continue;
		const request = new ScriptRequest(past.turn, past.call);
		const state = states.of(past.call.namespace);
		const chosen = chooseRule(request, [list], state);
		if (chosen) answers.set(chosen.rule, (answers.get(chosen.rule) ?? 0) + 1);
		lines.push({
			exchange: summarize(exchange),
			...(chosen ? answered(chosen) : missed(rules, request)),
		});
	}
	return {
		rules: rules.map((rule) => ({
			name: rule.name,
			answers: answers.get(rule) ?? 0,
		})),
		lines: lines.reverse(),
	};
}

function answered({ rule, reply }: Chosen): Partial<DryRunLine> {
	const leftTo = reply.next === "engine" ? "next" : reply.engine;
	return { rule: rule.name, ...(leftTo !== undefined && { leftTo }) };
}

function missed(
	rules: readonly CompiledRule[],
	request: ScriptRequest,
): Partial<DryRunLine> {
	const [nearest] = explainMiss(rules, request);
	return nearest ? { nearest: nearest.rule, why: nearest.why } : {};
}
