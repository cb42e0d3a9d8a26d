import { signal } from "@preact/signals";

/** As in `styles/live.css`, which lays the cells out in one line or, where it is narrow, in three. */
const wideHeight = 34;
const narrowHeight = 76;

const narrow = matchMedia("(max-width: 760px)");
const rowHeight = signal(heightNow());
narrow.addEventListener("change", () => {
	rowHeight.value = heightNow();
});

function heightNow(): number {
	return narrow.matches ? narrowHeight : wideHeight;
}

/** The height of a row, in pixels. */
export function useRowHeight(): number {
	return rowHeight.value;
}
