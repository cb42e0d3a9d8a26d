/** Scripting in a test: `when(user(/weather/)).callTool("get_weather", { city: "Oslo" }).then.text("Cold.")`. */

import type {
	BlockSource,
	ReplySource,
	RuleSource,
	ToolSource,
	WhenSource,
} from "../engines/script/source.ts";
import type { JsonObject } from "../json.ts";
import { all, type Condition } from "./conditions.ts";

/** What a rule may say; each method begins its reply. */
export interface Says {
	/** Answers with a text; `{captures}`, `{toolResult.member}` and `{{ templates }}` are filled in. */
	text(text: string): Rule;
	/** Calls a tool; the stop reason is `tool_use`. */
	callTool(
		name: string,
		input?: JsonObject,
		options?: Omit<ToolSource, "name" | "input">,
	): Rule;
	/** Answers with whatever a script may say: `reasoning`, `citations`, `image`, `native`, `events` … */
	reply(reply: ReplySource): Rule;
	/** Throws an exception of Bedrock Runtime in place of a reply. */
	throw(name: string, message?: string): Rule;
}

/** A rule of a test without its reply. */
export interface When extends Says {
	/** A reply a request, in order; the last one stays. With `loop` the first follows the last. */
	replies(
		replies: readonly (string | ReplySource)[],
		options?: { loop?: boolean },
	): Rule;
	/** Does not answer: the next rule is asked, or with `engine` the next engine. */
	pass(to?: "rule" | "engine"): Rule;
}

/** A rule of a test. It is in force once it says something, and is written in one statement: no `await` in between. */
export interface Rule {
	/** As the journal and messages call it. */
	readonly name: string;
	/**
	 * The next reply of the same conversation: to the tool's result after a tool call, else to what the user says next.
	 * An object, not a function, so that a rule that is awaited by mistake is only itself.
	 */
	readonly then: Next;
	/** Says a text beside what the reply says already. */
	text(text: string): Rule;
	/** Calls a tool beside what the reply says already: several calls are parallel ones. */
	callTool(
		name: string,
		input?: JsonObject,
		options?: Omit<ToolSource, "name" | "input">,
	): Rule;
	/** More of the reply: `pace`, `usage`, `stopReason`, `reasoning`, `fault`, `headers` … */
	with(members: ReplySource): Rule;
	/** Answers so many times, then no more. */
	times(count: number): Rule;
	/** Gives the rule a name, for the journal and `toHaveBeenAsked({ answeredBy })`. */
	named(name: string): Rule;
}

/** A further reply of a conversation. */
export interface Next extends Says {
	/** Only after these words or this tool result: `user()` and `toolResult()`. */
	when(...conditions: Condition[]): Says;
}

/** Spelt apart for the linter, which takes every member of this name for a promise's. */
const further = "then";

/** One reply of a rule, and what comes in before it. */
interface Step {
	when: WhenSource;
	reply: ReplySource & Pick<RuleSource, "replies" | "loop">;
	/** What it says, in order. */
	blocks: BlockSource[];
}

/** A rule while it is written. */
export class RuleDraft {
	name: string;
	#times: number | undefined;
	readonly #steps: Step[] = [];
	readonly #changed: () => void;
	#sealed = false;

	/** @param changed - hears of every change, before it is made; it may call `seal` any time later */
	constructor(name: string, changed: () => void) {
		this.name = name;
		this.#changed = changed;
	}

	/** The rule as scripts write it, which is one for each step or a conversation. From now on it does not change. */
	seal(): RuleSource[] {
		this.#sealed = true;
		const times = this.#times === undefined ? {} : { times: this.#times };
		const rules = this.#answersToolsOnly
			? this.#rulesByToolResult()
			: [this.#conversation()];
		return rules.map((rule) => ({ ...rule, ...times }));
	}

	begin(conditions: readonly Condition[]): When {
		const add = (reply: Step["reply"], blocks: BlockSource[] = []) =>
			this.#add(all(...conditions), reply, blocks);
		return {
			...says(add),
			replies: (replies, options = {}) =>
				add({
					replies: [...replies],
					...(options.loop !== undefined && { loop: options.loop }),
				}),
			pass: (to = "rule") => add({ next: to }),
		};
	}

	#add(when: WhenSource, reply: Step["reply"], blocks: BlockSource[]): Rule {
		this.#change(() => this.#steps.push({ when, reply, blocks }));
		return this.#rule(this.#steps.length - 1);
	}

