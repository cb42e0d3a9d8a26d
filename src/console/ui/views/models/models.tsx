import { useRef } from "preact/hooks";
import { askApi } from "../../api/client.ts";
import type { Model } from "../../api/types.ts";
import { Choice } from "../../components/choice.tsx";
import { Empty } from "../../components/empty.tsx";
import { focusSearch, SearchBox } from "../../components/search.tsx";
import { formatPlural } from "../../format.ts";
import { useShortcuts } from "../../keyboard.ts";
import { go, place } from "../../router.ts";
import { useLoaded } from "../exchange/load.ts";
import {
	type Chosen,
	chooseModels,
	readChosen,
	writeChosen,
} from "./choose.ts";
import { ModelTable } from "./table.tsx";

/** The abilities that somebody looks for. */
const abilities = [
	"tools",
	"images",
	"streaming",
	"reasoning",
	"caching",
	"embeddings",
];

/** The catalogue: searched, narrowed, sorted. */
export function Models() {
	const loading = useLoaded("models", () =>
		askApi<{ models: Model[] }>("models"),
	);
	const chosen = readChosen(place.value.query);
	const table = useRef<HTMLTableElement>(null);
	const set = (change: Partial<Chosen>) =>
		go(writeChosen({ ...chosen, ...change }), { replace: true });
	useShortcuts([
		{ keys: "/", does: "Search", run: focusSearch },
		{ keys: "j", does: "Next model", run: () => step(table.current, 1) },
		{ keys: "k", does: "Previous model", run: () => step(table.current, -1) },
		{
			keys: "Escape",
			does: "Show all that can be called",
			run: () => go("models", { replace: true }),
		},
	]);
	if (loading?.error !== undefined)
		return (
			<Empty title="The catalogue is not there">
				<p>{loading.error}</p>
			</Empty>
		);
	const models = loading?.value.models ?? [];
	const found = chooseModels(models, chosen);
	return (
		<div class="models">
			<div class="toolbar">
				<h1>Models</h1>
				<p class="toolbar-count" role="status">
					{loading &&
						`${formatPlural(found.length, "model")} of ${models.length}`}
				</p>
			</div>
			<ModelFilters models={models} chosen={chosen} set={set} />
			{loading && found.length === 0 ? (
				<NoModel chosen={chosen} set={set} />
			) : (
				<ModelTable table={table} models={found} chosen={chosen} set={set} />
			)}
		</div>
	);
}

interface Changing {
	chosen: Chosen;
	set(change: Partial<Chosen>): void;
}

function ModelFilters({
	models,
	chosen,
	set,
}: Changing & { models: readonly Model[] }) {
	const counts = Map.groupBy(models, ({ provider }) => provider);
	const providers = [...counts].map(([value, { length }]) => ({
		value,
		count: length,
	}));
	const toggle = (ability: string) =>
		set({
			can: chosen.can.includes(ability)
				? chosen.can.filter((one) => one !== ability)
				: [...chosen.can, ability],
		});
	return (
		<search class="filters">
			<SearchBox
				label="Search models"
				text={chosen.text}
				onText={(text) => set({ text })}
			/>
			<Choice
				any="Any provider"
				value={chosen.provider}
				options={providers}
				onChoose={(provider) => set({ provider })}
			/>
			<select
				aria-label="Filter by state"
				class={chosen.state === "" ? "" : "is-set"}
				value={chosen.state}
				onChange={(event) => set({ state: event.currentTarget.value })}
			>
				<option value="">Can be called</option>
				<option value="legacy">Legacy</option>
				<option value="ended">Ended</option>
				<option value="any">All</option>
			</select>
			<fieldset class="toggles">
				<legend class="visually-hidden">Can do</legend>
				{abilities.map((ability) => (
					<button
						type="button"
						key={ability}
						aria-pressed={chosen.can.includes(ability)}
						onClick={() => toggle(ability)}
					>
						{ability}
					</button>
				))}
			</fieldset>
		</search>
	);
}

function NoModel({ chosen, set }: Changing) {
	return (
		<section class="empty">
			<h2>No model is like that</h2>
			<p>
				{chosen.state === ""
					? "Models that have ended, or that only provisioned throughput serves, are left out."
					: "The search looks at ids, names, providers and families."}{" "}
				An id that the catalogue does not know can be called all the same,
				unless Outcrop is strict.
			</p>
			<p class="empty-actions">
				{chosen.state !== "any" && (
					<button type="button" onClick={() => set({ state: "any" })}>
						Look among all models
					</button>
				)}
				<button type="button" onClick={() => go("models", { replace: true })}>
					Start over
				</button>
			</p>
		</section>
	);
}

/** Moves the focus from one model's link to the next. */
function step(table: HTMLTableElement | null, by: number): void {
	const links = [...(table?.querySelectorAll<HTMLElement>("tbody a") ?? [])];
	const current = document.activeElement;
	const index = current instanceof HTMLElement ? links.indexOf(current) : -1;
	const next = index < 0 ? links[0] : links[index + by];
	next?.focus();
}
