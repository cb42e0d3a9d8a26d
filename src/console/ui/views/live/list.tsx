import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../../components/icon.tsx";
import { feed } from "../../feed.ts";
import { go } from "../../router.ts";
import { Row } from "./row.tsx";
import { useRowHeight } from "./row-height.ts";
import { selection } from "./selection.ts";
import { useVisibleRows } from "./use-visible-rows.ts";

const columns = [
	"Time",
	"Status",
	"Operation",
	"Model",
	"First words",
	"Tokens",
	"AWS price",
	"Duration",
	"Answered by",
];

/** The rows that are in sight. All have one height, so that where each stands is arithmetic, 50,000 of them or ten. */
export function List({ isFiltered }: { isFiltered: boolean }) {
	feed.changes.value;
	const rowHeight = useRowHeight();
	const scroller = useRef<HTMLDivElement>(null);
	const { first, last, isAtTop } = useVisibleRows(
		scroller,
		rowHeight,
		feed.size,
	);
	useEffect(() => feed.need(first, last));
	useAnchor(scroller, rowHeight);
	useScrollToSelection(scroller, rowHeight);
	if (feed.size === 0) return <NoMatch isFiltered={isFiltered} />;
	const rows: number[] = [];
	for (let row = first; row <= last; row++) rows.push(row);
	const selected = selection.sequence.value;
	return (
		<div
			class="list"
			role="grid"
			aria-label="Exchanges, newest first"
			aria-rowcount={feed.size + 1}
			tabIndex={0}
			aria-activedescendant={
				selected === undefined ? undefined : `exchange-${selected}`
			}
		>
			<div class="list-head" role="row" aria-rowindex={1}>
				{columns.map((column) => (
					<span role="columnheader" key={column}>
						{column}
					</span>
				))}
			</div>
			<div class="list-scroll" ref={scroller} role="rowgroup">
				<div
					role="presentation"
					class="list-all"
					style={{ height: `${feed.size * rowHeight}px` }}
				>
					{rows.map((row) => {
						const sequence = feed.at(row);
						if (sequence === undefined) return null;
						return (
							<Row
								key={sequence}
								row={row}
								sequence={sequence}
								top={row * rowHeight}
								summary={feed.summary(sequence)}
								isSelected={sequence === selected}
							/>
						);
					})}
				</div>
			</div>
			{!isAtTop && (
				<button
					type="button"
					class="to-top"
					onClick={() => scroller.current?.scrollTo({ top: 0 })}
				>
					<Icon name="up" />
					Newest
				</button>
			)}
		</div>
	);
}

function NoMatch({ isFiltered }: { isFiltered: boolean }) {
	if (feed.state.value === "loading" || !isFiltered)
		return <div class="list" aria-busy="true" />;
	return (
		<section class="empty">
			<h2>Nothing matches</h2>
			<p>
				No exchange has all of that. The search looks at requests and replies,
				upper and lower case alike.
			</p>
			<button type="button" onClick={() => go("", { replace: true })}>
				Show all exchanges
			</button>
		</section>
	);
}

/** Has a reader who scrolled down see the same rows while others come in above them. */
function useAnchor(
	scroller: { current: HTMLDivElement | null },
	rowHeight: number,
): void {
	const newest = useRef<number | undefined>(undefined);
	useLayoutEffect(() => {
		const element = scroller.current;
		const before = newest.current;
		newest.current = feed.at(0);
		if (!element || before === undefined || element.scrollTop === 0) return;
		const added = feed.rowOf(before);
		if (added > 0) element.scrollTop += added * rowHeight;
	});
}

function useScrollToSelection(
	scroller: { current: HTMLDivElement | null },
	rowHeight: number,
): void {
	const selected = selection.sequence.value;
	const isThere = feed.size > 0;
	useLayoutEffect(() => {
		const element = scroller.current;
		const { row } = selection;
		if (!element || row < 0) return;
		const top = row * rowHeight;
		const bottom = top + rowHeight;
		if (top < element.scrollTop) element.scrollTop = top;
		else if (bottom > element.scrollTop + element.clientHeight)
			element.scrollTop = bottom - element.clientHeight;
	}, [selected, isThere]);
}
