import { useEffect } from "preact/hooks";
import type { Quota, QuotaSpec } from "../../api/failures.ts";
import { Icon } from "../../components/icon.tsx";
import { concerns } from "../../components/namespace.tsx";
import { formatCount } from "../../format.ts";
import { useChange, useLive } from "../../live.ts";
import { Clock } from "./clock.tsx";
import { gaugesOf } from "./meters.ts";
import { QuotaForm } from "./quota-form.tsx";

/** How often meters are read while a minute runs out. */
const refreshMs = 1000;

/** What an account may use, with live meters; and the clock, which ends minutes and days. */
export function Quotas({ namespace }: { namespace: string }) {
	const { value, error, reload } = useLive<{ quotas: Quota[] }>("quotas");
	const [said, change] = useChange(reload);
	const shown = value?.quotas.filter(({ spec }) =>
		concerns(spec.namespace, namespace),
	);
	const isMetering = shown?.some(({ meters }) =>
		meters.some(({ minuteEndsInMs }) => minuteEndsInMs > 0),
	);
	useEffect(() => {
		if (!isMetering) return;
		const timer = setInterval(reload, refreshMs);
		return () => clearInterval(timer);
	}, [isMetering]);
	const add = (spec: QuotaSpec) =>
		change(
			"quotas",
			{ method: "POST", body: JSON.stringify(spec) },
			"The quota is set.",
		);
	return (
		<div class="page">
			<section class="quotas">
				<h2 class="visually-hidden">Quotas</h2>
				<p class="page-about">
					What an account may use of a model, counted as AWS counts it. A call
					that does not fit gets ThrottlingException.
				</p>
				<QuotaForm namespace={namespace} said={error ?? said} onAdd={add} />
				{shown?.length === 0 && (
					<p class="faint nothing">
						No quotas: nothing is limited. Set one, and send calls to see its
						meters move.
					</p>
				)}
				<ul class="cards">
					{shown?.map((quota) => (
						<QuotaCard
							key={quota.id}
							quota={quota}
							onRemove={() =>
								change(`quotas/${quota.id}`, { method: "DELETE" }, "Removed.")
							}
						/>
					))}
				</ul>
			</section>
			<Clock onMoved={reload} />
		</div>
	);
}

function QuotaCard({
	quota: { id, spec, meters },
	onRemove,
}: {
	quota: Quota;
	onRemove(): void;
}) {
	const title =
		spec.name ?? (spec.model ? [spec.model].flat().join(", ") : "All models");
	return (
		<li class="card quota">
			<div class="card-text">
				<strong>{title}</strong>
				{spec.namespace !== undefined && <p>in namespace {spec.namespace}</p>}
				{meters.length === 0 && <p>No call was counted yet.</p>}
			</div>
			<button type="button" class="quiet icon-button" onClick={onRemove}>
				<Icon name="close" />
				<span class="visually-hidden">
					Remove the quota of {title} ({id})
				</span>
			</button>
			{meters.map((meter) => (
				<div
					class="meter-row"
					key={`${meter.model} ${meter.account} ${meter.region} ${meter.namespace}`}
				>
					<p class="meter-owner">
						<code>{meter.model}</code>
						<span class="faint">
							{[meter.region, meter.namespace].filter(Boolean).join(" · ")}
							{meter.throttled > 0 &&
								` · ${formatCount(meter.throttled)} refused`}
							{meter.minuteEndsInMs > 0 &&
								` · the minute ends in ${Math.ceil(meter.minuteEndsInMs / 1000)} s`}
						</span>
					</p>
					{gaugesOf(spec, meter).map(({ label, used, limit, share }) => (
						<div class="gauge" key={label}>
							<span>{label}</span>
							<span class="gauge-numbers">
								{formatCount(used)} of {formatCount(limit)}
							</span>
							<div
								class={share >= 1 ? "gauge-bar is-full" : "gauge-bar"}
								role="meter"
								aria-label={`${label} of ${meter.model}`}
								aria-valuemin={0}
								aria-valuemax={limit}
								aria-valuenow={Math.min(used, limit)}
								aria-valuetext={`${used} of ${limit}`}
							>
								<div style={{ width: `${share * 100}%` }} />
							</div>
						</div>
					))}
				</div>
			))}
		</li>
	);
}
