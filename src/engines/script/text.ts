/** A text made ready for patterns: spaces made even, and a copy that forgets case. Both have the same length. */
export interface FoldedText {
	/** As it was written. */
	raw: string;
	/** Every run of white space is one character: a line end when there is one in it, else a space. */
	even: string;
	/** `even` in lower case, line ends as spaces. */
	folded: string;
}

/** Makes a text ready for patterns. Linear in its length. */
export function foldText(raw: string): FoldedText {
	const even = raw.replace(/\s+/g, (space) =>
		space.includes("\n") ? "\n" : " ",
	);
	return { raw, even, folded: foldCase(even).replaceAll("\n", " ") };
}

/** What a pattern's own text is folded to, to be found in `folded`. */
export function foldLiteral(text: string): string {
	return foldCase(text.replace(/\s+/g, " "));
}

/** Lower case; the few characters that grow by it stay as they are, so that positions hold. */
function foldCase(text: string): string {
	const lower = text.toLowerCase();
	if (lower.length === text.length) return lower;
	let folded = "";
	for (const character of text) {
		const small = character.toLowerCase();
		folded += small.length === character.length ? small : character;
	}
	return folded;
}

/** A text in quotes, cut to a length that fits into a message. */
export function quote(text: string, maxLength = 60): string {
	const line = text.replace(/\s+/g, " ");
	return JSON.stringify(
		line.length > maxLength ? `${line.slice(0, maxLength)}…` : line,
	);
}
