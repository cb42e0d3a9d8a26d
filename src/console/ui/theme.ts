import { effect, signal } from "@preact/signals";

/** system: as the machine is set. */
export type Theme = "system" | "light" | "dark";

const key = "outcrop-theme";

/** What the user chose; kept by the browser. */
export const theme = signal<Theme>(readTheme());

function readTheme(): Theme {
	const kept = localStorage.getItem(key);
	return kept === "light" || kept === "dark" ? kept : "system";
}

/** Has the page look as the theme says, now and whenever it changes. */
export function applyTheme(): void {
	effect(() => {
		if (theme.value === "system") {
			document.documentElement.removeAttribute("data-theme");
			localStorage.removeItem(key);
		} else {
			document.documentElement.setAttribute("data-theme", theme.value);
			localStorage.setItem(key, theme.value);
		}
	});
}

/** From system to light to dark and around. */
export function nextTheme(): void {
	const next = { system: "light", light: "dark", dark: "system" } as const;
	theme.value = next[theme.value];
}
