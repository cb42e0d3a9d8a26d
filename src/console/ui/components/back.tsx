import { useShortcuts } from "../keyboard.ts";
import { go, urlOf } from "../router.ts";
import { Icon } from "./icon.tsx";

/** Leads from one thing back to the list of all, also by the keys Esc and u. */
export function BackLink({ path, name }: { path: string; name: string }) {
	const does = `Back to ${name}`;
	const run = () => go(path);
	useShortcuts([
		{ keys: "Escape", does, run },
		{ keys: "u", does, run },
	]);
	return (
		<a
			class="button quiet icon-button"
			href={urlOf(path)}
			title={`${does} (Esc)`}
		>
			<Icon name="back" />
			<span class="visually-hidden">{does}</span>
		</a>
	);
}
