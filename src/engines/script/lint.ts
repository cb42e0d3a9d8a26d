/** What is allowed in a script and yet surely, or likely, not meant: for `outcrop check`. */
import type { Json } from "../../json.ts";
import { hintFor, nearestName } from "../../nearest.ts";
import type { CompiledRule } from "./compile.ts";
import type { ScriptFile } from "./file.ts";
import { compileGlob } from "./glob.ts";
import type { LoadedScripts } from "./load.ts";
import { scopeNames } from "./scope.ts";
import type {
	RuleSource,
	ScriptPath,
	ScriptProblem,
	ToolSource,
	WhenSource,
} from "./source.ts";

/** Past this many rules, only equal conditions are compared: pairs grow with the square. */
const maxPairwise = 2_000;

/**
 * Lints scripts that have loaded.
 *
 * @param modelIds - every id that is known, of models and of inference profiles
 */
export async function lintScripts(
	{ files, rules }: LoadedScripts,
	modelIds: readonly string[],
): Promise<ScriptProblem[]> {
	const problems: ScriptProblem[] = [];
	const known = new Set<string>([
		...scopeNames,
		...rules.flatMap(({ captures }) => captures),
	]);
	for (const file of files) {
		if (!file.source) continue;
		const add = (
			path: ScriptPath,
			message: string,
			severity: ScriptProblem["severity"],
		) =>
			problems.push({
				file: file.shown,
				...file.where(path),
				message,
				severity,
			});
		const own = rules.filter((rule) => rule.file === file.path);
		findUnreachable(own, add);
		findUnsetNames(own, known, add);
		findUnknownModels(file, modelIds, add);
		findUnknownOperations(file, add);
		await checkToolInputs(file, add);
	}
	return problems.sort(
		(a, b) => a.file.localeCompare(b.file) || a.line - b.line,
	);
}

type Add = (
	path: ScriptPath,
	message: string,
	severity: ScriptProblem["severity"],
) => unknown;

/** A rule after one that always answers what it would. */
function findUnreachable(rules: readonly CompiledRule[], add: Add): void {
	const equal = new Map<string, CompiledRule>();
	for (const [index, rule] of rules.entries()) {
		const when = JSON.stringify(rule.source.when ?? {});
		const cover =
			equal.get(when) ??
			(index < maxPairwise
				? rules.slice(0, index).find((earlier) => covers(earlier, rule))
				: undefined);
		if (cover)
			add(
				rule.path,
				`It never answers: ${cover.name}, which is asked before it, matches all that it matches.`,
				"error",
			);
		if (answersAlways(rule) && !equal.has(when)) equal.set(when, rule);
	}
}

function answersAlways(rule: CompiledRule): boolean {
	return (
		rule.times === Number.POSITIVE_INFINITY &&
		rule.nth === undefined &&
		rule.history === 0 &&
		rule.replies.every(({ next, nativeOnly }) => !next && !nativeOnly)
	);
}

/** Whether each of the earlier rule's conditions stands in the later one too, or is wider than its counterpart. */
function covers(earlier: CompiledRule, later: CompiledRule): boolean {
	if (!answersAlways(earlier)) return false;
	const wide: WhenSource = earlier.source.when ?? {};
	const narrow: WhenSource = later.source.when ?? {};
	return Object.entries(wide).every(([member, value]) => {
		const other = narrow[member as keyof WhenSource];
		if (other === undefined) return false;
		// Beside a tool result, `user` looks at another message.
		if (member === "user" && !wide.toolResult !== !narrow.toolResult)
			return false;
		if (JSON.stringify(value) === JSON.stringify(other)) return true;
		if (typeof value !== "string" || typeof other !== "string") return false;
		if (member === "model")
			return !/[*?]/.test(other) && compileGlob(value).matches(other);
		if (member === "user" || member === "system") return standsIn(value, other);
		return false;
	});
}

/** Plain text without captures that stands in another plain text matches whatever that matches. */
function standsIn(text: string, other: string): boolean {
	const plain = !/[{}\\]/.test(text) && !text.startsWith("/");
	return (
		plain &&
		!other.startsWith("/") &&
		other.toLowerCase().includes(text.toLowerCase())
	);
}

