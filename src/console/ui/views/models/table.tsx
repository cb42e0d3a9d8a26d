import type { RefObject } from "preact";
import type { Model } from "../../api/types.ts";
import { formatTokens, formatUsd } from "../../format.ts";
import { urlOf } from "../../router.ts";
import type { Chosen, SortKey } from "./choose.ts";

const columns: { key: SortKey | undefined; title: string; label?: string }[] = [
	{ key: "model", title: "Model" },
	{ key: undefined, title: "Can do" },
	{ key: "context", title: "Context", label: "Context window, tokens" },
	{ key: "output", title: "Output", label: "Longest answer, tokens" },
	{ key: "priceIn", title: "$ in", label: "Dollars a million input tokens" },
	{ key: "priceOut", title: "$ out", label: "Dollars a million output tokens" },
	{ key: "state", title: "State" },
];
/** Every chat model has these: what all can tells nothing apart. */
const untold = new Set(["converse", "system"]);

interface TableProps {
	table: RefObject<HTMLTableElement | null>;
	models: readonly Model[];
	chosen: Chosen;
	set(change: Partial<Chosen>): void;
}

/** A few hundred rows, which the browser lays out when they come into sight. */
export function ModelTable({ table, models, chosen, set }: TableProps) {
	return (
		<div class="models-scroll">
			<table class="models-table" ref={table} aria-label="Models">
				<thead>
					<tr>
						{columns.map(({ key, title, label }) => (
							<th
								key={title}
								scope="col"
								aria-sort={
									key !== chosen.sort
										? undefined
										: chosen.isDescending
											? "descending"
											: "ascending"
								}
							>
								{key ? (
									<button
										type="button"
										class="quiet"
										title={label ?? title}
										onClick={() =>
											set({
												sort: key,
												isDescending:
													key === chosen.sort && !chosen.isDescending,
											})
										}
									>
										{title}
										<span aria-hidden="true" class="sort-mark">
											{key !== chosen.sort
												? ""
												: chosen.isDescending
													? "↓"
													: "↑"}
										</span>
									</button>
								) : (
									title
								)}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{models.map((model) => (
						<Row key={model.id} model={model} />
					))}
				</tbody>
			</table>
		</div>
	);
}

function Row({ model }: { model: Model }) {
	const { id, name, can, contextWindow, maxOutputTokens, prices } = model;
	return (
		<tr>
			<th scope="row">
				<a href={urlOf(`models/${encodeURIComponent(id)}`)}>{name}</a>
				<code>{id}</code>
			</th>
			<td class="model-can">
				<Abilities can={can} />
			</td>
			<td data-name="context">{formatTokens(contextWindow)}</td>
			<td data-name="output">{formatTokens(maxOutputTokens)}</td>
			<td data-name="in">{formatUsd(prices?.input)}</td>
			<td data-name="out">{formatUsd(prices?.output)}</td>
			<td class="model-state">
				<State model={model} />
			</td>
		</tr>
	);
}

/** What a model can do, but for what all can. */
export function Abilities({ can }: { can: readonly string[] }) {
	return (
		<ul class="chips" aria-label="Can do">
			{can
				.filter((ability) => !untold.has(ability))
				.map((ability) => (
					<li key={ability}>{ability}</li>
				))}
		</ul>
	);
}

/** Where a model stands in its life, and whether the account has it. */
export function State({
	model: { lifecycle, isGranted },
}: {
	model: Pick<Model, "lifecycle" | "isGranted">;
}) {
	if (!isGranted) return <span class="state state-ended">no access</span>;
	const { state } = lifecycle;
	return <span class={`state state-${state}`}>{state}</span>;
}
