/** Conditions: what a rule asks of a request, each compiled once. */
import type { RE2JS } from "re2js";
import { builtInTools } from "../../turn/built-in-tools.ts";
import type { Json } from "../../turn/turn.ts";
import { compileGlob, compileGlobs, type Glob } from "./glob.ts";
import { compileNumbers } from "./numbers.ts";
import { type Captures, compilePattern } from "./pattern.ts";
import { at, ScriptError } from "./problems.ts";
import { compileQuery } from "./query.ts";
import type { ScriptRequest } from "./request.ts";
import type {
	NumbersSource,
	PatternSource,
	ScriptPath,
	ToolResultSource,
	WhenSource,
} from "./source.ts";
import { type FoldedText, quote } from "./text.ts";
import { compileResults } from "./tool-results.ts";
import type { Tools } from "./tools.ts";
import { showJson } from "./values.ts";

/** A text of the request that rules can be looked up by. */
export type Field =
	| "user"
	| "asked"
	| "system"
	| "messages"
	| "model"
	| "toolResult";

/** The condition can only hold when one of the literals, folded, stands in the field. */
export interface Key {
	field: Field;
	literals: readonly string[];
}

/** One member of `when`. */
export interface Condition {
	/** Such as `user`; it begins the explanation. */
	readonly member: string;
	/** Conditions are tried in this order: 0 a comparison, 1 a search in one text, 2 in all of the request. */
	readonly cost: 0 | 1 | 2;
	readonly key?: Key | undefined;
	/** Names it may set. */
	readonly captures: readonly string[];
	readonly expected: string;
	/** Adds to the captures where it holds. */
	test(request: ScriptRequest, captures: Captures): boolean;
	/** What was met in place of what was expected. */
	met(request: ScriptRequest): string;
}

/**
 * Compiles all of `when` but `nth`, in the order in which to try.
 *
 * @throws ScriptError
 */
export function compileWhen(
	when: WhenSource,
	path: ScriptPath,
	tools: Tools,
): Condition[] {
	const conditions: Condition[] = [];
	for (const [member, value] of Object.entries(when)) {
		if (value === undefined || member === "nth") continue;
		const compile = compilers[member as keyof typeof compilers];
		conditions.push(
			...at([...path, member], member, () =>
				// Each compiler takes the value that the schema gives its member.
				compile(value as never, { when, path: [...path, member], tools }),
			),
		);
	}
	return conditions.sort((a, b) => a.cost - b.cost);
}

interface Around {
	when: WhenSource;
	path: ScriptPath;
	tools: Tools;
}

const compilers: {
	[Member in Exclude<keyof WhenSource, "nth">]-?: (
		value: NonNullable<WhenSource[Member]>,
		around: Around,
	) => Condition[];
} = {
	model(value) {
		const globs = compileGlobs(value);
		return [
			{
				...names("model", globs, (request) => request.modelNames),
				key: globKey("model", globs),
				met: (request) => quote(request.turn.modelId, 120),
			},
		];
	},
	operation: (value) => [
		names("operation", compileGlobs(value), ({ call }) => [call.operation]),
	],
	account: (value) => [
		names("account", compileGlobs(value), ({ call }) => [
			call.identity.accountId,
		]),
	],
	region: (value) => [
		names("region", compileGlobs(value), ({ call }) => [call.identity.region]),
	],
	session: (value) => [
		names("session", compileGlobs(value), ({ call }) => [call.namespace]),
	],
	user(value, { when, tools }) {
		// Beside a tool result, the words are those that the tool was called for.
		const field = when.toolResult ? "asked" : "user";
		return [text("user", value, field, (request) => request[field], tools.re2)];
	},
	message: (value, { tools }) => [
		{
			...text(
				"message",
				value,
				"messages",
				(request) => request.messages,
				tools.re2,
			),
			cost: 2,
		},
	],
	system: (value, { tools }) => [
		text("system", value, "system", (request) => request.system, tools.re2),
	],
	tools(value) {
		const wanted = typeof value === "string" ? [value] : value;
		const offered = ({ turn }: ScriptRequest) => [
			...(turn.toolConfig?.tools ?? []).flatMap(
				({ toolSpec }) => toolSpec?.name ?? [],
			),
			...builtInTools(turn).map(({ name }) => name),
		];
		return wanted.map((name) => names("tools", [compileGlob(name)], offered));
	},
	toolResult: (value, { tools }) => [compileToolResult(value, tools.re2)],
	turn: (value) => [number("turn", value, (request) => request.number)],
	image: (value) => [presence("image", value)],
	document: (value) => [presence("document", value)],
	video: (value) => [presence("video", value)],
	metadata: (value) =>
		Object.entries(value).map(([key, globs]) =>
			names(`metadata.${key}`, compileGlobs(globs), ({ turn }) => {
				const met = turn.requestMetadata?.[key];
				return met === undefined ? [] : [met];
			}),
		),
	request: (value, { path, tools }) =>
		Object.entries(value).map(([query, expected]) =>
			at([...path, query], query, () => compileQuery(query, expected, tools)),
		),
	any(value, { path, tools }) {
		const branches = value.map((branch, index) =>
			compileBranch(branch, [...path, index], tools),
		);
		return [
			{
				member: "any",
				cost: 2,
				captures: branches.flat().flatMap(({ captures }) => captures),
				expected: branches.map(showAll).join(" or "),
				test: (request, captures) =>
					branches.some((branch) => testAll(branch, request, captures)),
				met: () => "none of them",
			},
		];
	},
	not(value, { path, tools }) {
		const conditions = compileBranch(value, path, tools);
		return [
			{
				member: "not",
				cost: 2,
				captures: [],
				expected: showAll(conditions),
				test: (request) => !testAll(conditions, request, {}),
				met: () => "that",
			},
		];
	},
};

