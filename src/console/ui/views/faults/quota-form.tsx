import { useState } from "preact/hooks";
import type { QuotaSpec } from "../../api/failures.ts";
import { ModelField } from "../../components/model-field.tsx";
import { type Limit, limits, quotaOf } from "./meters.ts";

/** Sets a quota. */
export function QuotaForm({
	namespace,
	said,
	onAdd,
}: {
	namespace: string;
	said: string;
	onAdd(spec: QuotaSpec): void;
}) {
	const [model, setModel] = useState("");
	const [typed, setTyped] = useState<Partial<Record<Limit, string>>>({});
	const spec = quotaOf(typed, model, namespace);
	const submit = (event: Event) => {
		event.preventDefault();
		if (spec) onAdd(spec);
	};
	return (
		<form class="quota-form" onSubmit={submit}>
			<div class="fields">
				<ModelField label="Models" value={model} onChange={setModel} />
				{limits.map(({ member, label }) => (
					<label class="field field-number" key={member}>
						<span>{label}</span>
						<input
							type="number"
							min={0}
							step={1}
							inputMode="numeric"
							placeholder="no limit"
							value={typed[member] ?? ""}
							onInput={(event) =>
								setTyped({ ...typed, [member]: event.currentTarget.value })
							}
						/>
					</label>
				))}
			</div>
			<div class="form-end">
				<button type="submit" class="primary" disabled={!spec}>
					Set quota
				</button>
				<p role="status">{said}</p>
			</div>
		</form>
	);
}
