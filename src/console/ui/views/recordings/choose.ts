import type {
	CassetteSummary,
	UnreadableCassette,
} from "../../api/recordings.ts";

/** Which cassettes are looked at. */
export interface Wanted {
	/** In file name, model, operation and first words, upper and lower case alike. */
	text: string;
	/** Only those whose model or operation has changed since, or that cannot be read. */
	isStale: boolean;
	/** Only those recorded at least so many days ago; 0: all. */
	days: number;
}

const dayMs = 86_400_000;

/** The cassettes that are wanted; those that cannot be read have no age, and only their name. */
export function chooseCassettes<
	Cassette extends CassetteSummary | UnreadableCassette,
>(
	cassettes: readonly Cassette[],
	{ text, isStale, days }: Wanted,
	nowMs: number,
): Cassette[] {
	const words = text.trim().toLowerCase();
	return cassettes.filter((one) => {
		if (one.problem !== undefined)
			return days === 0 && one.file.toLowerCase().includes(words);
		const { file, model, operation, firstWords = "", recorded, changes } = one;
		if (isStale && changes.length === 0) return false;
		if (nowMs - Date.parse(recorded) < days * dayMs) return false;
		return [file, model, operation, firstWords]
			.join("\n")
			.toLowerCase()
			.includes(words);
	});
}
