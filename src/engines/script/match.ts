import { builtInTools } from "../../turn/built-in-tools.ts";
import {
	type Condition,
	compileToolResult,
	globKey,
	names,
	number,
	presence,
	text,
} from "./condition.ts";
import { compileGlob, compileGlobs } from "./glob.ts";
import type { Captures } from "./pattern.ts";
import { at, ScriptError } from "./problems.ts";
import { compileQuery } from "./query.ts";
import type { ScriptRequest } from "./request.ts";
import type { ScriptPath, WhenSource } from "./source.ts";
import { quote } from "./text.ts";
import type { Tools } from "./tools.ts";

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
