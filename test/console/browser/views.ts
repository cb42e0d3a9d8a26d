import type { TestOutcrop } from "../../support/outcrop.ts";
import { findId } from "./browser.ts";
import { makeBusyMinutes } from "./traffic.ts";

/** A view as it is pictured: where it is, and what has to be there before it is. */
export interface Shot {
	name: string;
	path(ids: Ids): string;
	ready: string;
	/** Done before the page is opened. */
	prepare?(outcrop: TestOutcrop): Promise<void>;
	/** Opened before the picture is taken. */
	click?: string;
	/** Has to be there after that. */
	readyAfter?: string;
}

/** Ids of sample calls by what was asked. */
export type Ids = Record<
	"poem" | "tool" | "unlucky" | "hello" | "native",
	string
>;

/** Every view, for pictures and for axe. To add one: a row here. */
export const shots: readonly Shot[] = [
	{ name: "exchanges", path: () => "", ready: ".row >> nth=5" },
	{
		name: "filtered",
		path: () => "?text=weather",
		ready: ".row >> nth=1",
	},
	{
		name: "conversation",
		path: ({ tool }) => `exchanges/${tool}`,
		ready: ".is-answer",
	},
	{
		name: "stream",
		path: ({ poem }) => `exchanges/${poem}/stream`,
		ready: ".events li >> nth=5",
		click: ".frame summary >> nth=2",
	},
	{
		name: "broken-stream",
		path: ({ unlucky }) => `exchanges/${unlucky}`,
		ready: ".is-answer",
	},
	{
		name: "request",
		path: ({ tool }) => `exchanges/${tool}/request`,
		ready: ".json-line >> nth=3",
	},
	{
		name: "why",
		path: ({ hello }) => `exchanges/${hello}/why`,
		ready: ".misses",
	},
	{
		name: "code",
		path: ({ tool }) => `exchanges/${tool}/code`,
		ready: ".code >> nth=0",
	},
	{
		name: "replay",
		path: ({ hello }) => `exchanges/${hello}/replay`,
		ready: "textarea",
	},
	{
		name: "compare",
		path: ({ hello, native }) => `compare/${hello}/${native}`,
		ready: ".diff >> nth=0",
	},
	{
		name: "scripts",
		path: () => "scripts",
		ready: ".rule >> nth=2",
	},
	{
		name: "script",
		path: () => "scripts/rules-1",
		ready: ".editor .yaml-key >> nth=3",
		click: "text=Try against",
		readyAfter: ".trial .card",
	},
	{
		name: "recordings",
		path: () => "recordings",
		ready: ".card >> nth=1",
	},
	{
		name: "cassette",
		path: () => "recordings",
		ready: ".card >> nth=1",
		click: "text=oldest rocks",
		readyAfter: ".json-line >> nth=3",
	},
	{
		name: "faults",
		path: () => "faults",
		ready: ".active-faults .card >> nth=1",
	},
	{
		name: "quotas",
		path: () => "faults/quotas",
		ready: ".gauge >> nth=3",
	},
	{
		name: "playground-empty",
		path: () => "playground",
		ready: ".empty-actions",
	},
	{
		name: "playground",
		path: ({ tool }) => `playground?exchange=${tool}`,
		ready: ".transcript .call >> nth=1",
		click: ".composer button[type=submit]",
		readyAfter: ".is-answer .came",
	},
	{
		name: "models",
		path: () => "models?can=tools,images",
		ready: ".models-table tbody tr >> nth=5",
	},
	{
		name: "model",
		path: () => "models/anthropic.claude-sonnet-4-5-20250929-v1%3A0",
		ready: ".profiles",
	},
	{
		name: "overview",
		path: () => "overview",
		prepare: makeBusyMinutes,
		ready: ".plot canvas >> nth=3",
	},
];

/** Before there are any. */
export const noIds: Ids = {
	poem: "",
	tool: "",
	unlucky: "",
	hello: "",
	native: "",
};

/** The ids of the sample calls. */
export async function idsOf(outcrop: TestOutcrop): Promise<Ids> {
	const find = (query: string) => findId(outcrop, query);
	return {
		poem: await find("text=poem"),
		tool: await find("text=Paris"),
		unlucky: await find("text=unlucky"),
		hello: await find("text=hello"),
		native: await find("text=granite"),
	};
}
