import { Icon } from "./icon.tsx";
import { useRestingText } from "./resting.ts";

const typingPauseMs = 80;

/** A text to search for: said when the typing rests. The key `/` is the view's to bind, by `focusSearch`. */
export function SearchBox({
	label,
	text,
	onText,
}: {
	label: string;
	text: string;
	onText(text: string): void;
}) {
	const [typed, type] = useRestingText(text, onText, typingPauseMs);
	return (
		<label class="search">
			<Icon name="search" />
			<span class="visually-hidden">{label}</span>
			<input
				id="search"
				type="search"
				placeholder={label}
				value={typed}
				onInput={(event) => type(event.currentTarget.value)}
				autocomplete="off"
				spellcheck={false}
			/>
		</label>
	);
}

/** Lets the user type into the view's search. */
export function focusSearch(): void {
	document.getElementById("search")?.focus();
}
