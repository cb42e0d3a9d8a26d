import type { ComponentChildren } from "preact";
import type { NamedMeasures } from "../../api/types.ts";
import { formatCount, formatPrice } from "../../format.ts";
import { urlOf } from "../../router.ts";

const shown = 8;

/** Who has the most, with a bar for how much of all. */
export function Ranking({
	title,
	rows,
	filter,
	empty,
}: {
	title: string;
	rows: readonly NamedMeasures[];
	/** The filter of the exchanges that a name is a value of; undefined: they cannot be filtered by it. */
	filter: "model" | "answeredBy" | undefined;
	/** What is said when there are none. */
	empty: ComponentChildren;
}) {
	const most = Math.max(1, ...rows.map(({ calls }) => calls));
	const rest = rows.slice(shown);
	return (
		<section class="ranking">
			<h2>{title}</h2>
			{rows.length === 0 ? (
				<p class="faint">{empty}</p>
			) : (
				<table>
					<colgroup>
						<col />
						<col class="ranking-calls" />
						<col class="ranking-price" />
					</colgroup>
					<thead class="visually-hidden">
						<tr>
							<th scope="col">Name</th>
							<th scope="col">Calls</th>
							<th scope="col">Price on AWS</th>
						</tr>
					</thead>
					<tbody>
						{rows.slice(0, shown).map(({ name, calls, priceUsd }) => (
							<tr key={name}>
								<th scope="row" title={name}>
									<i
										class="ranking-bar"
										style={{ width: `${(calls / most) * 100}%` }}
									/>
									{filter ? (
										<a
											href={urlOf(
												`?${new URLSearchParams({ [filter]: name })}`,
											)}
										>
											{name}
										</a>
									) : (
										<span>{name}</span>
									)}
								</th>
								<td>{formatCount(calls)}</td>
								<td class="faint">{priceUsd > 0 && formatPrice(priceUsd)}</td>
							</tr>
						))}
					</tbody>
				</table>
			)}
			{rest.length > 0 && (
				<p class="faint">
					and {formatCount(rest.length)} more, with{" "}
					{formatCount(rest.reduce((sum, { calls }) => sum + calls, 0))} calls
				</p>
			)}
		</section>
	);
}
