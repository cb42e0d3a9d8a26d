/** Names of cassettes' files: what was asked of whom, told apart by the request's hash. */

/** What a name says. */
export interface CassetteName {
	/** All but the number: equal for all answers to one request. */
	stem: string;
	/** Hash of the request. */
	key: string;
	/** 1 for the first answer to a request, 2 for the second. */
	number: number;
}

const extension = ".yaml";

/** `Converse--anthropic.claude-3-haiku-20240307-v1_0--0123456789ab`: stable, and safe on every file system. */
export function stemOf(operation: string, model: string, key: string): string {
	const last = model.slice(model.lastIndexOf("/") + 1);
	const safe = last.replace(/[^\w.-]/gu, "_").slice(0, 80);
	return [operation, safe, key].filter(Boolean).join("--");
}

/** The file of the nth answer to a request. */
export function fileNameOf(stem: string, number: number): string {
	return number === 1 ? stem + extension : `${stem}-${number}${extension}`;
}

/** Reads a name; undefined for files that are no cassettes. Whatever a user calls one, it counts: its hash is then empty. */
export function readFileName(file: string): CassetteName | undefined {
	if (!file.endsWith(extension) || file.startsWith(".")) return undefined;
	const name = file.slice(0, -extension.length);
	const match = /^(.+--([\da-f]{12}))(?:-([1-9]\d{0,5}))?$/u.exec(name);
	if (!match) return { stem: name, key: "", number: 1 };
	const [, stem = name, key = "", number = "1"] = match;
	return { stem, key, number: Number(number) };
}
