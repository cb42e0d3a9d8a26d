import {
	closeSync,
	fsyncSync,
	linkSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeSync,
} from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../errors.ts";
import { cannotRead, errorCode } from "../file-error.ts";
import type { Cassette } from "./cassette.ts";
import { type CassetteName, fileNameOf, readFileName } from "./file-name.ts";
import { readCassette } from "./yaml.ts";

/** A file of the folder; its cassette is read when it is first asked for. */
export interface CassetteFile extends CassetteName {
	/** Name in the folder. */
	file: string;
	/** Tells a changed file from the one that was read. */
	stamp: string;
	/** @throws ConfigError when it is none */
	read(): Cassette;
}

/** Files of another process that was killed while it wrote: after this long nobody writes them any more. */
const abandonedMs = 60_000;

/**
 * A folder of cassettes, a file each. Files are listed by name and read on first use. What is written is whole or not
 * there at all: a temporary file reaches the disk, and then takes its name.
 *
 * Reading and writing block, on purpose: an answer is on the disk before the client has seen its end.
 */
export class CassetteFolder {
	readonly path: string;
	#files = new Map<string, CassetteFile>();
	#writes = 0;

	/** @param path - absolute */
	constructor(path: string) {
		this.path = path;
	}

	/** In order of their names, later answers to a request behind earlier ones. */
	get files(): readonly CassetteFile[] {
		return [...this.#files.values()];
	}

	get size(): number {
		return this.#files.size;
	}

	/**
	 * Lists the folder anew; files that have not changed stay read.
	 *
	 * @throws ConfigError when it is no folder
	 */
	scan(): void {
		const before = this.#files;
		const found: CassetteFile[] = [];
		for (const file of listFolder(this.path)) {
			const name = readFileName(file);
			const stamp = name && this.#stampOf(file);
			if (!name || stamp === undefined) continue;
			const known = before.get(file);
			found.push(
				known?.stamp === stamp ? known : this.#fileOf(file, name, stamp),
			);
		}
		found.sort(byName);
		this.#files = new Map(found.map((file) => [file.file, file]));
	}

	/**
	 * Makes the folder, and takes away what processes that were killed in the middle of writing have left.
	 *
	 * @throws ConfigError when it cannot be made
	 */
	make(nowMs: number): void {
		try {
			mkdirSync(this.path, { recursive: true });
		} catch (error) {
			throw unusable(this.path, error);
		}
		for (const file of listFolder(this.path)) {
			if (!temporary.test(file)) continue;
			const path = join(this.path, file);
			const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {};
			if (mtimeMs !== undefined && nowMs - mtimeMs > abandonedMs)
				rmSync(path, { force: true });
		}
	}

	/** Adds the next answer to a request. @returns the file's name */
	append(stem: string, text: string): string {
		const temporary = this.#writeTemporary(text);
		try {
			for (let number = 1; ; number++) {
				const file = fileNameOf(stem, number);
				if (this.#files.has(file)) continue;
				if (!claim(temporary, join(this.path, file))) continue;
				this.#list(file);
				return file;
			}
		} finally {
			rmSync(temporary, { force: true });
		}
	}

	/** Writes a file, over the one that has its name. */
	write(file: string, text: string): void {
		renameSync(this.#writeTemporary(text), join(this.path, file));
		this.#list(file);
	}

	/** @returns false when there is no such file */
	remove(file: string): boolean {
		if (!this.#files.delete(file)) return false;
		rmSync(join(this.path, file), { force: true });
		return true;
	}

	#writeTemporary(text: string): string {
		const name = `.${process.pid}-${Date.now()}-${++this.#writes}.tmp`;
		const path = join(this.path, name);
		const file = openSync(path, "wx");
		try {
			const bytes = Buffer.from(text);
			for (let at = 0; at < bytes.length; )
				at += writeSync(file, bytes, at, bytes.length - at);
			fsyncSync(file);
		} finally {
			closeSync(file);
		}
		return path;
	}

	#list(file: string): void {
		const name = readFileName(file);
		const stamp = this.#stampOf(file);
		if (name && stamp !== undefined)
			this.#files.set(file, this.#fileOf(file, name, stamp));
	}

	#stampOf(file: string): string | undefined {
		const stat = statSync(join(this.path, file), { throwIfNoEntry: false });
		return stat?.isFile()
			? `${stat.mtimeMs} ${stat.size} ${stat.ino}`
			: undefined;
	}

	#fileOf(file: string, name: CassetteName, stamp: string): CassetteFile {
		const path = join(this.path, file);
		let cassette: Cassette | undefined;
		const read = () => {
			cassette ??= readCassette(readFileSync(path, "utf8"), file);
			return cassette;
		};
		return { ...name, file, stamp, read };
	}
}

const temporary = /^\.\d+-\d+-\d+\.tmp$/u;

function listFolder(path: string): string[] {
	try {
		return readdirSync(path);
	} catch (error) {
		if (errorCode(error) === "ENOENT") return [];
		throw unusable(path, error);
	}
}

function unusable(path: string, error: unknown): ConfigError {
	return new ConfigError(cannotRead("The folder of cassettes", path, error));
}

function byName(a: CassetteFile, b: CassetteFile): number {
	if (a.stem !== b.stem) return a.stem < b.stem ? -1 : 1;
	return a.number - b.number;
}

/** Gives a file a name that nobody has; false when somebody has it. */
function claim(from: string, to: string): boolean {
	try {
		linkSync(from, to);
		return true;
	} catch (error) {
		if (errorCode(error) === "EEXIST") return false;
		// A file system without hard links: only two processes that record into one folder could meet here.
		if (statSync(to, { throwIfNoEntry: false })) return false;
		renameSync(from, to);
		return true;
	}
}
