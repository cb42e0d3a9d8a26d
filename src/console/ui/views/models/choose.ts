import type { Model } from "../../api/types.ts";

/** What the list of models can be narrowed to, and its order, as the address has them. */
export interface Chosen {
	text: string;
	provider: string;
	/** All of them are wanted. */
	can: readonly string[];
	/** ``: what can be invoked today; `legacy`, `ended`, or `any`. */
	state: string;
	sort: SortKey;
	isDescending: boolean;
}

/** The columns by which the list can be sorted. */
const sortKeys = [
	"model",
	"context",
	"output",
	"priceIn",
	"priceOut",
	"state",
] as const;
export type SortKey = (typeof sortKeys)[number];

/** Reads what an address says. */
export function readChosen(query: URLSearchParams): Chosen {
	const sort = query.get("sort") ?? "";
	const key = sort.replace(/^-/u, "");
	return {
		text: query.get("text") ?? "",
		provider: query.get("provider") ?? "",
		can: (query.get("can") ?? "").split(",").filter((one) => one !== ""),
		state: query.get("state") ?? "",
		sort: sortKeys.find((one) => one === key) ?? "model",
		isDescending: sort.startsWith("-"),
	};
}

/** Writes it as an address says it; what is as ever is left out. */
export function writeChosen(chosen: Chosen): string {
	const { text, provider, can, state, sort, isDescending } = chosen;
	const order = (isDescending ? "-" : "") + sort;
	const query = new URLSearchParams({
		text,
		provider,
		can: can.join(),
		state,
		sort: order === "model" ? "" : order,
	});
	for (const [name, value] of [...query]) if (value === "") query.delete(name);
	return query.size > 0 ? `models?${query}` : "models";
}

/** The models that are wanted, in the order that is wanted. */
export function chooseModels(
	models: readonly Model[],
	chosen: Chosen,
): Model[] {
	const words = chosen.text.toLowerCase().split(/\s+/u);
	const found = models.filter((model) => {
		const { id, name, provider, family, can } = model;
		const text = `${id} ${name} ${provider} ${family}`.toLowerCase();
		return (
			words.every((word) => text.includes(word)) &&
			(chosen.provider === "" || provider === chosen.provider) &&
			chosen.can.every((ability) => can.includes(ability)) &&
			isInState(model, chosen.state)
		);
	});
	return found.toSorted((one, other) => compare(one, other, chosen));
}

function isInState(model: Model, state: string): boolean {
	if (state === "") return model.isCurrent;
	return state === "any" || model.lifecycle.state === state;
}

const states = { active: 0, legacy: 1, ended: 2 };

function sortValue(model: Model, key: SortKey): number | string | undefined {
	switch (key) {
		case "model":
			return `${model.provider} ${model.name}`;
		case "context":
			return model.contextWindow;
		case "output":
			return model.maxOutputTokens;
		case "priceIn":
			return model.prices?.input;
		case "priceOut":
			return model.prices?.output;
		case "state":
			return states[model.lifecycle.state];
	}
}

/** What is not known stands last, whichever way the rest is sorted. */
function compare(
	one: Model,
	other: Model,
	{ sort, isDescending }: Chosen,
): number {
	const first = sortValue(one, sort);
	const second = sortValue(other, sort);
	if (first === undefined || second === undefined)
		return Number(first === undefined) - Number(second === undefined);
	const order =
		typeof first === "number" && typeof second === "number"
			? first - second
			: String(first).localeCompare(String(second), "en", { numeric: true });
	return isDescending ? -order : order;
}
