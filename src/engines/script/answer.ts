import type { Call, Miss } from "../../call.ts";
import { ServiceError } from "../../errors.ts";
import { hashText, seededRandom } from "../../random.ts";
import type { PlayOptions } from "../../turn/play.ts";
import type { Reply, Turn } from "../../turn/turn.ts";
import { SentTo } from "../engine.ts";
import type { CompiledRule } from "./compile.ts";
import { describeMiss, explainMiss } from "./explain.ts";
import { testAll } from "./match.ts";
import type { Captures } from "./pattern.ts";
import type { CompiledReply } from "./reply.ts";
import { ScriptRequest } from "./request.ts";
import type { RuleList } from "./rule-list.ts";
import { Scope } from "./scope.ts";
import type { ScriptState } from "./state.ts";

/** What answers one turn. */
export interface Answering {
	/** In the order in which they are asked. */
	lists: readonly RuleList[];
	state: ScriptState;
	onMiss: "next" | "error";
	play: PlayOptions;
}

/** The rule that answers a turn, and what it answers. */
export interface Chosen {
	rule: CompiledRule;
	reply: CompiledReply;
	captures: Captures;
	/** How often the rule has answered, from 1. */
	count: number;
}

/**
 * Answers a turn by the first rule that matches; undefined when none does, or when the rule leaves it to the next engine.
 *
 * @throws ServiceError what the rule asks for; `ValidationException` with the nearest rules when none matches and that is
 * to be an error
 */
export function answerTurn(
	turn: Turn,
	call: Call,
	{ lists, state, onMiss, play }: Answering,
): Reply | SentTo | undefined {
	const request = new ScriptRequest(turn, call);
	const chosen = chooseRule(request, lists, state);
	if (!chosen) {
		const misses = () =>
			explainMiss(
				lists.flatMap(({ rules }) => rules),
				request,
			);
		if (onMiss === "next") {
			noteMisses(call, misses);
			return undefined;
		}
		const found = misses();
		call.notes.misses = found;
		throw new ServiceError("ValidationException", describeMiss(request, found));
	}
	const { rule, reply, captures, count } = chosen;
	if (reply.next === "engine") return undefined;
	call.notes.rule = rule.name;
	if (reply.engine !== undefined) return new SentTo(reply.engine);
	const scope = new Scope({
		request,
		captures,
		earlier: (name) => earlierCapture(name, request, lists),
		toolResult: () => rule.toolResult(request.toolResults),
		count,
		counter: (name) => state.addCount(name),
		seedText: `${rule.seedText} ${count}`,
		seed: rule.seed,
	});
	return reply.play(scope, turn, call, play);
}

/**
 * The first rule that matches, which is counted in the state; undefined when none does. A reply whose `next` is `engine`
 * leaves the turn to the next engine.
 */
export function chooseRule(
	request: ScriptRequest,
	lists: readonly RuleList[],
	state: ScriptState,
): Chosen | undefined {
	let chosen: Chosen | undefined;
	const accepts = (rule: CompiledRule) => {
		const captures: Captures = {};
		if (!testAll(rule.conditions, request, captures)) return false;
		if (rule.nth && !rule.nth(state.addMeeting(rule))) return false;
		if (state.answered(rule) >= rule.times) return false;
		const count = state.addAnswer(rule);
		const reply = pickReply(rule, count);
		if (!reply || reply.next === "rule") return false;
		chosen = { rule, reply, captures, count };
		return true;
	};
	for (const list of lists) if (list.find(request, accepts)) return chosen;
	return undefined;
}

/** The reply of a rule's nth answer: in order, the last one again and again, or by chance. */
function pickReply(
	{ replies, weighted, loop, seedText, seed }: CompiledRule,
	count: number,
): CompiledReply | undefined {
	if (replies.length === 1) return replies[0];
	if (!weighted) {
		const at = loop
			? (count - 1) % replies.length
			: Math.min(count, replies.length) - 1;
		return replies[at];
	}
	const all = replies.reduce((sum, { weight = 1 }) => sum + weight, 0);
	let left = seededRandom(hashText(`${seedText} ${count}`, seed)).next() * all;
	return (
		replies.find(({ weight = 1 }) => {
			left -= weight;
			return left < 0;
		}) ?? replies.at(-1)
	);
}

function earlierCapture(
	name: string,
	request: ScriptRequest,
	lists: readonly RuleList[],
): string | undefined {
	for (const list of lists) {
		const captured = list.earlierCapture(name, request);
		if (captured !== undefined) return captured;
	}
	return undefined;
}

/** Most misses are never looked at: they are explained when somebody does. */
function noteMisses(call: Call, explain: () => Miss[]): void {
	let misses: Miss[] | undefined;
	Object.defineProperty(call.notes, "misses", {
		configurable: true,
		enumerable: true,
		get: () => (misses ??= explain()),
		set: (value: Miss[] | undefined) => {
			misses = value;
		},
	});
}
