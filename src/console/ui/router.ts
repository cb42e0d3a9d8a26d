import { signal } from "@preact/signals";

/** All of the page's own addresses begin so. */
const base = "/_outcrop/";

/** Where the user is: the path below `/_outcrop/`, and the query. */
export interface Place {
	path: string;
	query: URLSearchParams;
}

/** Where the user is now. */
export const place = signal(readPlace());

function readPlace(): Place {
	return {
		path: location.pathname.slice(base.length),
		query: new URLSearchParams(location.search),
	};
}

/** The address of a path below `/_outcrop/`, for links. */
export function urlOf(path: string): string {
	return base + path;
}

/** Goes to a path below `/_outcrop/`, with its query; `replace` leaves no step for the browser's back. */
export function go(path: string, options: { replace?: boolean } = {}): void {
	if (options.replace) history.replaceState(null, "", urlOf(path));
	else history.pushState(null, "", urlOf(path));
	place.value = readPlace();
}

/** Has links within the page change the view in place of loading the page anew. */
export function followLinks(): void {
	addEventListener("popstate", () => {
		place.value = readPlace();
	});
	document.addEventListener("click", (event) => {
		if (event.defaultPrevented || event.button !== 0) return;
		if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
			return;
		const link =
			event.target instanceof Element ? event.target.closest("a") : null;
		if (!link || link.target || link.hasAttribute("download")) return;
		if (link.origin !== location.origin || !isView(link.pathname)) return;
		event.preventDefault();
		go(link.pathname.slice(base.length) + link.search);
	});
}

function isView(path: string): boolean {
	return path.startsWith(base) && !path.startsWith(`${base}api/`);
}
