import type { Facet } from "../api/types.ts";

/** A filter with a list of values; without one it lets all through. */
export function Choice({
	any,
	value,
	options,
	onOpen,
	onChoose,
}: {
	/** What is chosen when nothing is, such as `Any model`. */
	any: string;
	value: string;
	options: readonly Facet[];
	onOpen?(): void;
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