function findUnsetNames(
	rules: readonly CompiledRule[],
	known: ReadonlySet<string>,
	add: Add,
): void {
	for (const rule of rules) {
		for (const name of new Set(rule.replies.flatMap(({ names }) => names))) {
			if (known.has(name)) continue;
			const nearest = nearestName(name, known);
			const hint =
				nearest === undefined
					? `Write it into a pattern, such as user: "… {${name}}".`
					: `Did you mean {${nearest}}?`;
			add(rule.path, `Nothing sets {${name}}. ${hint}`, "error");
		}
	}
}

function findUnknownModels(
	{ source }: ScriptFile,
	modelIds: readonly string[],
	add: Add,
): void {
	for (const [index, rule] of (source?.replies ?? []).entries()) {
		const models = rule.when?.model;
		for (const model of models === undefined ? [] : [models].flat()) {
			const glob = compileGlob(model);
			// Whoever has a resource of his own knows its ARN.
			if (model.startsWith("arn:") || modelIds.some((id) => glob.matches(id)))
				continue;
			add(
				["replies", index, "when", "model"],
				`No known model is called ${model}.${hintFor(model, modelIds)}`,
				"warning",
			);
		}
	}
}

/** The operations that ask a model for a turn: rules answer no others. */
const operations = [
	"Converse",
	"ConverseStream",
	"InvokeModel",
	"InvokeModelWithResponseStream",
];

function findUnknownOperations({ source }: ScriptFile, add: Add): void {
	for (const [index, rule] of (source?.replies ?? []).entries()) {
		const wanted = rule.when?.operation;
		for (const operation of wanted === undefined ? [] : [wanted].flat()) {
			const glob = compileGlob(operation);
			if (operations.some((name) => glob.matches(name))) continue;
			const all = `There are ${operations.join(", ")}.`;
			const hint = hintFor(operation, operations, all);
			add(
				["replies", index, "when", "operation"],
				`No operation that rules answer is called ${operation}.${hint}`,
				"warning",
			);
		}
	}
}

/** Holds the inputs of tool calls against the schemas of the script's `tools`. */
async function checkToolInputs(
	{ source }: ScriptFile,
	add: Add,
): Promise<void> {
	const schemas = source?.tools;
	if (!source || !schemas) return;
	const { Ajv } = await import("ajv");
	const ajv = new Ajv({ allErrors: true, strict: false, logger: false });
	for (const [path, tool] of toolCalls(source.replies)) {
		if (!Object.hasOwn(schemas, tool.name)) {
			const hint = hintFor(tool.name, Object.keys(schemas));
			add(
				path,
				`The script's tools do not hold ${tool.name}.${hint}`,
				"warning",
			);
			continue;
		}
		const input = tool.input ?? {};
		try {
			const validate = ajv.compile(schemas[tool.name] as boolean | object);
			if (validate(input)) continue;
			for (const { instancePath, message } of validate.errors ?? []) {
				// What stands in for a value may become one of any type.
				if (isPlace(valueAt(input, instancePath))) continue;
				const where =
					instancePath === ""
						? "input"
						: `input${instancePath.replaceAll("/", ".")}`;
				add(
					path,
					`${where} of ${tool.name} ${message ?? "is wrong"}.`,
					"error",
				);
			}
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			add(
				["tools", tool.name],
				`The schema cannot be used: ${reason}.`,
				"error",
			);
		}
	}
}

function isPlace(value: Json | undefined): boolean {
	return typeof value === "string" && /\{/.test(value);
}

function valueAt(value: Json, pointer: string): Json | undefined {
	let found: Json | undefined = value;
	for (const key of pointer.split("/").slice(1)) {
		if (typeof found !== "object" || found === null) return undefined;
		found = Array.isArray(found) ? found[Number(key)] : found[key];
	}
	return found;
}

/** Every tool call of every reply, with its path. */
function* toolCalls(
	rules: readonly RuleSource[],
): Generator<[ScriptPath, ToolSource]> {
	for (const [index, rule] of rules.entries())
		yield* callsIn(rule, ["replies", index]);
}

function* callsIn(
	reply: RuleSource,
	path: ScriptPath,
): Generator<[ScriptPath, ToolSource]> {
	if (reply.tool) yield [[...path, "tool"], reply.tool];
	for (const member of ["tools", "content", "replies", "turns"] as const) {
		for (const [index, item] of (reply[member] ?? []).entries()) {
			if (typeof item === "string") continue;
			const itemPath = [...path, member, index];
			if (member === "tools") yield [itemPath, item as ToolSource];
			else yield* callsIn(item as RuleSource, itemPath);
		}
	}
}
