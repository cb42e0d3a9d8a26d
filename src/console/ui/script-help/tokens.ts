/** A part of a YAML text that has a colour of its own. */
export interface Token {
	from: number;
	to: number;
	kind: "comment" | "key" | "string" | "literal" | "mark";
}

const parts = new RegExp(
	[
		/(?<comment>(?<=^|\s)#.*$)/u,
		/(?<key>(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[A-Za-z_$][\w$.-]*)(?=\s*:(?:\s|$)))/u,
		/(?<string>"(?:[^"\\]|\\.)*"?|(?<=[\s,[{:])'(?:[^']|'')*'?)/u,
		/(?<literal>(?<=(?:^|[:,[{-])\s*)(?:-?\d+(?:\.\d+)?(?:ms|s|m)?|true|false|null)(?=\s*(?:[,\]}#]|$)))/u,
		/(?<mark>[{}[\],]|(?<=^\s*)-(?=\s|$))/u,
	]
		.map(({ source }) => source)
		.join("|"),
	"gu",
);

/** The coloured parts of a text, in their order. A block scalar is one string a line. */
export function readTokens(text: string): Token[] {
	const tokens: Token[] = [];
	let start = 0;
	/** The column that a line of a block scalar is right of. */
	let scalar: number | undefined;
	for (const line of text.split("\n")) {
		const column = line.search(/\S/u);
		if (scalar !== undefined && column >= 0 && column <= scalar)
			scalar = undefined;
		if (scalar === undefined) {
			for (const match of line.matchAll(parts)) {
				const [kind] =
					Object.entries(match.groups ?? {}).find(
						([, part]) => part !== undefined,
					) ?? [];
				if (kind === undefined) continue;
				const from = start + match.index;
				tokens.push({
					from,
					to: from + match[0].length,
					kind: kind as Token["kind"],
				});
			}
			if (/:\s+[|>][-+\d]*\s*$/u.test(line)) scalar = Math.max(0, column);
		} else if (column >= 0)
			tokens.push({
				from: start + column,
				to: start + line.length,
				kind: "string",
			});
		start += line.length + 1;
	}
	return tokens.filter(({ from, to }) => to > from);
}
