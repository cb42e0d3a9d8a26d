import { useId, useState } from "preact/hooks";
import { askApi } from "../api/client.ts";
import type { Facets } from "../api/types.ts";

/** Whole families, for who has not called anything yet. */
const families = ["anthropic.*", "us.anthropic.*", "amazon.nova-*", "meta.*"];

/** Model ids, or patterns with `*`; those that were called are offered. */
export function ModelField({
	label,
	value,
	onChange,
}: {
	label: string;
	value: string;
	onChange(value: string): void;
}) {
	const [known, setKnown] = useState<string[]>([]);
	const list = useId();
	const refresh = () => {
		askApi<Facets>("exchanges/facets").then(
			({ models }) => setKnown(models.map((model) => model.value)),
			() => {},
		);
	};
	return (
		<label class="field">
			<span>{label}</span>
			<input
				value={value}
				list={list}
				placeholder="all, or such as anthropic.*"
				onFocus={refresh}
				onInput={(event) => onChange(event.currentTarget.value)}
				autocomplete="off"
				spellcheck={false}
			/>
			<datalist id={list}>
				{[...known, ...families].map((model) => (
					<option key={model} value={model} />
				))}
			</datalist>
		</label>
	);
}