/** Conditions inside `any` and `not`. */
function compileBranch(
	when: WhenSource,
	path: ScriptPath,
	tools: Tools,
): Condition[] {
	if (when.nth !== undefined)
		throw new ScriptError(
			[...path, "nth"],
			"nth counts for the whole rule. Put it beside any and not.",
		);
	return compileWhen(when, path, tools);
}

/** Whether all conditions hold; captures are added as they do. */
export function testAll(
	conditions: readonly Condition[],
	request: ScriptRequest,
	captures: Captures,
): boolean {
	for (const condition of conditions)
		if (!condition.test(request, captures)) return false;
	return true;
}

function showAll(conditions: readonly Condition[]): string {
	return conditions
		.map(({ member, expected }) => `${member} ${expected}`)
		.join(" and ");
}

function globKey(field: Field, globs: readonly Glob[]): Key | undefined {
	const literals = globs.flatMap((glob) => glob.literals.slice(0, 1));
	return literals.length === globs.length ? { field, literals } : undefined;
}

function names(
	member: string,
	globs: readonly Glob[],
	namesOf: (request: ScriptRequest) => readonly string[],
): Condition {
	return {
		member,
		cost: 0,
		captures: [],
		expected: globs.map(({ source }) => quote(source, 120)).join(" or "),
		test: (request) =>
			namesOf(request).some((name) => globs.some((glob) => glob.matches(name))),
		met: (request) =>
			namesOf(request)
				.map((name) => quote(name, 120))
				.join(", ") || "none",
	};
}

function text(
	member: string,
	source: PatternSource,
	field: Field,
	textOf: (request: ScriptRequest) => FoldedText,
	re2: typeof RE2JS | undefined,
): Condition {
	const pattern = compilePattern(source, re2);
	return {
		member,
		cost: 1,
		key: pattern.literals && { field, literals: pattern.literals },
		captures: pattern.captures,
		expected: pattern.expected,
		test(request, captures) {
			const found = pattern.match(textOf(request));
			if (found) Object.assign(captures, found);
			return found !== undefined;
		},
		met: (request) => showText(textOf(request).raw),
	};
}

function showText(raw: string): string {
	return raw === "" ? "no text" : quote(raw);
}

/** A condition on the tool results of the last message. */
function compileToolResult(
	source: ToolResultSource,
	re2: typeof RE2JS | undefined,
): Condition {
	const { globs, captures, test } = compileResults(source, re2);
	return {
		member: "toolResult",
		cost: 1,
		key: globs.length > 0 ? globKey("toolResult", globs) : undefined,
		captures,
		expected:
			typeof source === "boolean"
				? source
					? "any"
					: "none"
				: showJson(source),
		test: (request, found) => test(request.toolResults, found),
		met: (request) =>
			request.toolResults
				.map(({ name, status, value }) => showJson({ name, status, value }))
				.join(", ") || "none",
	};
}

function number(
	member: string,
	source: NumbersSource,
	numberOf: (request: ScriptRequest) => number,
): Condition {
	const fits = compileNumbers(source);
	return {
		member,
		cost: 0,
		captures: [],
		expected: showJson(source as Json),
		test: (request) => fits(numberOf(request)),
		met: (request) => String(numberOf(request)),
	};
}

function presence(
	kind: "image" | "document" | "video",
	wanted: boolean,
): Condition {
	return {
		member: kind,
		cost: 1,
		captures: [],
		expected: String(wanted),
		test: (request) => request.has(kind) === wanted,
		met: () => String(!wanted),
	};
}
