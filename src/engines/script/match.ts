/** Conditions: what a rule asks of a request, each compiled once. */
import type { RE2JS } from "re2js";
import type { Json } from "../../turn/turn.ts";
import { compileGlob, type Glob } from "./glob.ts";
import { type Captures, compilePattern } from "./pattern.ts";
import { at } from "./problems.ts";
import { compileRegex, readRegex } from "./regex.ts";
import type { ScriptRequest, ToolResult } from "./request.ts";
import type {
	GlobsSource,
	NumbersSource,
	PatternSource,
	ScriptPath,
	ToolResultSource,
	WhenSource,
} from "./source.ts";
import { type FoldedText, foldText, quote } from "./text.ts";
import type { Tools } from "./tools.ts";

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
		const offered = ({ turn }: ScriptRequest) =>
			turn.toolConfig?.tools?.flatMap(({ toolSpec }) => toolSpec?.name ?? []) ??
			[];
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
			compileWhen(branch, [...path, index], tools),
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
		const conditions = compileWhen(value, path, tools);
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

function compileGlobs(value: GlobsSource): Glob[] {
	return (typeof value === "string" ? [value] : value).map(compileGlob);
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

/** Makes the test of tool results against what a script says of them. */
export function compileResults(
	source: ToolResultSource,
	re2: typeof RE2JS | undefined,
): {
	globs: Glob[];
	captures: readonly string[];
	test(results: readonly ToolResult[], captures: Captures): boolean;
} {
	const wanted = readToolResult(source);
	const globs = wanted.name === undefined ? [] : compileGlobs(wanted.name);
	const pattern =
		wanted.text === undefined ? undefined : compilePattern(wanted.text, re2);
	const fits = (result: ToolResult, captures: Captures) => {
		if (globs.length > 0 && !globs.some((glob) => glob.matches(result.name)))
			return false;
		if (wanted.status !== undefined && wanted.status !== result.status)
			return false;
		if (wanted.value !== undefined && !holds(result.value, wanted.value))
			return false;
		const found = pattern ? pattern.match(foldText(result.text)) : {};
		if (found) Object.assign(captures, found);
		return found !== undefined;
	};
	const present = source !== false;
	return {
		globs,
		captures: pattern?.captures ?? [],
		test: (results, captures) =>
			results.some((result) => fits(result, captures)) === present,
	};
}

/** The members of a tool result's condition. */
export function readToolResult(
	source: ToolResultSource,
): Exclude<ToolResultSource, boolean | string> {
	if (typeof source === "boolean") return {};
	return typeof source === "string" ? { name: source } : source;
}

/** Makes the test of a number against what a script says of it. */
export function compileNumbers(
	source: NumbersSource,
): (met: number) => boolean {
	if (typeof source === "number") return (met) => met === source;
	if (Array.isArray(source)) return (met) => source.includes(met);
	const { from = 1, to = Number.POSITIVE_INFINITY, every = 1 } = source;
	return (met) => met >= from && met <= to && (met - from) % every === 0;
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

function compileQuery(
	query: string,
	expected: Json | undefined,
	{ jsonPath, re2 }: Tools,
): Condition {
	if (!jsonPath) throw new Error("The JSONPath library is not loaded");
	const compiled = jsonPath.compile(query);
	const valuesOf = (request: ScriptRequest): Json[] => {
		try {
			return compiled.query(request.json as never).values() as Json[];
		} catch {
			// Documents deeper than the library goes hold nothing for a script.
			return [];
		}
	};
	const fits = compileValue(expected ?? null, re2);
	return {
		member: query,
		cost: 2,
		captures: [],
		expected: showJson(expected ?? null),
		test: (request) => fits(valuesOf(request)),
		met: (request) => valuesOf(request).map(showJson).join(", ") || "nothing",
	};
}

function compileValue(
	expected: Json,
	re2: typeof RE2JS | undefined,
): (values: Json[]) => boolean {
	if (isObject(expected) && typeof expected.exists === "boolean") {
		const { exists } = expected;
		return (values) => values.length > 0 === exists;
	}
	const regex = typeof expected === "string" ? readRegex(expected) : undefined;
	if (!regex || !re2)
		return (values) => values.some((value) => holds(value, expected));
	const compiled = compileRegex(regex.pattern, regex.flags, re2);
	return (values) =>
		values.some(
			(value) =>
				typeof value === "string" && compiled.match(value) !== undefined,
		);
}

/** Whether a value is the expected one; an object may hold more members than are expected of it. */
function holds(value: Json | undefined, expected: Json | undefined): boolean {
	if (isObject(expected)) {
		return (
			isObject(value) &&
			Object.entries(expected).every(([name, member]) =>
				holds(Object.hasOwn(value, name) ? value[name] : undefined, member),
			)
		);
	}
	if (Array.isArray(expected)) {
		return (
			Array.isArray(value) &&
			value.length === expected.length &&
			expected.every((item, index) => holds(value[index], item))
		);
	}
	return value === expected;
}

function isObject(value: unknown): value is Record<string, Json> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function showJson(value: Json | ToolResultSource): string {
	const shown = JSON.stringify(value) ?? "nothing";
	return shown.length > 80 ? `${shown.slice(0, 80)}…` : shown;
}
