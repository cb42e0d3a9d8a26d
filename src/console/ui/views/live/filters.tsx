import { useEffect, useState } from "preact/hooks";
import { askApi } from "../../api/client.ts";
import type { Facet, Facets } from "../../api/types.ts";
import { Choice } from "../../components/choice.tsx";
import { Icon } from "../../components/icon.tsx";
import { SearchBox } from "../../components/search.tsx";
import type { Filter } from "../../feed.ts";
import { go } from "../../router.ts";

/** The filters that an address may hold. */
export const filterKeys: ReadonlySet<string> = new Set([
	"text",
	"status",
	"operation",
	"model",
	"answeredBy",
	"namespace",
]);

const statuses: Facet[] = [
	{ value: "ok", count: 0 },
	{ value: "error", count: 0 },
];
const noFacets: Facets = {
	namespaces: [],
	operations: [],
	models: [],
	answeredBy: [],
};

/** Search and filters. They stand in the address, so that a filtered list can be kept and sent. */
export function Filters({ filter }: { filter: Filter }) {
	const [facets, setFacets] = useState(noFacets);
	const refresh = () => {
		askApi<Facets>("exchanges/facets").then(setFacets, () => {});
	};
	useEffect(refresh, []);
	const set = (name: keyof Filter, value: string) => {
		const query = new URLSearchParams({ ...filter, [name]: value });
		if (value === "") query.delete(name);
		go(query.size > 0 ? `?${query}` : "", { replace: true });
	};
	const choices: [keyof Filter, string, Facet[]][] = [
		["status", "Any status", statuses],
		["operation", "Any operation", facets.operations],
		["model", "Any model", facets.models],
		["answeredBy", "Any engine or rule", facets.answeredBy],
		["namespace", "Any namespace", facets.namespaces],
	];
	return (
		<search class="filters">
			<SearchBox
				label="Search requests and replies"
				text={filter.text ?? ""}
				onText={(text) => set("text", text)}
			/>
			{choices.map(([name, any, options]) => (
				<Choice
					key={name}
					any={any}
					value={filter[name] ?? ""}
					options={options}
					onOpen={refresh}
					onChoose={(value) => set(name, value)}
				/>
			))}
			{Object.keys(filter).length > 0 && (
				<button
					type="button"
					class="quiet"
					onClick={() => go("", { replace: true })}
				>
					<Icon name="close" />
					Show all
				</button>
			)}
		</search>
	);
}
