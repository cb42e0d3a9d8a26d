import { useEffect } from "preact/hooks";
import { Empty } from "../../components/empty.tsx";
import { feed } from "../../feed.ts";
import { useShortcuts } from "../../keyboard.ts";
import { go, urlOf } from "../../router.ts";
import type { ViewProps } from "../../view-props.ts";
import { selection } from "../live/selection.ts";
import { Head } from "./head.tsx";
import { loadExchange, useLoaded } from "./load.ts";
import { partsOf } from "./parts.tsx";

/** One exchange: what was asked and answered, and why. */
export function ExchangeView({ parameters }: ViewProps) {
	const { id = "", part } = parameters;
	const loading = useLoaded(id, () => loadExchange(id));
	const loaded = loading?.value;
	const parts = loaded ? partsOf(loaded) : [];
	const current = parts.find((one) => one.path === part) ?? parts[0];
	const sequence = loaded?.exchange.sequence;
	useEffect(() => feed.begin(), []);
	useEffect(() => {
		if (sequence !== undefined) selection.sequence.value = sequence;
	}, [sequence]);
	const toPart = (step: number) => {
		const index = (current ? parts.indexOf(current) : 0) + step;
		const next = parts[(index + parts.length) % parts.length];
		if (next) go(`exchanges/${id}/${next.path}`, { replace: true });
	};
	useShortcuts([
		{ keys: "j", does: "Next exchange", run: () => step(1, part) },
		{ keys: "k", does: "Previous exchange", run: () => step(-1, part) },
		{ keys: "]", does: "Next tab", run: () => toPart(1) },
		{ keys: "[", does: "Previous tab", run: () => toPart(-1) },
		{ keys: "Escape", does: "Back to the list", run: backToList },
		{ keys: "u", does: "Back to the list", run: backToList },
	]);
	if (loading?.error !== undefined)
		return (
			<Empty title="This exchange is not there">
				<p>{loading.error}</p>
				<p>
					The journal keeps the newest 1,000 exchanges, or as many as{" "}
					<code>--journal-count</code> says.{" "}
					<a href={urlOf("")}>All exchanges</a>
				</p>
			</Empty>
		);
	if (!loaded || !current) return null;
	return (
		<article class="exchange">
			<Head exchange={loaded.exchange} />
			<nav class="tabs" aria-label="Parts of the exchange" ref={showCurrent}>
				{parts.map(({ path, title }) => (
					<a
						key={path}
						href={urlOf(`exchanges/${id}/${path}`)}
						aria-current={path === current.path ? "page" : undefined}
					>
						{title}
					</a>
				))}
			</nav>
			<div class="part" key={`${id} ${current.path}`}>
				<h2 class="visually-hidden">{current.title}</h2>
				{current.show()}
			</div>
		</article>
	);
}

/** On a narrow screen the tab may stand beyond the edge. */
function showCurrent(tabs: HTMLElement | null): void {
	tabs
		?.querySelector("[aria-current]")
		?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function backToList(): void {
	const query = feed.query.toString();
	go(query ? `?${query}` : "");
}

/** To the neighbour in the list, at the same tab. */
async function step(by: number, part: string | undefined): Promise<void> {
	const row = selection.row + by;
	const sequence = feed.at(row);
	if (sequence === undefined || row < 0) return;
	const summary = await feed.load(sequence);
	if (!summary) return;
	selection.sequence.value = sequence;
	go(`exchanges/${summary.id}${part ? `/${part}` : ""}`, { replace: true });
}
