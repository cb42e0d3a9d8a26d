/** Finished exchanges to files. */
import type { Exchange } from "../journal/exchange.ts";
import type { Model } from "../models/catalog.ts";
import { stemOf } from "./file-name.ts";
import type { CassetteFolder } from "./folder.ts";
import type { Matcher } from "./match.ts";
import type { Redact } from "./redact.ts";
import { cassetteOf } from "./write.ts";

/** They say what somebody wrote, or what was recorded before. */
const notReal = new Set(["script", "stub", "replay"]);

/** What a recorder works with. */
export interface RecorderParts {
	folder: CassetteFolder;
	matcher: Matcher;
	redact: Redact;
	/** Also what failed. */
	recordErrors: boolean;
	/** The first answer to a request in this run takes the place of those from before. */
	anew: boolean;
	rowOf(modelId: string): Model | undefined;
}

/** Keeps what real services answer. */
export class Recorder {
	readonly #parts: RecorderParts;
	/** What was recorded in this run. */
	readonly #stems = new Set<string>();

	constructor(parts: RecorderParts) {
		this.#parts = parts;
	}

	/**
	 * Writes the cassette of an exchange, if it is one with a real service that came to its end. Nothing is kept of what a
	 * fault has touched.
	 *
	 * @returns the file's name
	 * @throws the system's error when it cannot be written
	 */
	keep(exchange: Exchange): string | undefined {
		const { folder, matcher, redact, recordErrors, rowOf } = this.#parts;
		if (!this.#isWhole(exchange)) return undefined;
		const { modelId, operation } = exchange;
		const row = modelId === undefined ? undefined : rowOf(modelId);
		const { cassette, text } = cassetteOf(exchange, row, redact);
		if (cassette.response.status >= 400 && !recordErrors) return undefined;
		const stem = stemOf(
			operation,
			modelId ?? "",
			matcher.key(cassette.request),
		);
		if (this.#parts.anew && !this.#stems.has(stem)) this.#forget(stem);
		this.#stems.add(stem);
		return folder.append(stem, text);
	}

	#isWhole({ notes, isCut, status, error, events }: Exchange): boolean {
		const { engine, faults = [] } = notes;
		if (engine === undefined || notReal.has(engine)) return false;
		if (isCut || status === undefined || faults.length > 0) return false;
		// A stream that broke has begun as a success.
		return error === undefined || (this.#parts.recordErrors && !events);
	}

	#forget(stem: string): void {
		const { folder } = this.#parts;
		for (const file of folder.files)
			if (file.stem === stem) folder.remove(file.file);
	}
}
