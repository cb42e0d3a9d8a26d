import type { Json } from "../api/types.ts";

/** What is flat and no longer than this stands in one line. */
const longestFlow = 70;

/** A value as YAML, in blocks as people write it. */
export function writeYaml(value: Json): string {
	const { head, lines } = blockOf(value);
	return `${[...(head === undefined ? [] : [head]), ...lines].join("\n")}\n`;
}

/** What follows a key or a dash: what stands in the same line, and the lines below, not indented yet. */
interface Block {
	head: string | undefined;
	lines: string[];
}

function blockOf(value: Json): Block {
	if (typeof value === "string") return textOf(value);
	if (typeof value !== "object" || value === null)
		return { head: writeScalar(value), lines: [] };
	const flow = flowOf(value);
	if (flow !== undefined) return { head: flow, lines: [] };
	const lines = Array.isArray(value)
		? value.flatMap(itemLines)
		: Object.entries(value).flatMap(([name, item]) => memberLines(name, item));
	return { head: undefined, lines };
}

function itemLines(item: Json): string[] {
	const { head, lines } = blockOf(item);
	const [first = "", ...rest] = head === undefined ? lines : [head, ...lines];
	return [`- ${first}`, ...rest.map(indented)];
}

function memberLines(name: string, item: Json): string[] {
	const { head, lines } = blockOf(item);
	const first = `${writeScalar(name)}:${head === undefined ? "" : ` ${head}`}`;
	return [first, ...lines.map(indented)];
}

function indented(line: string): string {
	return line === "" ? "" : `  ${line}`;
}

/** A mapping or list of plain values in one line; undefined when it is long or deep. */
function flowOf(value: Json[] | Record<string, Json>): string | undefined {
	const items = Object.values(value);
	if (items.length === 0) return Array.isArray(value) ? "[]" : "{}";
	if (items.some((item) => typeof item === "object" && item !== null))
		return undefined;
	const flow = Array.isArray(value)
		? `[${value.map(writeScalar).join(", ")}]`
		: `{ ${Object.entries(value)
				.map(([name, item]) => `${writeScalar(name)}: ${writeScalar(item)}`)
				.join(", ")} }`;
	return flow.length <= longestFlow ? flow : undefined;
}

/** Several lines stand as such, unless YAML would change them. */
function textOf(text: string): Block {
	const isSafe =
		/^\S/u.test(text) && !/[^\P{C}\n]|[\u2028\u2029]|[^\S\n]\n|\s$/u.test(text);
	if (!text.includes("\n") || !isSafe)
		return { head: writeScalar(text), lines: [] };
	return { head: "|-", lines: text.split("\n") };
}

/** JSON is YAML; what YAML would read as a line end in it is escaped. Plain words need no quotes. */
function writeScalar(value: Json): string {
	if (typeof value === "string" && isPlain(value)) return value;
	return JSON.stringify(value).replace(
		/[\u0085\u2028\u2029\ufeff]/gu,
		(character) =>
			`\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
}

/** Words that YAML, in one version or another, takes for something else are not plain. */
function isPlain(text: string): boolean {
	return (
		/^[A-Za-z][\w.-]*$/u.test(text) &&
		!/^(?:true|false|null|yes|no|on|off|y|n)$/iu.test(text)
	);
}
