import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

/** A key, or keys one after the other such as `g e`, and what they do. */
export interface Shortcut {
	keys: string;
	/** For the help: an infinitive, such as `Next exchange`. */
	does: string;
	run(): void;
}

/** Those in force, by who brought them; the latest are asked first. */
const layers = signal<readonly (() => readonly Shortcut[])[]>([]);
let before = "";
let beforeAtMs = 0;
/** How long the first key of a sequence waits for the second. */
const patienceMs = 1200;

/** Shortcuts in force, for the help. */
export function shortcutsInForce(): Shortcut[] {
	return layers.value.flatMap((layer) => layer());
}

/** Has shortcuts in force for as long as the component is there. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
	const latest = useRef(shortcuts);
	latest.current = shortcuts;
	useEffect(() => {
		const layer = () => latest.current;
		layers.value = [...layers.peek(), layer];
		return () => {
			layers.value = layers.peek().filter((other) => other !== layer);
		};
	}, []);
}

/** Has the keys of the page do what the shortcuts in force say. */
export function listenToKeys(): void {
	document.addEventListener("keydown", (event) => {
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		if (event.defaultPrevented || event.isComposing) return;
		if (document.querySelector("dialog[open]")) return;
		// The editor stands in a shadow root: to the document its root is the target.
		const [target = null] = event.composedPath();
		if (isTyping(target)) {
			if (event.key === "Escape" && target instanceof HTMLElement)
				target.blur();
			return;
		}
		const isSequence = event.timeStamp - beforeAtMs < patienceMs;
		const found =
			(isSequence && find(`${before} ${event.key}`)) || find(event.key);
		before = event.key;
		beforeAtMs = event.timeStamp;
		if (!found) return;
		before = "";
		// Enter and Space on a control are the control's.
		if (event.key === "Enter" && isControl(target)) return;
		event.preventDefault();
		found.run();
	});
}

function find(keys: string): Shortcut | undefined {
	return [...layers.peek()]
		.reverse()
		.flatMap((layer) => layer())
		.find((shortcut) => shortcut.keys === keys);
}

function isTyping(target: EventTarget | null): boolean {
	return (
		target instanceof HTMLElement &&
		(target.isContentEditable ||
			target.matches("input, textarea, select, [role=textbox]"))
	);
}

function isControl(target: EventTarget | null): boolean {
	return target instanceof HTMLElement && target.matches("a, button, summary");
}
