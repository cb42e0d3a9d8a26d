import type { Condition, Key } from "./condition.ts";
import { compileWhen } from "./match.ts";
import { compileNumbers } from "./numbers.ts";
import { compilePattern, type Pattern } from "./pattern.ts";
import { at, ScriptError } from "./problems.ts";
import { type CompiledReply, compileReply } from "./reply.ts";
import type { ScriptRequest, ToolResult } from "./request.ts";
import type {
	PatternSource,
	ReplyItemSource,
	RuleSource,
	ScriptPath,
	TurnSource,
	WhenSource,
} from "./source.ts";
import { compileResults } from "./tool-results.ts";
import type { Tools } from "./tools.ts";

/** A rule, ready to answer. What it has answered is kept elsewhere, by namespace. */
export interface CompiledRule {
	/** As messages call it. */
	readonly name: string;
	/** Where it comes from: `script.yaml:12`, or what it was added as. */
	readonly place: string;
	readonly source: RuleSource;
	/** Leads to it from the script's root. */
	readonly path: ScriptPath;
	/** All but `nth`, in the order in which to try. */
	readonly conditions: readonly Condition[];
	readonly keys: readonly Key[];
	/** Whether it answers the nth request that its conditions hold for. */
	readonly nth: ((met: number) => boolean) | undefined;
	readonly times: number;
	readonly loop: boolean;
	readonly replies: readonly CompiledReply[];
	/** Replies are picked by chance. */
	readonly weighted: boolean;
	/** What finds captures in the user's words. */
	readonly patterns: readonly Pattern[];
	/** Names that its own conditions may set. */
	readonly captures: readonly string[];
	/** Of the tool results of a request, the one that the rule is about. */
	toolResult(results: readonly ToolResult[]): ToolResult | undefined;
	readonly seed: number;
	/** What tells its chance from that of other rules: its name, or its place. No folder, so that it moves to no other chance. */
	readonly seedText: string;
	/** The file it comes from, absolute. */
	readonly file: string | undefined;
	/** How many of its conditions look at earlier turns. */
	readonly history: number;
}

/** What compiling rules needs beside their source. */
export interface CompileAround {
	/** Absolute; undefined for rules that come from no file. */
	file: string | undefined;
	/** Where the rule at a path stands, `script.yaml:12`; it is the name of a rule that has none. */
	placeOf(path: ScriptPath): string;
	tools: Tools;
	seed: number;
	/** Hears of a rule that cannot work; the others are compiled on. */
	report(error: ScriptError): void;
}

/** Compiles rules in their order; a conversation becomes a rule a turn. */
export function compileRules(
	rules: readonly RuleSource[],
	path: ScriptPath,
	around: CompileAround,
): CompiledRule[] {
	const compiled: CompiledRule[] = [];
	for (const [index, rule] of rules.entries()) {
		try {
			const here = [...path, index];
			const place = around.placeOf(here);
			const named = { name: rule.name ?? place, place };
			if (rule.turns) compiled.push(...compileTurns(rule, named, here, around));
			else compiled.push(compileRule(rule, named, here, around));
		} catch (error) {
			if (!(error instanceof ScriptError)) throw error;
			around.report(error);
		}
	}
	return compiled;
}

/** What a rule is called, and where it comes from. */
type Named = Pick<CompiledRule, "name" | "place">;

function compileRule(
	rule: RuleSource,
	named: Named,
	path: ScriptPath,
	around: CompileAround,
	history: Condition[] = [],
): CompiledRule {
	const { tools, seed, file } = around;
	const { when = {} } = rule;
	const own = compileWhen(when, [...path, "when"], tools);
	const conditions = [...history, ...own].sort((a, b) => a.cost - b.cost);
	const items = itemsOf(rule, path);
	const replies = items.map(([item, itemPath]) =>
		compileReply(item, itemPath, {
			rule: named.name,
			file,
			liquid: tools.liquid,
		}),
	);
	if (replies.every((reply) => reply.nativeOnly))
		conditions.unshift(nativeBodies);
	const results = when.toolResult && compileResults(when.toolResult, tools.re2);
	return {
		...named,
		source: rule,
		path,
		conditions,
		keys: conditions.flatMap(({ key }) => key ?? []),
		nth: when.nth === undefined ? undefined : compileNumbers(when.nth),
		times: rule.times ?? Number.POSITIVE_INFINITY,
		loop: rule.loop ?? false,
		replies,
		weighted: replies.some(({ weight }) => weight !== undefined),
		patterns: userPatterns(when).map((source) =>
			compilePattern(source, tools.re2),
		),
		captures: conditions.flatMap(({ captures }) => captures),
		toolResult: (found) =>
			(results && found.find((result) => results.test([result], {}))) ||
			found[0],
		seed,
		seedText: rule.name ?? path.join("."),
		file,
		history: history.length,
	};
}

