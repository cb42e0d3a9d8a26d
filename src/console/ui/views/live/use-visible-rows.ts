import { useLayoutEffect, useState } from "preact/hooks";
import { type VisibleRows, visibleRows } from "./visible-rows.ts";

/** The rows to draw in a scrolling element, as it scrolls and grows. */
export function useVisibleRows(
	scroller: { current: HTMLElement | null },
	rowHeight: number,
	count: number,
): VisibleRows {
	const [seen, setSeen] = useState({ top: 0, height: innerHeight });
	const isThere = count > 0;
	useLayoutEffect(() => {
		const element = scroller.current;
		if (!element) return;
		const look = () =>
			setSeen({ top: element.scrollTop, height: element.clientHeight });
		const observer = new ResizeObserver(look);
		observer.observe(element);
		element.addEventListener("scroll", look, { passive: true });
		return () => {
			observer.disconnect();
			element.removeEventListener("scroll", look);
		};
	}, [isThere]);
	return visibleRows(seen.top, seen.height, rowHeight, count);
}
