import type { ComponentType } from "preact";
import type { IconName } from "./components/icon.tsx";
import { matchPattern } from "./pattern.ts";
import { place } from "./router.ts";
import type { ViewProps } from "./view-props.ts";

/** A view of the console. */
export interface View {
	/** Below `/_outcrop/`: `:name` stands for a segment, `:name?` for one that may be missing. */
	path: string;
	/** Of the window, and of the link in the navigation. */
	title: string;
	/** Views without it are not in the navigation; `g` and then the key goes there. */
	navigation?: { icon: IconName; key: string };
	/** The path of the view whose link stands for this one in the navigation. */
	parent?: string;
	/** Loads the view's file when it is first gone to. */
	load(): Promise<ComponentType<ViewProps>>;
}

/** Every view, in the navigation's order. To add one: a file in `views/`, and a line here. */
export const views: readonly View[] = [
	{
		path: "",
		title: "Exchanges",
		navigation: { icon: "list", key: "e" },
		load: () => import("./views/live/live.tsx").then(({ Live }) => Live),
	},
	{
		path: "exchanges/:id/:part?",
		title: "Exchange",
		parent: "",
		load: () =>
			import("./views/exchange/exchange.tsx").then(
				({ ExchangeView }) => ExchangeView,
			),
	},
	{
		path: "compare/:one/:other",
		title: "Compare",
		parent: "",
		load: () =>
			import("./views/compare/compare.tsx").then(({ Compare }) => Compare),
	},
	{
		path: "playground",
		title: "Playground",
		navigation: { icon: "chat", key: "p" },
		load: () =>
			import("./views/playground/playground.tsx").then(
				({ Playground }) => Playground,
			),
	},
	{
		path: "scripts/:id?",
		title: "Scripts",
		navigation: { icon: "document", key: "s" },
		load: () =>
			import("./views/scripts/scripts.tsx").then(
				({ ScriptsView }) => ScriptsView,
			),
	},
	{
		path: "recordings/:file?",
		title: "Recordings",
		navigation: { icon: "tape", key: "r" },
		load: () =>
			import("./views/recordings/recordings.tsx").then(
				({ RecordingsView }) => RecordingsView,
			),
	},
	{
		path: "faults/:part?",
		title: "Faults",
		navigation: { icon: "bolt", key: "f" },
		load: () =>
			import("./views/faults/faults.tsx").then(({ FaultsView }) => FaultsView),
	},
	{
		path: "models",
		title: "Models",
		navigation: { icon: "model", key: "m" },
		load: () =>
			import("./views/models/models.tsx").then(({ Models }) => Models),
	},
	{
		path: "models/:id",
		title: "Model",
		load: () =>
			import("./views/models/model.tsx").then(({ ModelView }) => ModelView),
	},
	{
		path: "overview",
		title: "Overview",
		navigation: { icon: "chart", key: "o" },
		load: () =>
			import("./views/overview/overview.tsx").then(
				({ OverviewView }) => OverviewView,
			),
	},
];

/** The view of the place where the user is, with its parameters; undefined when none has that path. */
export function currentView():
	| { view: View; parameters: Record<string, string> }
	| undefined {
	for (const view of views) {
		const parameters = matchPattern(view.path, place.value.path);
		if (parameters) return { view, parameters };
	}
	return undefined;
}
