import type { ComponentChildren } from "preact";
import type { Exchange } from "../../api/types.ts";
import { CopyButton } from "../../components/copy.tsx";
import { Icon } from "../../components/icon.tsx";
import { Status } from "../../components/status.tsx";
import { feed } from "../../feed.ts";
import {
	formatCount,
	formatDateTime,
	formatDuration,
	formatPrice,
} from "../../format.ts";
import { go, urlOf } from "../../router.ts";

/** Which exchange it is, how it ended, and what it took. */
export function Head({ exchange }: { exchange: Exchange }) {
	const { operation, modelId, id, error, usage, priceUsd } = exchange;
	const query = feed.query.toString();
	return (
		<header class="head">
			<div class="head-title">
				<a
					class="button quiet icon-button"
					href={urlOf(query ? `?${query}` : "")}
					title="All exchanges (u)"
				>
					<Icon name="back" />
					<span class="visually-hidden">All exchanges</span>
				</a>
				<h1>{operation}</h1>
				<Status exchange={exchange} />
				<p class="head-model">{modelId}</p>
				<ComparePrevious exchange={exchange} />
			</div>
			{error && (
				<p class="notice notice-error">
					<strong>{error.name}</strong> {error.message}
				</p>
			)}
			{exchange.notes.faults?.map((fault) => (
				<p class="notice notice-warn" key={fault}>
					<Icon name="bolt" /> <strong>Fault on purpose</strong> {fault}
				</p>
			))}
			<dl class="facts">
				<Fact name="Time">{formatDateTime(exchange.startedAtMs)}</Fact>
				<Fact name="Duration">
					{exchange.durationMs !== undefined &&
						formatDuration(exchange.durationMs)}
				</Fact>
				{exchange.events && exchange.firstEventMs !== undefined && (
					<Fact name="First event">
						{formatDuration(exchange.firstEventMs)}
					</Fact>
				)}
				{usage && (
					<Fact name="Tokens">
						{formatCount(usage.inputTokens)} in,{" "}
						{formatCount(usage.outputTokens)} out
						{usage.cacheReadInputTokens
							? `, ${formatCount(usage.cacheReadInputTokens)} from cache`
							: ""}
					</Fact>
				)}
				{priceUsd !== undefined && (
					<Fact name="Price on AWS">{formatPrice(priceUsd)}</Fact>
				)}
				<Fact name="Answered by">
					{exchange.rule
						? `rule ${exchange.rule}`
						: (exchange.engine ?? "nobody")}
				</Fact>
				{exchange.namespace && (
					<Fact name="Namespace">{exchange.namespace}</Fact>
				)}
				{exchange.attempt !== undefined && exchange.attempt > 1 && (
					<Fact name="Attempt">{exchange.attempt}</Fact>
				)}
				<Fact name="Request id">
					<code>{id}</code>
					<CopyButton text={id} label="Copy request id" isQuiet />
				</Fact>
			</dl>
		</header>
	);
}

/** With the one before it in the list. */
function ComparePrevious({ exchange }: { exchange: Exchange }) {
	feed.changes.value;
	const row = feed.rowOf(exchange.sequence);
	const before = row < 0 ? undefined : feed.at(row + 1);
	if (before === undefined) return null;
	const compare = async () => {
		const summary = await feed.load(before);
		if (summary) go(`compare/${summary.id}/${exchange.id}`);
	};
	return (
		<button
			type="button"
			class="quiet head-end"
			onClick={compare}
			title="Compare with the exchange before it"
		>
			<Icon name="swap" />
			<span>Compare</span>
		</button>
	);
}

function Fact({
	name,
	children,
}: {
	name: string;
	children: ComponentChildren;
}) {
	return (
		<div>
			<dt>{name}</dt>
			<dd>{children}</dd>
		</div>
	);
}
