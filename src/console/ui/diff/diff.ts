/** A line of a comparison: in both, only in the first, or only in the second. */
export interface DiffLine {
	kind: "same" | "removed" | "added";
	text: string;
}

/** Past so many pairs of lines, what stands between the equal ends counts as replaced: nobody reads such a comparison. */
const maxPairs = 4_000_000;

/** Compares two texts line by line. */
export function diffLines(one: string, other: string): DiffLine[] {
	const before = one.split("\n");
	const after = other.split("\n");
	let start = 0;
	while (start < before.length && before[start] === after[start]) start++;
	let end = 0;
	const most = Math.min(before.length, after.length) - start;
	while (end < most && before.at(-1 - end) === after.at(-1 - end)) end++;
	const same = (text: string): DiffLine => ({ kind: "same", text });
	return [
		...before.slice(0, start).map(same),
		...diffMiddle(
			before.slice(start, before.length - end),
			after.slice(start, after.length - end),
		),
		...before.slice(before.length - end).map(same),
	];
}

/** By the longest lines in common. */
function diffMiddle(before: string[], after: string[]): DiffLine[] {
	const lines: DiffLine[] = [];
	const width = after.length + 1;
	const isLarge = before.length * after.length > maxPairs;
	const lengths = isLarge ? undefined : commonLengths(before, after);
	let row = 0;
	let column = 0;
	while (row < before.length || column < after.length) {
		const removed = before[row];
		const added = after[column];
		if (lengths && removed !== undefined && removed === added) {
			lines.push({ kind: "same", text: removed });
			row++;
			column++;
			continue;
		}
		const down = lengths?.[(row + 1) * width + column] ?? 0;
		const right = lengths?.[row * width + column + 1] ?? 0;
		if (removed !== undefined && (added === undefined || down >= right)) {
			lines.push({ kind: "removed", text: removed });
			row++;
		} else if (added !== undefined) {
			lines.push({ kind: "added", text: added });
			column++;
		}
	}
	return lines;
}

/** How many lines the rests of both from each pair on have in common. */
function commonLengths(before: string[], after: string[]): Uint32Array {
	const width = after.length + 1;
	const lengths = new Uint32Array((before.length + 1) * width);
	for (let row = before.length - 1; row >= 0; row--)
		for (let column = after.length - 1; column >= 0; column--) {
			const at = row * width + column;
			lengths[at] =
				before[row] === after[column]
					? (lengths[at + width + 1] ?? 0) + 1
					: Math.max(lengths[at + width] ?? 0, lengths[at + 1] ?? 0);
		}
	return lengths;
}
