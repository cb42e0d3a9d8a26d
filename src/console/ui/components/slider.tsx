/** A number to be dragged, or stepped through with the arrow keys; it is told in words beside its name. */
export function Slider({
	label,
	value,
	min,
	max,
	step,
	show,
	onChange,
}: {
	label: string;
	value: number;
	min: number;
	max: number;
	step: number;
	show(value: number): string;
	onChange(value: number): void;
}) {
	return (
		<label class="slider">
			<span>{label}</span>
			<output>{show(value)}</output>
			<input
				type="range"
				min={min}
				max={max}
				step={step}
				value={value}
				aria-valuetext={show(value)}
				onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
			/>
		</label>
	);
}
