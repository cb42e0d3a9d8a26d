import { useEffect, useState } from "preact/hooks";
import { askApi } from "../../api/client.ts";
import type { Facet, Facets } from "../../api/types.ts";
import { Icon } from "../../components/icon.tsx";
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
const typingPauseMs = 80;

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
			<Search text={filter.text ?? ""} onText={(text) => set("text", text)} />
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

function Search({
	text,
	onText,
}: {
	text: string;
	onText(text: string): void;
}) {
	const [typed, setTyped] = useState(text);
	useEffect(() => setTyped(text), [text]);
	useEffect(() => {
		if (typed === text) return;
		const timer = setTimeout(() => onText(typed), typingPauseMs);
		return () => clearTimeout(timer);
	}, [typed]);
	return (
		<label class="search">
			<Icon name="search" />
			<span class="visually-hidden">Search in requests and replies</span>
			<input
				id="search"
				type="search"
				placeholder="Search requests and replies"
				value={typed}
				onInput={(event) => setTyped(event.currentTarget.value)}
				autocomplete="off"
				spellcheck={false}
			/>
		</label>
	);
}

function Choice({
	any,
	value,
	options,
	onOpen,
	onChoose,
}: {
	any: string;
	value: string;
	options: Facet[];
	onOpen(): void;
	onChoose(value: string): void;
}) {
	const isListed = options.some((option) => option.value === value);
	return (
		<select
			aria-label={any.replace("Any ", "Filter by ")}
			class={value === "" ? "" : "is-set"}
			value={value}
			onFocus={onOpen}
			onChange={(event) => onChoose(event.currentTarget.value)}
		>
			<option value="">{any}</option>
			{value !== "" && !isListed && <option value={value}>{value}</option>}
			{options
				.filter((option) => option.value !== "")
				.map((option) => (
					<option key={option.value} value={option.value}>
						{option.value}
						{option.count > 0 && ` (${option.count})`}
					</option>
				))}
		</select>
	);
}
