/** Requests to cassettes: which answers, and why none does. */
import type { Log } from "../log.ts";
import type { Cassette, RecordedRequest } from "./cassette.ts";
import { type Near, nearest } from "./explain.ts";
import type { CassetteFile, CassetteFolder } from "./folder.ts";
import type { Matcher } from "./match.ts";

/**
 * Finds the cassettes of requests. A file's name is an index only: what is in the file decides, so that a cassette may be
 * renamed, and edited. Answers to equal requests are given in the order in which they were recorded, a count for each
 * namespace; the last one repeats.
 */
export class Player {
	readonly #folder: CassetteFolder;
	readonly #matcher: Matcher;
	readonly #log: Log | undefined;
	/** By namespace and key: how often it was asked. */
	readonly #counts = new Map<string, Map<string, number>>();
	/** Keys of files that have been read. */
	#keys = new WeakMap<CassetteFile, string>();

	constructor(folder: CassetteFolder, matcher: Matcher, log?: Log) {
		this.#folder = folder;
		this.#matcher = matcher;
		this.#log = log;
	}

	/** The cassette whose turn it is. */
	find(request: RecordedRequest, namespace: string): Cassette | undefined {
		const key = this.#matcher.key(request);
		const answers = this.#answersTo(key);
		if (answers.length === 0) return undefined;
		const counts = this.#counts.get(namespace) ?? new Map<string, number>();
		this.#counts.set(namespace, counts);
		const count = counts.get(key) ?? 0;
		counts.set(key, count + 1);
		return answers[Math.min(count, answers.length - 1)]?.read();
	}

	/** Why no cassette answers: the nearest ones. */
	explain(request: RecordedRequest): Near[] {
		const known = this.#folder.files.flatMap((file) => {
			const cassette = this.#read(file);
			return cassette
				? [[file.file, this.#matcher.essence(cassette.request)] as const]
				: [];
		});
		return nearest(this.#matcher.essence(request), known);
	}

	/** Whether some cassette is of an operation. */
	knows(operation: string): boolean {
		return this.#folder.files.some(
			(file) =>
				file.stem.startsWith(`${operation}--`) ||
				(file.key === "" && this.#read(file)?.request.operation === operation),
		);
	}

	reset(namespace?: string): void {
		if (namespace === undefined) this.#counts.clear();
		else this.#counts.delete(namespace);
	}

	#answersTo(key: string): CassetteFile[] {
		const { files } = this.#folder;
		const named = files.filter(
			(file) => file.key === key && this.#keyOf(file) === key,
		);
		if (named.length > 0) return named;
		return files.filter((file) => this.#keyOf(file) === key);
	}

	/** A file that cannot be read answers nothing, and is told of once for each time it changes. */
	#keyOf(file: CassetteFile): string {
		const known = this.#keys.get(file);
		if (known !== undefined) return known;
		let key = "";
		try {
			key = this.#matcher.key(file.read().request);
		} catch (error) {
			this.#log?.info(error instanceof Error ? error.message : String(error));
		}
		this.#keys.set(file, key);
		return key;
	}

	#read(file: CassetteFile): Cassette | undefined {
		return this.#keyOf(file) === "" ? undefined : file.read();
	}
}
