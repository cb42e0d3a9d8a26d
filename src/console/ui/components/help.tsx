import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { shortcutsInForce } from "../keyboard.ts";
import { Icon } from "./icon.tsx";

const isOpen = signal(false);

/** Shows which keys do what, here and now. */
export function openHelp(): void {
	isOpen.value = true;
}

/** The keys that are in force. */
export function HelpDialog() {
	const dialog = useRef<HTMLDialogElement>(null);
	const open = isOpen.value;
	useEffect(() => {
		if (open) dialog.current?.showModal();
	}, [open]);
	return (
		<dialog
			ref={dialog}
			class="help"
			aria-labelledby="help-title"
			onClose={() => {
				isOpen.value = false;
			}}
		>
			<form method="dialog">
				<h2 id="help-title">Keyboard</h2>
				<button type="submit" class="quiet icon-button" title="Close (Esc)">
					<Icon name="close" />
					<span class="visually-hidden">Close</span>
				</button>
			</form>
			{open && (
				<dl>
					{shortcutsInForce().map(({ keys, does }) => (
						<div key={keys}>
							<dt>
								{keys.split(" ").map((key) => (
									<kbd key={key}>{key}</kbd>
								))}
							</dt>
							<dd>{does}</dd>
						</div>
					))}
				</dl>
			)}
		</dialog>
	);
}