/** A reply that only native bodies can say is for the operations that have them. */
const nativeBodies: Condition = {
	member: "operation",
	cost: 0,
	captures: [],
	expected: "InvokeModel* (its reply is a native body)",
	test: ({ call }) => call.operation.startsWith("InvokeModel"),
	met: ({ call }) => call.operation,
};

function userPatterns(when: WhenSource): PatternSource[] {
	return [
		...(when.user === undefined ? [] : [when.user]),
		...(when.any ?? []).flatMap(userPatterns),
	];
}

/** The replies of a rule with their paths: its list, or itself. */
function itemsOf(
	rule: RuleSource,
	path: ScriptPath,
): [ReplyItemSource, ScriptPath][] {
	if (!rule.replies) {
		if (rule.loop !== undefined)
			throw new ScriptError([...path, "loop"], "loop is of a list of replies.");
		return [[rule, path]];
	}
	refuseBeside("replies", ruleMembers, rule, path);
	return rule.replies.map((item, index) => [
		typeof item === "string" ? { text: item } : item,
		[...path, "replies", index],
	]);
}

const turnsMembers = ["name", "when", "times", "turns"];
const ruleMembers = ["name", "when", "times", "loop", "replies"];

/** What stands beside a list would be passed over in silence. */
function refuseBeside(
	list: string,
	allowed: readonly string[],
	rule: RuleSource,
	path: ScriptPath,
): void {
	const beside = Object.keys(rule).find((member) => !allowed.includes(member));
	if (beside !== undefined)
		throw new ScriptError(
			[...path, beside],
			`${beside} stands beside ${list}. Put it into each of them.`,
		);
}

/** Each turn asks that the earlier ones went as written: the conversation itself is the state. */
function compileTurns(
	rule: RuleSource,
	{ name, place }: Named,
	path: ScriptPath,
	around: CompileAround,
): CompiledRule[] {
	refuseBeside("turns", turnsMembers, rule, path);
	const { turns = [], when, times } = rule;
	return turns.map((turn, index) => {
		const { user, toolResult, ...reply } = turn;
		const turnPath = [...path, "turns", index];
		const history = turns
			.slice(0, index)
			.flatMap((earlier, step) =>
				compileStep(earlier, step, [...path, "turns", step], around.tools),
			);
		const source: RuleSource = {
			...(times !== undefined && { times }),
			...reply,
			when: {
				...when,
				turn: index + 1,
				...(user !== undefined && { user }),
				...(toolResult !== undefined && { toolResult }),
			},
		};
		return compileRule(
			source,
			{ name: `${name} turn ${index + 1}`, place },
			turnPath,
			around,
			history,
		);
	});
}

/** What came in at an earlier step of the conversation. */
function compileStep(
	{ user, toolResult }: TurnSource,
	step: number,
	path: ScriptPath,
	{ re2 }: Tools,
): Condition[] {
	const conditions: Condition[] = [];
	const stepOf = (request: ScriptRequest) => request.steps[step];
	if (user !== undefined) {
		const pattern = at([...path, "user"], "user", () =>
			compilePattern(user, re2),
		);
		conditions.push({
			member: `user of turn ${step + 1}`,
			cost: 1,
			captures: pattern.captures,
			expected: pattern.expected,
			test(request, captures) {
				const text = stepOf(request)?.text;
				const found = text && pattern.match(text);
				if (found) Object.assign(captures, found);
				return found !== undefined;
			},
			met: (request) => JSON.stringify(stepOf(request)?.text.raw ?? ""),
		});
	}
	if (toolResult !== undefined) {
		const results = at([...path, "toolResult"], "toolResult", () =>
			compileResults(toolResult, re2),
		);
		conditions.push({
			member: `toolResult of turn ${step + 1}`,
			cost: 1,
			captures: results.captures,
			expected: JSON.stringify(toolResult),
			test: (request, captures) =>
				results.test(stepOf(request)?.toolResults ?? [], captures),
			met: (request) =>
				(stepOf(request)?.toolResults ?? [])
					.map(({ name }) => name)
					.join(", ") || "none",
		});
	}
	return conditions;
}
