import type { ValueType } from "./value-type.ts";

/** One row of the table of options. */
export interface Option<T> {
	readonly type: ValueType<T>;
	readonly default: T;
	/** The heading in help. */
	readonly group: string;
	/** One sentence for help, without its full stop. */
	readonly help: string;
	/** A second name in the file, in a group of its own: `tls.cert` lets `tls: { cert: … }` stand for `tlsCert`. */
	readonly inFile?: string;
	/** command: flag and variable only; file: configuration file only. Everywhere when absent. */
	readonly only?: "command" | "file";
}

/** The table's rows by name, in camelCase. */
export type Options = Readonly<Record<string, Option<unknown>>>;

/** Makes a row. */
export function option<T>(
	type: ValueType<T>,
	row: Omit<Option<NoInfer<T>>, "type">,
): Option<T> {
	return { type, ...row };
}

/** A type whose option may be left out: its default is undefined. */
export function optional<T>(type: ValueType<T>): ValueType<T | undefined> {
	return {
		...type,
		show: (value) => (value === undefined ? "" : type.show(value)),
	};
}

/** A value as one source gave it, not yet read. */
export interface Setting {
	/** The option's name. */
	name: string;
	value: unknown;
	/** Names it in messages: `--port`, `OUTCROP_PORT` or `outcrop.yaml:3:1: port`. */
	label: string;
	/** The same, placed at a part of a value out of a file. */
	labelOf?: (path: readonly (string | number)[]) => string;
	/** Relative paths start here. */
	folder: string;
}

/** `maxBodyBytes` as `--max-body-bytes`. */
export function flagName(name: string): string {
	return `--${name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** `maxBodyBytes` as `OUTCROP_MAX_BODY_BYTES`. */
export function variableName(name: string, prefix = "OUTCROP_"): string {
	return prefix + name.replace(/[A-Z]/gu, "_$&").toUpperCase();
}

/** `max-body-bytes` as `maxBodyBytes`. */
export function camelCase(name: string): string {
	return name.replace(/-+([a-z\d])/giu, (_, letter: string) =>
		letter.toUpperCase(),
	);
}
