import type { GlobsSource } from "./source.ts";

/**
 * A name in which `*` stands for any characters (none and `/` too) and `?` for one. Case does not count. Two pointers and
 * no regular expression: the worst case is the product of both lengths.
 */
export interface Glob {
	readonly source: string;
	matches(name: string): boolean;
	/** The parts between the wildcards, in lower case, longest first. */
	readonly literals: readonly string[];
}

/** Compiles a glob. */
export function compileGlob(source: string): Glob {
	const glob = source.toLowerCase();
	const literals = glob
		.split(/[*?]+/)
		.filter((part) => part !== "")
		.sort((a, b) => b.length - a.length);
	const plain = !/[*?]/.test(glob);
	return {
		source,
		literals,
		matches: plain
			? (name) => name.toLowerCase() === glob
			: (name) => globMatches(glob, name.toLowerCase()),
	};
}

function globMatches(glob: string, name: string): boolean {
	let at = 0;
	let inName = 0;
	let star = -1;
	let starInName = 0;
	while (inName < name.length) {
		if (glob[at] === "*") {
			star = at++;
			starInName = inName;
		} else if (
			at < glob.length &&
			(glob[at] === "?" || glob[at] === name[inName])
		) {
			at++;
			inName++;
		} else if (star >= 0) {
			at = star + 1;
			inName = ++starInName;
		} else return false;
	}
	while (glob[at] === "*") at++;
	return at === glob.length;
}

/** Compiles a glob, or a list of them of which one is enough. */
export function compileGlobs(value: GlobsSource): Glob[] {
	return (typeof value === "string" ? [value] : value).map(compileGlob);
}
