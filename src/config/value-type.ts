/** What a type of option is: how its values are read, shown and refused. */

import { showMet } from "../show-met.ts";

/**
 * A value that is not of the option's type. The message continues the sentence that the option's name begins; an empty
 * one stands for `takes …, not …`.
 */
export class WrongValue extends Error {
	override readonly name = "WrongValue";
	/** Keys and indices that lead from the value to the part that is wrong. */
	readonly path: readonly (string | number)[];

	constructor(message?: string, path: readonly (string | number)[] = []) {
		super(message);
		this.path = path;
	}
}

/** Reads the parts of a list; what is wrong with one is placed there. */
export function readEach<T>(
	items: readonly unknown[],
	read: (item: unknown, index: number) => T,
): T[] {
	return items.map((item, index) => {
		try {
			return read(item, index);
		} catch (error) {
			if (!(error instanceof WrongValue)) throw error;
			throw new WrongValue(error.message, [index, ...error.path]);
		}
	});
}

/** One type of value. */
export interface ValueType<T> {
	/** Stands for the value in help, such as `PORT`; empty for booleans. */
	readonly placeholder: string;
	/** Completes "--port takes …". */
	readonly takes: string;
	/**
	 * Reads text from a flag or variable, or any value from a file.
	 *
	 * @throws WrongValue
	 */
	read(value: unknown): T;
	/** The value as help shows it. */
	show(value: T): string;
	/** boolean: the flag stands alone; list: the flag may be repeated; file: a path to an existing file;
	 * content: text is the path of a YAML or JSON file that holds the value. */
	readonly form: "plain" | "boolean" | "list" | "file" | "content";
	/** The value never stands in a message. */
	readonly secret?: boolean;
	/** A path or a list of them, relative to the working folder, or to the configuration file that names them. */
	readonly paths?: boolean;
}

/**
 * Reads a value as a type, or reports what is wrong with it.
 *
 * @param label - begins the sentence: `--port`, `OUTCROP_PORT` or `outcrop.yaml:3:1: port`; of the part at a path
 */
export function readAs<T>(
	type: ValueType<T>,
	value: unknown,
	label: string | ((path: WrongValue["path"]) => string),
	report: (problem: string) => void,
): T | undefined {
	try {
		return type.read(value);
	} catch (error) {
		if (!(error instanceof WrongValue)) throw error;
		const met = type.secret ? "" : `, not ${showMet(value)}`;
		const begin = typeof label === "string" ? label : label(error.path);
		report(begin + (error.message || ` takes ${type.takes}${met}.`));
		return undefined;
	}
}
