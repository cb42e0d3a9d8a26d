import { useEffect, useRef, useState } from "preact/hooks";

/**
 * A text that is typed, and said once the typing has rested. A text from elsewhere takes its place; what was said and comes
 * back does not, for effects run after the next letter may have been typed.
 *
 * @param text - as the view has it
 * @param onText - hears what was typed
 * @param pauseMs - how long no letter came
 * @returns the text to show, and what to call with each change of it
 */
export function useRestingText(
	text: string,
	onText: (text: string) => void,
	pauseMs: number,
): [typed: string, type: (text: string) => void] {
	const [typed, setTyped] = useState(text);
	const said = useRef(text);
	// Whatever else is chosen while the typing rests must not be undone by it.
	const latest = useRef(onText);
	latest.current = onText;
	useEffect(() => {
		if (text !== said.current) setTyped(text);
		said.current = text;
	}, [text]);
	useEffect(() => {
		if (typed === text) return;
		const timer = setTimeout(() => {
			said.current = typed;
			latest.current(typed);
		}, pauseMs);
		return () => clearTimeout(timer);
	}, [typed]);
	return [typed, setTyped];
}
