import { apiUrl } from "../../api/client.ts";
import { Icon } from "../../components/icon.tsx";
import { type Filter, feed } from "../../feed.ts";
import { formatCount, formatPlural } from "../../format.ts";
import { selection } from "./selection.ts";

/** How many there are, whether the list is live, and what can be done with all of them. */
export function Toolbar({ filter }: { filter: Filter }) {
	feed.changes.value;
	const query = new URLSearchParams({ ...filter, limit: "1000000" });
	return (
		<div class="toolbar">
			<h1>Exchanges</h1>
			<FeedStatus />
			<p class="toolbar-count" aria-live="off">
				{feed.state.value === "loading"
					? ""
					: formatPlural(feed.size, "exchange")}
			</p>
			{selection.marked.value !== undefined && (
				<p class="toolbar-hint" role="status">
					Select another, and press <kbd>c</kbd> to compare
				</p>
			)}
			<div class="toolbar-end">
				<a
					class="button quiet"
					href={apiUrl(`exchanges/export.jsonl?${query}`)}
					download="exchanges.jsonl"
					title="Download these exchanges as JSON lines"
				>
					<Icon name="download" />
					<span>JSONL</span>
				</a>
				<a
					class="button quiet"
					href={apiUrl(`exchanges/export.har?${query}`)}
					download="exchanges.har"
					title="Download these exchanges as an HTTP archive"
				>
					<Icon name="download" />
					<span>HAR</span>
				</a>
				<button
					type="button"
					class="quiet"
					title="Forget every exchange"
					onClick={() => feed.clear()}
					disabled={feed.size === 0}
				>
					<Icon name="trash" />
					<span>Clear</span>
				</button>
			</div>
		</div>
	);
}

function FeedStatus() {
	const { state, paused, waiting } = feed;
	if (state.value === "lost")
		return (
			<p class="feed feed-lost" role="status">
				Outcrop does not answer; trying again
			</p>
		);
	return (
		<button
			type="button"
			class={paused.value ? "feed feed-paused" : "feed feed-live"}
			aria-pressed={paused.value}
			onClick={() => feed.pause(!paused.value)}
			title={paused.value ? "Go on (p)" : "Pause (p)"}
		>
			<Icon name={paused.value ? "play" : "pause"} />
			{paused.value
				? waiting.value > 0
					? `Paused, ${formatCount(waiting.value)} new`
					: "Paused"
				: "Live"}
		</button>
	);
}
