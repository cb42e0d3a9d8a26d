import { expect, test } from "vitest";
import type {
	CassetteSummary,
	UnreadableCassette,
} from "../../src/console/ui/api/recordings.ts";
import { chooseCassettes } from "../../src/console/ui/views/recordings/choose.ts";

const nowMs = Date.parse("2026-11-22T10:00:00Z");
const old: CassetteSummary = {
	file: "old.yaml",
	operation: "Converse",
	model: "amazon.nova-lite-v1:0",
	engine: "bedrock",
	recorded: "2026-10-01T10:00:00Z",
	status: 200,
	durationMs: 5,
	firstWords: "Hello there",
	changes: ["the catalogue no longer knows amazon.nova-lite-v1:0"],
};
const fresh: CassetteSummary = {
	...old,
	file: "fresh.yaml",
	recorded: "2026-11-22T09:00:00Z",
	changes: [],
};
const broken: UnreadableCassette = { file: "broken.yaml", problem: "No YAML." };
const all = [old, fresh, broken];
const any = { text: "", isStale: false, days: 0 };

test("all cassettes are there until something is asked for", () => {
	expect(chooseCassettes(all, any, nowMs)).toEqual(all);
});

test("words are looked for in what was said, model, operation and file", () => {
	expect(chooseCassettes(all, { ...any, text: "HELLO t" }, nowMs)).toEqual([
		old,
		fresh,
	]);
	expect(chooseCassettes(all, { ...any, text: "broken" }, nowMs)).toEqual([
		broken,
	]);
});

test("an age leaves the younger out, and what has none", () => {
	expect(chooseCassettes(all, { ...any, days: 30 }, nowMs)).toEqual([old]);
});

test("what has changed since, and what cannot be read", () => {
	expect(chooseCassettes(all, { ...any, isStale: true }, nowMs)).toEqual([
		old,
		broken,
	]);
});
