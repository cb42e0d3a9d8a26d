/**
 * Where in a YAML text a cursor stands: what completion and help need to know, and no more. Blocks are read by their columns,
 * flow mappings and lists within their line; what spans lines in other ways is not known.
 */
export interface Place {
	/** Keys from the root, and 0 for the item of a list. */
	path: (string | number)[];
	/** key: the next key of the mapping at the path; value: what stands at the path. */
	kind: "key" | "value";
	/** What of it is written, up to the cursor. */
	word: string;
	/** The siblings that the mapping has on lines of their own, for a key in a block. */
	siblings: string[];
}

/** The place at an offset; undefined in comments and in block scalars. */
export function placeAt(text: string, offset: number): Place | undefined {
	const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
	const before = text.slice(lineStart, offset);
	if (/(?:^|\s)#/u.test(before.replace(quoted, ""))) return undefined;
	const line = readLine(before);
	const above = text.slice(0, lineStart).split("\n").slice(0, -1);
	const parents = readParents(above, line);
	if (!parents) return undefined;
	const path = [...parents, ...line.entries.map(segmentOf)];
	const flow = readFlow(line.value);
	if (flow.isOpen)
		return {
			path: [...path, ...flow.path],
			kind: flow.kind,
			word: flow.word,
			siblings: flow.siblings,
		};
	const isValue = line.entries.at(-1)?.name !== undefined;
	return {
		path,
		kind: isValue ? "value" : "key",
		word: line.value.trimStart(),
		siblings: isValue ? [] : siblingsOf(text, lineStart, line),
	};
}

/** The key at an offset, as a path; undefined where none stands. */
export function keyAt(
	text: string,
	offset: number,
): { path: (string | number)[]; from: number; to: number } | undefined {
	const isWord = (at: number) => /[\w$-]/u.test(text[at] ?? "");
	let from = offset;
	let to = offset;
	while (from > 0 && isWord(from - 1)) from--;
	while (isWord(to)) to++;
	if (from === to || !/^\s*:(?:\s|$)/u.test(text.slice(to, to + 80)))
		return undefined;
	const place = placeAt(text, to);
	if (place?.kind !== "key") return undefined;
	return { path: [...place.path, text.slice(from, to)], from, to };
}

const quoted = /"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/gu;

/** An item's dash, or a key; with the column at which it begins. */
interface Entry {
	column: number;
	/** Undefined for an item. */
	name: string | undefined;
}

interface Line {
	entries: Entry[];
	/** Where what is not an entry begins. */
	column: number;
	value: string;
}

const keyPattern =
	/^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^\s#"'{[\]},-][^:#{[]*?|-[^\s:#{[]+))\s*:(?:\s+|$)/u;

function readLine(text: string): Line {
	const entries: Entry[] = [];
	let column = text.length - text.trimStart().length;
	for (;;) {
		const dash = /^-(?:\s+|$)/u.exec(text.slice(column));
		if (!dash) break;
		entries.push({ column, name: undefined });
		column += dash[0].length;
	}
	const key = keyPattern.exec(text.slice(column));
	if (!key) return { entries, column, value: text.slice(column) };
	const [whole, double, single, plain] = key;
	entries.push({ column, name: double ?? single ?? plain ?? "" });
	column += whole.length;
	return { entries, column, value: text.slice(column) };
}

function segmentOf({ name }: Entry): string | number {
	return name ?? 0;
}

/** What a line is below, by the columns of the lines above; undefined when it is text of a block scalar. */
function readParents(
	above: readonly string[],
	line: Line,
): (string | number)[] | undefined {
	const parents: (string | number)[] = [];
	const [first] = line.entries;
	let column = first?.column ?? line.column;
	let isItem = first !== undefined && first.name === undefined;
	for (let at = above.length - 1; at >= 0 && (column > 0 || isItem); at--) {
		const text = above[at] ?? "";
		if (text.trim() === "" || text.trimStart().startsWith("#")) continue;
		const { entries, value } = readLine(text);
		for (const entry of [...entries].reverse()) {
			const isParent =
				entry.column < column ||
				// A list may stand in the column of its key.
				(isItem && entry.name !== undefined && entry.column === column);
			if (!isParent) continue;
			if (parents.length === 0 && /^[|>][-+\d]*\s*$/u.test(value))
				return undefined;
			parents.unshift(segmentOf(entry));
			column = entry.column;
			isItem = entry.name === undefined;
		}
	}
	return parents;
}

/** Keys of the same mapping, in the lines around. */
function siblingsOf(text: string, lineStart: number, line: Line): string[] {
	const { column } = line;
	const lines = text.split("\n");
	const at = text.slice(0, lineStart).split("\n").length - 1;
	const found: string[] = [];
	const look = (index: number): boolean => {
		const other = lines[index] ?? "";
		if (other.trim() === "") return true;
		const { entries } = readLine(other);
		const [first] = entries;
		const key = entries.find((entry) => entry.column === column);
		if (key?.name !== undefined) found.push(key.name);
		return (first?.column ?? column) >= column;
	};
	const startsItem = line.entries.length > 0;
	for (let index = at - 1; index >= 0 && !startsItem; index--)
		if (!look(index)) break;
	for (let index = at + 1; index < lines.length; index++) {
		const [first] = readLine(lines[index] ?? "").entries;
		if (first && first.column < column) break;
		look(index);
	}
	return found;
}

interface Flow {
	isOpen: boolean;
	path: (string | number)[];
	kind: "key" | "value";
	word: string;
	siblings: string[];
}

interface Level {
	isList: boolean;
	key: string | undefined;
	keys: string[];
}

/** Reads flow mappings and lists up to the end of what is written. */
function readFlow(value: string): Flow {
	const levels: Level[] = [];
	let word = "";
	for (let at = 0; at < value.length; at++) {
		const character = value[at] ?? "";
		const level = levels.at(-1);
		if (character === '"' || character === "'") {
			quoted.lastIndex = at;
			const text = quoted.exec(value);
			if (text?.index !== at) return { ...closed, isOpen: true, word };
			word += text[0].slice(1, -1);
			at += text[0].length - 1;
		} else if (
			word.trim() === "" &&
			(character === "{" || character === "[") &&
			(level !== undefined || value.slice(0, at).trim() === "")
		) {
			levels.push({ isList: character === "[", key: undefined, keys: [] });
			word = "";
		} else if (!level) word += character;
		else if (character === "}" || character === "]") {
			levels.pop();
			word = "";
		} else if (character === ",") {
			level.key = undefined;
			word = "";
		} else if (
			character === ":" &&
			!level.isList &&
			level.key === undefined &&
			/^(?:\s|$)/u.test(value.slice(at + 1))
		) {
			level.key = word.trim();
			level.keys.push(level.key);
			word = "";
		} else word += character;
	}
	const last = levels.at(-1);
	if (!last) return closed;
	return {
		isOpen: true,
		path: levels.flatMap<string | number>(({ isList, key }) =>
			isList ? [0] : (key ?? []),
		),
		kind: last.isList || last.key !== undefined ? "value" : "key",
		word: word.trimStart(),
		siblings: last.keys,
	};
}

const closed: Flow = {
	isOpen: false,
	path: [],
	kind: "value",
	word: "",
	siblings: [],
};
