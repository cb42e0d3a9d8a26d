import { useEffect, useMemo } from "preact/hooks";
import { focusSearch } from "../../components/search.tsx";
import { feed } from "../../feed.ts";
import { useShortcuts } from "../../keyboard.ts";
import { go, place } from "../../router.ts";
import { Filters, filterKeys } from "./filters.tsx";
import { FirstCall } from "./first-call.tsx";
import { List } from "./list.tsx";
import { selection } from "./selection.ts";
import { Toolbar } from "./toolbar.tsx";

/** Every exchange that matches, newest first, as they end. */
export function Live() {
	const search = place.value.query.toString();
	const filter = useMemo(
		() =>
			Object.fromEntries(
				[...new URLSearchParams(search)].filter(
					([name, value]) => value !== "" && filterKeys.has(name),
				),
			),
		[search],
	);
	useEffect(() => feed.follow(filter), [filter]);
	useShortcuts([
		{ keys: "j", does: "Next exchange", run: () => selection.move(1) },
		{ keys: "k", does: "Previous exchange", run: () => selection.move(-1) },
		{ keys: "ArrowDown", does: "Next exchange", run: () => selection.move(1) },
		{
			keys: "ArrowUp",
			does: "Previous exchange",
			run: () => selection.move(-1),
		},
		{ keys: "Home", does: "Newest exchange", run: () => selection.goTo(0) },
		{
			keys: "End",
			does: "Oldest exchange",
			run: () => selection.goTo(feed.size - 1),
		},
		{ keys: "Enter", does: "Open the exchange", run: openSelected },
		{
			keys: "c",
			does: "Compare: with the next that c is pressed on",
			run: compareSelected,
		},
		{
			keys: "/",
			does: "Search",
			run: focusSearch,
		},
		{
			keys: "p",
			does: "Pause, or go on",
			run: () => feed.pause(!feed.paused.peek()),
		},
		{ keys: "Escape", does: "Show all", run: () => go("", { replace: true }) },
	]);
	feed.changes.value;
	const isFiltered = Object.keys(filter).length > 0;
	const isEmpty = feed.size === 0 && feed.state.value !== "loading";
	return (
		<div class="live">
			<Toolbar filter={filter} />
			<Filters filter={filter} />
			{isEmpty && !isFiltered ? (
				<FirstCall />
			) : (
				<List isFiltered={isFiltered} />
			)}
		</div>
	);
}

/** The first press marks an exchange, the second, on another, compares the two. */
function compareSelected(): void {
	const { sequence, marked } = selection;
	const one = marked.peek();
	const other = sequence.peek();
	if (other === undefined) return;
	if (one === undefined || one === other) {
		marked.value = one === other ? undefined : other;
		return;
	}
	marked.value = undefined;
	const [first, second] = [feed.summary(one), feed.summary(other)];
	if (first && second) go(`compare/${first.id}/${second.id}`);
}

function openSelected(): void {
	const sequence = selection.sequence.peek();
	const summary = sequence === undefined ? undefined : feed.summary(sequence);
	if (summary) go(`exchanges/${summary.id}`);
}
