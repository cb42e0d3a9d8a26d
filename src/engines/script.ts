import type { Call } from "../call.ts";
import { ConfigError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { PlayOptions } from "../turn/play.ts";
import type { Reply, Turn } from "../turn/turn.ts";
import type { Engine, SentTo } from "./engine.ts";
import { AddedList, type AddedRules } from "./script/added.ts";
import type { answerTurn } from "./script/answer.ts";
import type { CompiledRule } from "./script/compile.ts";
import type { judgeRules, Verdict } from "./script/explain.ts";
import type { ScriptRequest } from "./script/request.ts";
import type { RuleList } from "./script/rule-list.ts";
import type { ScriptStates } from "./script/state.ts";
import type { Tools } from "./script/tools.ts";

export interface ScriptEngineOptions extends PlayOptions {
	/** Script files, and folders of them; absolute. */
	paths: readonly string[];
	/** Paths below it are shown relative to it; absolute. */
	cwd: string;
	/** When no rule matches: next asks the next engine, error says which rules were nearest. */
	onMiss: "next" | "error";
	/** Seeds weights and made-up values, where the script has no seed of its own. */
	seed: number;
	/** Names of the engines that rules may send turns to. */
	engines: readonly string[];
	/** Hears of reloads. */
	log?: Log | undefined;
}

/** A rule, as lists of rules show it. */
export interface RuleSummary {
	name: string;
	/** Given by `add`; undefined for rules of files. */
	id: string | undefined;
	/** Undefined: it answers every namespace. */
	namespace: string | undefined;
	/** Where it comes from: `script.yaml:12`, or what it was added as. */
	place: string;
	/** How often it has answered in the namespace that was asked for, or in all. */
	answered: number;
	/** As it was written. */
	source: unknown;
}

/** The script engine, with what tests and the console do to it. */
export interface ScriptEngine extends Engine {
	/** Reads the scripts and watches them. @throws ConfigError with every problem, one a line */
	start(): Promise<void>;
	stop(): void;
	/** Forgets counts and added rules, of one namespace or of all; the rules of files stay. */
	reset(namespace?: string): void;
	/**
	 * Adds rules, to be asked before all that are there.
	 *
	 * @param namespace - undefined: they answer every namespace
	 * @param rules - a list of rules, a script, or the text of one (YAML or JSON)
	 * @returns what to remove them by
	 * @throws InvalidScript
	 */
	add(namespace: string | undefined, rules: unknown): Promise<string>;
	/**
	 * Puts rules in place of those of an id, which stays; false when there is no such thing.
	 *
	 * @throws InvalidScript, and the rules that are there stay
	 */
	replace(id: string, rules: unknown): Promise<boolean>;
	/** What `add` or `replace` was given; undefined when there is no such thing. */
	added(id: string): AddedRules | undefined;
	/** Removes what `add` added; false when there is no such thing. */
	remove(id: string): boolean;
	/** The rules that a namespace's requests are held against, in order; without one, every rule there is. */
	rules(namespace?: string): RuleSummary[];
	/** What is wrong with the files as they are now, a line a problem; the rules are then those of the files before. */
	readonly problems: readonly string[];
	/** How the first so many rules stand to a turn, in the order in which they are asked. Counts nothing. */
	judge(turn: Turn, call: Call, limit: number): Verdict[];
}

/**
 * Answers by rules that the user wrote. Without rules it costs one comparison; its parts are loaded with the first rule.
 *
 * A request is held against the rules that were added for its namespace, those added for all, and those of the files; what
 * was added last is asked first.
 */
export function scriptEngine(options: ScriptEngineOptions): ScriptEngine {
	return new Script(options);
}

/** The modules that answering takes. */
interface Parts {
	answerTurn: typeof answerTurn;
	judgeRules: typeof judgeRules;
	ScriptRequest: typeof ScriptRequest;
	RuleList: typeof RuleList;
	states: ScriptStates;
}

class Script implements ScriptEngine {
	readonly name = "script";
	readonly #options: ScriptEngineOptions;
	readonly #tools: Tools = {};
	/** Undefined until there are rules. */
	#parts: Parts | undefined;
	#starting: Promise<void> | undefined;
	#started = false;
	#endWatch: (() => void) | undefined;
	#ofFiles: RuleList | undefined;
	readonly #added = new AddedList();
	problems: readonly string[] = [];

	constructor(options: ScriptEngineOptions) {
		this.#options = options;
		this.#started = options.paths.length === 0;
	}

	reply(
		turn: Turn,
		call: Call,
	): Promise<Reply | SentTo | undefined> | Reply | SentTo | undefined {
		if (!this.#started)
			return this.start().then(() => this.#answer(turn, call));
		return this.#answer(turn, call);
	}

	#answer(
		turn: Turn,
		call: Call,
	): Promise<Reply | SentTo | undefined> | Reply | SentTo | undefined {
		const { onMiss } = this.#options;
		if (!this.#parts && onMiss === "next") return undefined;
		if (!this.#parts)
			return this.#loadParts().then(() => this.#answer(turn, call));
		const lists = this.#listsFor(call);
		if (lists.length === 0 && onMiss === "next") return undefined;
		const { answerTurn, states } = this.#parts;
		const state = states.of(call.namespace);
		return answerTurn(turn, call, {
			lists,
			state,
			onMiss,
			play: this.#options,
		});
	}

	#listsFor(call: Call): RuleList[] {
		const lists: RuleList[] = [];
		if (this.#parts && !this.#added.isEmpty) {
			for (const namespace of [call.namespace, undefined]) {
				const list = this.#added.listOf(namespace, this.#parts.RuleList);
				if (list) lists.push(list);
			}
		}
		if (this.#ofFiles) lists.push(this.#ofFiles);
		return lists;
	}

	start(): Promise<void> {
		this.#starting ??= this.#start();
		return this.#starting;
	}

	async #start(): Promise<void> {
		const { paths } = this.#options;
		if (paths.length === 0) return;
		await this.#load();
		if (this.problems.length > 0)
			throw new ConfigError(this.problems.join("\n"));
		const { watchPaths } = await import("../watch.ts");
		this.#endWatch = await watchPaths(
			paths,
			() => this.#reload(),
			(error) => this.#options.log?.error("Watching the scripts failed", error),
		);
		this.#started = true;
	}

	/** Reads the scripts; what is wrong with them leaves the rules as they were. */
	async #load(): Promise<void> {
		const { paths, cwd, seed } = this.#options;
		const { loadScripts } = await import("./script/load.ts");
		const { findMissingEngines } = await import("./script/engines.ts");
		const { showProblem } = await import("./script/problems.ts");
		const parts = await this.#loadParts();
		try {
			const loaded = await loadScripts(paths, cwd, seed, this.#tools);
			this.problems = [
				...loaded.problems,
				...findMissingEngines(loaded.rules, this.#options.engines),
			].map(showProblem);
			if (this.problems.length === 0)
				this.#ofFiles = new parts.RuleList(loaded.rules).prepare();
		} catch (error) {
			if (!(error instanceof ConfigError)) throw error;
			this.problems = [error.message];
		}
	}

	async #reload(): Promise<void> {
		const { log } = this.#options;
		await this.#load();
		if (this.problems.length === 0) {
			const count = this.#ofFiles?.rules.length ?? 0;
			log?.info(`The script was read again: ${count} rules`);
			this.#forgetRules();
		} else {
			log?.info("The script is wrong, the one before stays:");
			for (const problem of this.problems) log?.info(`  ${problem}`);
		}
	}

	async #loadParts(): Promise<Parts> {
		if (this.#parts) return this.#parts;
		const [answer, explain, request, list, state] = await Promise.all([
			import("./script/answer.ts"),
			import("./script/explain.ts"),
			import("./script/request.ts"),
			import("./script/rule-list.ts"),
			import("./script/state.ts"),
		]);
		this.#parts ??= {
			answerTurn: answer.answerTurn,
			judgeRules: explain.judgeRules,
			ScriptRequest: request.ScriptRequest,
			RuleList: list.RuleList,
			states: new state.ScriptStates(),
		};
		return this.#parts;
	}

	stop(): void {
		this.#endWatch?.();
		this.#endWatch = undefined;
	}

	async add(namespace: string | undefined, source: unknown): Promise<string> {
		const id = this.#added.nextId();
		const rules = await this.#compile(id, source);
		this.#added.add({ id, namespace, source, rules });
		return id;
	}

	async replace(id: string, source: unknown): Promise<boolean> {
		const rules = await this.#compile(id, source);
		const isReplaced = this.#added.replace(id, source, rules);
		if (isReplaced) this.#forgetRules();
		return isReplaced;
	}

	added(id: string): AddedRules | undefined {
		const found = this.#added.find(id);
		if (!found) return undefined;
		const { namespace, source } = found;
		return { id, namespace, source };
	}

	remove(id: string): boolean {
		const isRemoved = this.#added.remove(id);
		if (isRemoved) this.#forgetRules();
		return isRemoved;
	}

	async #compile(id: string, source: unknown): Promise<CompiledRule[]> {
		const { compileAdded } = await import("./script/load.ts");
		await this.#loadParts();
		const { seed, engines } = this.#options;
		const rules = await compileAdded(source, id, seed, this.#tools);
		const { findMissingEngines } = await import("./script/engines.ts");
		const missing = findMissingEngines(rules, engines);
		if (missing.length === 0) return rules;
		const { InvalidScript } = await import("./script/problems.ts");
		throw new InvalidScript(missing);
	}

	reset(namespace?: string): void {
		this.#added.reset(namespace);
		this.#parts?.states.reset(namespace);
	}

	/** Counts of rules that are gone would hold them in memory. */
	#forgetRules(): void {
		const rules = [...this.#added.all, ...(this.#ofFiles?.rules ?? [])];
		this.#parts?.states.keepOnly(new Set(rules));
	}

	rules(namespace?: string): RuleSummary[] {
		const states = this.#parts?.states;
		const counts = namespace === undefined ? states : states?.of(namespace);
		const show = (rule: CompiledRule, added?: AddedRules): RuleSummary => ({
			name: rule.name,
			id: added?.id,
			namespace: added?.namespace,
			place: rule.place,
			answered: counts?.answered(rule) ?? 0,
			source: rule.source,
		});
		return [
			...this.#added
				.seenBy(namespace)
				.flatMap((added) => added.rules.map((rule) => show(rule, added))),
			...(this.#ofFiles?.rules ?? []).map((rule) => show(rule)),
		];
	}

	judge(turn: Turn, call: Call, limit: number): Verdict[] {
		if (!this.#parts) return [];
		const { judgeRules, ScriptRequest } = this.#parts;
		const rules = this.#listsFor(call).flatMap((list) => list.rules);
		return judgeRules(rules.slice(0, limit), new ScriptRequest(turn, call));
	}
}
