/** Longer names are compared by their first characters only: the table of distances grows with the square of the length. */
const maxLength = 64;

/**
 * The known name that a misspelt one was most likely meant to be.
 *
 * @returns undefined when none is near: further away than a third of the name (at least 2 edits; 1 for up to three letters),
 * and no known name begins with it
 */
export function nearestName(
	name: string,
	known: Iterable<string>,
): string | undefined {
	const met = name.slice(0, maxLength).toLowerCase();
	let best: string | undefined;
	const least = met.length > 3 ? 2 : 1;
	let bestDistance = Math.max(least, Math.floor(met.length / 3)) + 1;
	let longer: string | undefined;
	for (const candidate of known) {
		const wanted = candidate.slice(0, maxLength).toLowerCase();
		if (met.length > 3 && wanted.startsWith(met)) longer ??= candidate;
		const distance = editDistance(met, wanted);
		if (distance < bestDistance) {
			best = candidate;
			bestDistance = distance;
		}
	}
	return best ?? longer;
}

/**
 * What to say behind the sentence that nothing is called so.
 *
 * @param otherwise - said when no known name is near, such as `It takes a, b.`
 * @returns a sentence with a space before it, or nothing
 */
export function hintFor(
	name: string,
	known: Iterable<string>,
	otherwise = "",
): string {
	const nearest = nearestName(name, known);
	const hint = nearest === undefined ? otherwise : `Did you mean ${nearest}?`;
	return hint && ` ${hint}`;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
export function editDistance(from: string, to: string): number {
	let beforeLast: number[] = [];
	let last = Array.from({ length: to.length + 1 }, (_, column) => column);
	for (let row = 1; row <= from.length; row++) {
		const current = [row];
		for (let column = 1; column <= to.length; column++) {
			const same = from[row - 1] === to[column - 1];
			let cost = Math.min(
				at(last, column) + 1,
				at(current, column - 1) + 1,
				at(last, column - 1) + (same ? 0 : 1),
			);
			const swapped =
				row > 1 &&
				column > 1 &&
				from[row - 1] === to[column - 2] &&
				from[row - 2] === to[column - 1];
			if (swapped) cost = Math.min(cost, at(beforeLast, column - 2) + 1);
			current.push(cost);
		}
		beforeLast = last;
		last = current;
	}
	return at(last, to.length);
}

function at(row: number[], column: number): number {
	return row[column] ?? Number.POSITIVE_INFINITY;
}
