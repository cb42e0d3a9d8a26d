import { useState } from "preact/hooks";
import { askApi } from "../api/client.ts";
import type { Facets } from "../api/types.ts";
import { go, place } from "../router.ts";
import { useRestingText } from "./resting.ts";

const typingPauseMs = 200;

/** The namespace that the address names; an empty string: every one. */
export function chosenNamespace(): string {
	return place.value.query.get("namespace") ?? "";
}

/** Whether something of a namespace, or of none, concerns the calls of the chosen one. */
export function concerns(
	namespace: string | undefined,
	chosen: string,
): boolean {
	return chosen === "" || namespace === undefined || namespace === chosen;
}

/** Chooses the namespace that a view is about; it stands in the address. */
export function NamespaceChoice() {
	const chosen = chosenNamespace();
	const [typed, type] = useRestingText(chosen, choose, typingPauseMs);
	const [known, setKnown] = useState<string[]>([]);
	const refresh = () => {
		askApi<Facets>("exchanges/facets").then(
			({ namespaces }) => setKnown(namespaces.map(({ value }) => value)),
			() => {},
		);
	};
	return (
		<label class="namespace-choice">
			<span>Namespace</span>
			<input
				value={typed}
				list="namespaces"
				placeholder="every one"
				onFocus={refresh}
				onInput={(event) => type(event.currentTarget.value.trim())}
				autocomplete="off"
				spellcheck={false}
			/>
			<datalist id="namespaces">
				{known.map((name) => (
					<option key={name} value={name} />
				))}
			</datalist>
		</label>
	);
}

function choose(namespace: string): void {
	const { path, query } = place.peek();
	const changed = new URLSearchParams(query);
	if (namespace === "") changed.delete("namespace");
	else changed.set("namespace", namespace);
	go(changed.size > 0 ? `${path}?${changed}` : path, { replace: true });
}
