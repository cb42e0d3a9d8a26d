import { signal } from "@preact/signals";
import { feed } from "../../feed.ts";

/** The row that the keyboard is at: held by its exchange, since rows move down as others come in. */
class Selection {
	readonly sequence = signal<number | undefined>(undefined);

	/** The exchange that another is to be compared with. */
	readonly marked = signal<number | undefined>(undefined);

	/** Its row, or -1. */
	get row(): number {
		const { value } = this.sequence;
		return value === undefined ? -1 : feed.rowOf(value);
	}

	/** @param step - 1 goes down, to an older exchange */
	move(step: number): void {
		const last = feed.size - 1;
		this.goTo(Math.min(last, Math.max(0, this.row + step)));
	}

	goTo(row: number): void {
		this.sequence.value = feed.at(row) ?? this.sequence.value;
	}
}

/** The list's selected exchange: still selected when the reader comes back from it. */
export const selection = new Selection();
