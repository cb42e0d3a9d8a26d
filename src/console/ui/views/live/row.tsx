import type { Summary } from "../../api/types.ts";
import { Icon } from "../../components/icon.tsx";
import { Status } from "../../components/status.tsx";
import {
	formatCount,
	formatDateTime,
	formatDuration,
	formatModel,
	formatPrice,
	formatTime,
} from "../../format.ts";
import { go, urlOf } from "../../router.ts";
import { selection } from "./selection.ts";

interface RowProps {
	row: number;
	sequence: number;
	top: number;
	/** undefined: on its way; null: the server has forgotten it. */
	summary: Summary | null | undefined;
	isSelected: boolean;
}

/** One exchange of the list. */
export function Row({ row, sequence, top, summary, isSelected }: RowProps) {
	const open = (event: MouseEvent) => {
		selection.sequence.value = sequence;
		// A click on the link goes its own way, in a new tab if the reader wants.
		if (event.target instanceof Element && event.target.closest("a")) return;
		if (summary && getSelection()?.isCollapsed !== false)
			go(`exchanges/${summary.id}`);
	};
	return (
		<div
			class={`row${isSelected ? " is-selected" : ""}${selection.marked.value === sequence ? " is-marked" : ""}`}
			role="row"
			id={`exchange-${sequence}`}
			aria-rowindex={row + 2}
			aria-selected={isSelected}
			style={{ transform: `translateY(${top}px)` }}
			onClick={open}
		>
			{summary ? (
				<Cells summary={summary} />
			) : (
				<span role="gridcell" class="cell-gone">
					{summary === null && `Exchange ${sequence} is no longer kept`}
				</span>
			)}
		</div>
	);
}

function Cells({ summary }: { summary: Summary }) {
	const { startedAtMs, operation, modelId, durationMs, priceUsd } = summary;
	const { usage } = summary;
	return (
		<>
			<Cell name="time" title={formatDateTime(startedAtMs)}>
				{formatTime(startedAtMs).slice(0, 8)}
				<span class="faint">{formatTime(startedAtMs).slice(8)}</span>
			</Cell>
			<Cell name="status">
				<Status exchange={summary} />
			</Cell>
			<Cell name="operation" title={operation}>
				{operation}
			</Cell>
			<Cell name="model" title={modelId}>
				{modelId && formatModel(modelId)}
			</Cell>
			<Cell name="words">
				<a href={urlOf(`exchanges/${summary.id}`)} tabindex={-1}>
					{summary.firstWords?.trim() || <Nothing summary={summary} />}
				</a>
			</Cell>
			<Cell name="tokens" title="Tokens in, tokens out">
				{usage && (
					<>
						{formatCount(usage.inputTokens)}
						<span class="faint"> → </span>
						{formatCount(usage.outputTokens)}
					</>
				)}
			</Cell>
			<Cell name="price">
				{priceUsd !== undefined && formatPrice(priceUsd)}
			</Cell>
			<Cell name="duration">
				{durationMs !== undefined && formatDuration(durationMs)}
			</Cell>
			<Cell name="by" title={summary.rule ?? summary.engine}>
				{summary.faults && <Icon name="bolt" />}
				{summary.faults && <span class="visually-hidden">Fault, </span>}
				{summary.rule ?? summary.engine}
			</Cell>
		</>
	);
}

function Nothing({ summary }: { summary: Summary }) {
	return <span class="faint">{summary.error?.name ?? "no text"}</span>;
}

function Cell({
	name,
	title,
	children,
}: {
	name: string;
	title?: string | undefined;
	children?: preact.ComponentChildren;
}) {
	return (
		<span role="gridcell" class={`cell cell-${name}`} title={title}>
			{children}
		</span>
	);
}
