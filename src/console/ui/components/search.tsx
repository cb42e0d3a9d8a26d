import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";

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
	const [typed, setTyped] = useState(text);
	// Whatever else is chosen while the typing rests must not be undone by it.
	const latest = useRef(onText);
	latest.current = onText;
	useEffect(() => setTyped(text), [text]);
	useEffect(() => {
		if (typed === text) return;
		const timer = setTimeout(() => latest.current(typed), typingPauseMs);
		return () => clearTimeout(timer);
	}, [typed]);
	return (
		<label class="search">
			<Icon name="search" />
			<span class="visually-hidden">{label}</span>
			<input
				id="search"
				type="search"
				placeholder={label}
				value={typed}
				onInput={(event) => setTyped(event.currentTarget.value)}
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
