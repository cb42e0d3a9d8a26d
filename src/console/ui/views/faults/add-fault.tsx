import { useState } from "preact/hooks";
import type { FaultSpec } from "../../api/failures.ts";
import { Icon } from "../../components/icon.tsx";
import { ModelField } from "../../components/model-field.tsx";
import { Slider } from "../../components/slider.tsx";
import { formatDuration, formatPlural } from "../../format.ts";
import { useShortcuts } from "../../keyboard.ts";
import { type Aim, type FaultKind, faultKinds, faultOf } from "./kinds.ts";

const everyCall = 0;
const timesChoices = [everyCall, 1, 2, 3, 5, 10, 100];

/** Whom to hit, and a press for each common failure. */
export function AddFault({
	namespace,
	onAdd,
}: {
	namespace: string;
	onAdd(spec: FaultSpec, done: string): void;
}) {
	const [model, setModel] = useState("");
	const [times, setTimes] = useState(everyCall);
	const [percent, setPercent] = useState(100);
	const [dialled, setDialled] = useState<Record<string, number>>({});
	const aim: Aim = { model, namespace, times, percent };
	const dialOf = ({ id, dial }: FaultKind) => dialled[id] ?? dial?.initial ?? 0;
	const add = (kind: FaultKind) =>
		onAdd(faultOf(kind, dialOf(kind), aim), `Added: ${kind.title}.`);
	useShortcuts(
		faultKinds.slice(0, 9).map((kind, index) => ({
			keys: `${index + 1}`,
			does: kind.title,
			run: () => add(kind),
		})),
	);
	return (
		<section class="add-fault">
			<h2>Whom to hit</h2>
			<div class="fields">
				<ModelField label="Models" value={model} onChange={setModel} />
				<label class="field">
					<span>How many calls</span>
					<select
						value={times}
						onChange={(event) => setTimes(Number(event.currentTarget.value))}
					>
						{timesChoices.map((count) => (
							<option key={count} value={count}>
								{count === everyCall
									? "all, until removed"
									: `the next ${count}`}
							</option>
						))}
					</select>
				</label>
				<Slider
					label="How likely"
					value={percent}
					min={1}
					max={100}
					step={1}
					show={(value) => (value === 100 ? "every call" : `${value} %`)}
					onChange={setPercent}
				/>
			</div>
			<h2>What fails</h2>
			<ul class="kinds">
				{faultKinds.map((kind, index) => (
					<Kind
						key={kind.id}
						kind={kind}
						number={index + 1}
						value={dialOf(kind)}
						onDial={(value) => setDialled({ ...dialled, [kind.id]: value })}
						onAdd={() => add(kind)}
					/>
				))}
			</ul>
		</section>
	);
}

function Kind({
	kind: { title, seen, dial },
	number,
	value,
	onDial,
	onAdd,
}: {
	kind: FaultKind;
	number: number;
	value: number;
	onDial(value: number): void;
	onAdd(): void;
}) {
	return (
		<li class="kind">
			<button
				type="button"
				onClick={onAdd}
				title={number < 10 ? `${title} (${number})` : title}
			>
				<Icon name="bolt" />
				{title}
				{number < 10 && <kbd>{number}</kbd>}
			</button>
			<p>{seen}</p>
			{dial && (
				<Slider
					{...dial}
					value={value}
					show={(shown) =>
						dial.unit === "ms"
							? formatDuration(shown)
							: formatPlural(shown, "event")
					}
					onChange={onDial}
				/>
			)}
		</li>
	);
}