	#rule(index: number): Rule {
		const draft = this;
		const step = this.#steps[index] as Step;
		const change = (apply: () => void) => {
			this.#change(apply);
			return this.#rule(index);
		};
		return {
			get name() {
				return draft.name;
			},
			get [further]() {
				return draft.#next(index);
			},
			text: (text) => change(() => step.blocks.push({ text })),
			callTool: (name, input, options) =>
				change(() => step.blocks.push(toolBlock(name, input, options))),
			with: (members) =>
				change(() => {
					step.reply = { ...step.reply, ...members };
				}),
			times: (count) =>
				change(() => {
					this.#times = count;
				}),
			named: (name) =>
				change(() => {
					this.name = name;
				}),
		};
	}

	#next(index: number): Next {
		const tool = this.#steps[index]?.blocks.findLast(
			(block) => block.tool,
		)?.tool;
		const add =
			(when: WhenSource) =>
			(reply: ReplySource, blocks: BlockSource[] = []) =>
				this.#add(when, reply, blocks);
		return {
			...says(add(tool ? { toolResult: tool.name } : {})),
			when: (...conditions) => says(add(stepCondition(conditions))),
		};
	}

	#change(apply: () => void): void {
		if (this.#sealed)
			throw new Error(
				`The rule "${this.name}" is in force already and does not change. Write it in one statement, without await in between.`,
			);
		this.#changed();
		apply();
	}

	/** Then each step can be told by the tool whose result came in, wherever in a conversation that is. */
	get #answersToolsOnly(): boolean {
		const names = this.#steps.slice(1).map(({ when }) => when.toolResult);
		return (
			names.every((name) => typeof name === "string") &&
			new Set(names).size === names.length
		);
	}

	#rulesByToolResult(): RuleSource[] {
		const [first, ...rest] = this.#steps;
		if (!first) return [];
		// The count of requests and the place in the conversation are the first step's.
		const { nth: _nth, turn: _turn, ...lasting } = first.when;
		const opening: WhenSource =
			rest.length === 0 ? first.when : { toolResult: false, ...first.when };
		return [
			{ name: this.name, when: opening, ...write(first) },
			...rest.map((step, index) => ({
				name: `${this.name}, then ${index + 1}`,
				when: { ...lasting, ...step.when },
				...write(step),
			})),
		];
	}

	#conversation(): RuleSource {
		const [first] = this.#steps;
		const { user, toolResult, ...when } = first?.when ?? {};
		const opening = {
			...(user !== undefined && { user }),
			...(toolResult !== undefined && { toolResult }),
		};
		return {
			name: this.name,
			when,
			turns: this.#steps.map((step, index) => ({
				...(index === 0 ? opening : step.when),
				...write(step),
			})),
		};
	}
}

function says(add: (reply: ReplySource, blocks?: BlockSource[]) => Rule): Says {
	return {
		text: (text) => add({}, [{ text }]),
		callTool: (name, input, options) =>
			add({}, [toolBlock(name, input, options)]),
		reply: (reply) => add(reply),
		throw: (name, message) =>
			add({ error: message === undefined ? name : { name, message } }),
	};
}

function toolBlock(
	name: string,
	input: JsonObject | undefined,
	options: Omit<ToolSource, "name" | "input"> = {},
): BlockSource {
	return { tool: { name, ...(input && { input }), ...options } };
}

/** One block is a member of the reply, several are its content. */
function write({ reply, blocks }: Step): Step["reply"] {
	const [only] = blocks;
	if (!only) return reply;
	if (blocks.length === 1) return { ...only, ...reply };
	const { reasoning, ...rest } = reply;
	return {
		content: [...(reasoning === undefined ? [] : [{ reasoning }]), ...blocks],
		...rest,
	};
}

function stepCondition(conditions: readonly Condition[]): WhenSource {
	const { user, toolResult, ...others } = all(...conditions);
	const [other] = Object.keys(others);
	if (other !== undefined)
		throw new TypeError(
			`A further reply of a conversation asks for user() or toolResult(), not for ${other}. Put that into when() at the beginning.`,
		);
	return {
		...(user !== undefined && { user }),
		...(toolResult !== undefined && { toolResult }),
	};
}
