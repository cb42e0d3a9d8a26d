import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Empty } from "./components/empty.tsx";
import { HelpDialog, openHelp } from "./components/help.tsx";
import { Icon } from "./components/icon.tsx";
import { type Shortcut, useShortcuts } from "./keyboard.ts";
import { go, urlOf } from "./router.ts";
import { nextTheme, theme } from "./theme.ts";
import type { ViewProps } from "./view-props.ts";
import { currentView, type View, views } from "./views.ts";

/** The page: navigation, and the view of the place where the user is. */
export function App() {
	const found = currentView();
	const title = found?.view.title ?? "Not found";
	useEffect(() => {
		document.title = `${title} · Outcrop`;
	}, [title]);
	useShortcuts([
		...views.flatMap(goThere),
		{ keys: "t", does: "Light, dark, or as the system", run: nextTheme },
		{ keys: "?", does: "This help", run: openHelp },
	]);
	return (
		<div class="shell">
			<a class="skip" href="#main">
				Skip to content
			</a>
			<Navigation current={found?.view} />
			<main id="main" tabindex={-1}>
				{found ? <Loaded {...found} /> : <NotFound />}
			</main>
			<HelpDialog />
		</div>
	);
}

function goThere({ path, title, navigation }: View): Shortcut[] {
	if (!navigation) return [];
	const run = () => go(path);
	return [{ keys: `g ${navigation.key}`, does: `Go to ${title}`, run }];
}

function Navigation({ current }: { current: View | undefined }) {
	return (
		<header class="navigation">
			<a class="brand" href={urlOf("")} aria-label="Outcrop">
				<Mark />
				<span>Outcrop</span>
			</a>
			<nav aria-label="Views">
				{views.map(
					({ path, title, navigation }) =>
						navigation && (
							<a
								key={path}
								href={urlOf(path)}
								aria-current={currentOf(path, current)}
								title={`${title} (g ${navigation.key})`}
							>
								<Icon name={navigation.icon} />
								<span>{title}</span>
							</a>
						),
				)}
			</nav>
			<div class="navigation-end">
				<button
					type="button"
					class="quiet icon-button"
					onClick={nextTheme}
					title={`Theme: ${theme.value} (t)`}
				>
					<Icon name={theme.value} />
					<span class="visually-hidden">Theme: {theme.value}</span>
				</button>
				<button
					type="button"
					class="quiet icon-button"
					onClick={openHelp}
					title="Keyboard shortcuts (?)"
				>
					<Icon name="keyboard" />
					<span class="visually-hidden">Keyboard shortcuts</span>
				</button>
			</div>
		</header>
	);
}

function currentOf(path: string, view: View | undefined) {
	if (view?.path === path) return "page";
	return view?.parent === path ? "true" : undefined;
}

function Mark() {
	return (
		<svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
			<path d="M2 26 11 9l4.500 7L20 6l10 20z" fill="var(--accent-strong)" />
			<path d="m11 9 4.500 7-3.500 10H2z" fill="var(--accent-deep)" />
		</svg>
	);
}

/** Views that were loaded once are there at once. */
const loaded = signal<ReadonlyMap<View, ComponentType<ViewProps>>>(new Map());

function Loaded({
	view,
	parameters,
}: {
	view: View;
	parameters: Record<string, string>;
}) {
	const [error, setError] = useState<string>();
	const Component = loaded.value.get(view);
	useEffect(() => {
		setError(undefined);
		if (loaded.peek().has(view)) return;
		view.load().then(
			(component) => {
				loaded.value = new Map(loaded.peek()).set(view, component);
			},
			() => setError("Its file could not be loaded."),
		);
	}, [view]);
	if (Component) return <Component parameters={parameters} />;
	if (error === undefined) return null;
	return (
		<Empty title={`${view.title} cannot be shown`}>
			<p>{error} Is Outcrop still running? Load the page again.</p>
		</Empty>
	);
}

function NotFound() {
	return (
		<Empty title="Nothing is here">
			<p>
				The console has no such page. <a href={urlOf("")}>All exchanges</a>
			</p>
		</Empty>
	);
}
