import { expect, test } from "vitest";
import { refusal, resolve } from "./resolve.ts";

test.each([
	[
		"--record=tapes --engine=bedrock",
		{ record: "/project/tapes", recordMode: undefined },
	],
	["--record=tapes --record-mode=none", { recordMode: "none" }],
	["--replay=/tapes", { replay: "/tapes", replaySpeed: 0 }],
	[
		"--match=model,tools",
		{ match: { members: ["model", "tools"], ignore: [], normalise: [] } },
	],
	["--redact=a{1,2}", { redact: ["a{1,2}"] }],
	["--redact a{1,2} --redact b --redact=c", { redact: ["a{1,2}", "b", "c"] }],
])("%s is understood", async (flag, expected) => {
	expect(await resolve({ argv: flag.split(" ") })).toMatchObject(expected);
});

test("the file says more of the comparison, and its folder is relative to it", async () => {
	const file = `record: tapes
upstream: http://localhost:8000/v1
match:
  members: model,messages
  ignore: ["$.inferenceConfig"]
  normalise: [dates, uuids]
redact: ["sk-[a-z]+", "b"]
`;
	expect(await resolve({ files: { "outcrop.yaml": file } })).toMatchObject({
		record: "/project/tapes",
		match: {
			members: ["model", "messages"],
			ignore: ["$.inferenceConfig"],
			normalise: ["dates", "uuids"],
		},
		redact: ["sk-[a-z]+", "b"],
	});
});

test.each([
	[
		["--record=a"],
		"--record has nobody to record: scripts and the stub are not. Name a model server (--upstream URL), a local model (--local-model FILE) or the real Bedrock (--engine bedrock).",
	],
	[
		["--record=a", "--replay=b", "--engine=bedrock"],
		"--record and --replay exclude each other. To replay what is there and record the rest: --record DIR --record-mode missing.",
	],
	[
		["--record-mode=missing"],
		"--record-mode counts only with --record DIR. Add it, or leave it out.",
	],
	[
		["--replay=b", "--record-errors"],
		"--record-errors counts only with --record DIR. Add it in place of --replay, or leave it out.",
	],
	[
		["--record=a", "--record-mode=new"],
		'--record-mode takes one of once, missing, all, none, not "new".',
	],
])("%s is refused", async (argv, message) => {
	expect(await refusal({ argv })).toBe(message);
});

test("a misspelt normaliser is told its right name", async () => {
	const files = { "outcrop.yaml": "match: { normalise: [date] }\n" };
	expect(await refusal({ files })).toBe(
		'outcrop.yaml:1:1: match: normalise takes whitespace, dates, uuids, toolIds, not "date". Did you mean dates?',
	);
});
