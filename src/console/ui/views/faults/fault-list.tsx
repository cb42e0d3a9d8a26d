import type { Fault } from "../../api/failures.ts";
import { Icon } from "../../components/icon.tsx";
import { formatCount } from "../../format.ts";
import { describeAim, describeFault } from "./kinds.ts";

/** The faults that there are, with how many calls each has hit. */
export function FaultList({
	faults,
	said,
	onRemove,
	onRemoveAll,
}: {
	/** Undefined while they are loaded. */
	faults: readonly Fault[] | undefined;
	said: string;
	onRemove(id: string): void;
	onRemoveAll(): void;
}) {
	return (
		<section class="active-faults" aria-busy={faults === undefined}>
			<div class="section-head">
				<h2>Faults in force</h2>
				<p role="status">{said}</p>
				<button
					type="button"
					class="quiet"
					disabled={!faults?.length}
					onClick={onRemoveAll}
					title="Remove all that are shown (x)"
				>
					<Icon name="trash" />
					Remove all
				</button>
			</div>
			{faults?.length === 0 && (
				<p class="faint nothing">
					None. Press one above, or post one:{" "}
					<code>
						curl {location.origin}/_outcrop/api/faults -d 'throttlingException;
						times=1'
					</code>
				</p>
			)}
			<ul class="cards">
				{faults?.map((fault) => (
					<FaultRow
						key={fault.id}
						fault={fault}
						onRemove={() => onRemove(fault.id)}
					/>
				))}
			</ul>
		</section>
	);
}

function FaultRow({
	fault: { id, spec, hits },
	onRemove,
}: {
	fault: Fault;
	onRemove(): void;
}) {
	const what = describeFault(spec);
	const isUsedUp = spec.times !== undefined && hits >= spec.times;
	return (
		<li class={isUsedUp ? "card is-used-up" : "card"}>
			<div class="card-text">
				<strong>{spec.name ?? what}</strong>
				<p>
					{spec.name !== undefined && `${what}: `}
					{describeAim(spec)}
				</p>
			</div>
			<p class="hits">
				<strong>{formatCount(hits)}</strong>
				{spec.times === undefined
					? " hit"
					: ` of ${formatCount(spec.times)} hit`}
			</p>
			<button type="button" class="quiet icon-button" onClick={onRemove}>
				<Icon name="close" />
				<span class="visually-hidden">
					Remove {what} ({id})
				</span>
			</button>
		</li>
	);
}
