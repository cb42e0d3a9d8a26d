import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";

const saidForMs = 1500;

/** A button that copies a text, and says that it did. */
export function CopyButton({
	text,
	label = "Copy",
	isQuiet = false,
}: {
	text: string | (() => string);
	label?: string;
	isQuiet?: boolean;
}) {
	const [said, setSaid] = useState<string>();
	useEffect(() => {
		if (said === undefined) return;
		const timer = setTimeout(() => setSaid(undefined), saidForMs);
		return () => clearTimeout(timer);
	}, [said]);
	const copy = () =>
		writeToClipboard(typeof text === "string" ? text : text()).then(
			() => setSaid("Copied"),
			() => setSaid("The browser lets pages of https and of localhost copy"),
		);
	return (
		<button
			type="button"
			class={isQuiet ? "quiet copy" : "copy"}
			onClick={copy}
			title={label}
		>
			<Icon name={said === "Copied" ? "check" : "copy"} />
			<span class={isQuiet ? "visually-hidden" : ""} aria-live="polite">
				{said ?? label}
			</span>
		</button>
	);
}

/** Browsers have no clipboard for pages by http from elsewhere than this machine: then it throws. */
async function writeToClipboard(text: string): Promise<void> {
	await navigator.clipboard.writeText(text);
}

/** Code to copy. */
export function Code({ text, label }: { text: string; label: string }) {
	return (
		<div class="code">
			<pre tabindex={0} role="region" aria-label={label}>
				<code>{text}</code>
			</pre>
			<CopyButton text={text} label={`Copy ${label}`} isQuiet />
		</div>
	);
}
