/** How many rows are drawn beyond the edges, so that scrolling meets no gap. */
const beyond = 12;

/** The rows to draw. */
export interface VisibleRows {
	first: number;
	/** Before `first` when there are none. */
	last: number;
	isAtTop: boolean;
}

/** Which rows of one height are in sight of a scrolling element. */
export function visibleRows(
	scrollTop: number,
	height: number,
	rowHeight: number,
	count: number,
): VisibleRows {
	const first = Math.max(0, Math.floor(scrollTop / rowHeight) - beyond);
	const end = Math.ceil((scrollTop + height) / rowHeight) + beyond;
	return { first, last: Math.min(count, end) - 1, isAtTop: scrollTop <= 0 };
}
