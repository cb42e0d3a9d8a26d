import { expect, test } from "vitest";
import { editDistance, nearestName } from "../../src/nearest.ts";
import { refusal } from "./resolve.ts";

test("a misspelt flag is answered with the nearest one", async () => {
	expect(await refusal({ argv: ["--prot", "4567"] })).toBe(
		"Unknown option --prot. Did you mean --port? See outcrop --help.",
	);
});

test("a flag with one dash is answered with the one with two", async () => {
	expect(await refusal({ argv: ["-port=1"] })).toBe(
		"Unknown option -port. Did you mean --port? See outcrop --help.",
	);
});

test("the beginning of a long flag is answered with the whole", async () => {
	expect(await refusal({ argv: ["--tokens", "4"] })).toBe(
		"Unknown option --tokens. Did you mean --tokens-per-second? See outcrop --help.",
	);
});

test("a flag that resembles nothing gets no guess", async () => {
	expect(await refusal({ argv: ["--frobnicate"] })).toBe(
		"Unknown option --frobnicate. See outcrop --help.",
	);
});

test("what only the file takes is no flag", async () => {
	expect(await refusal({ argv: ["--services", "x"] })).toContain(
		"Unknown option --services.",
	);
});

test("a misspelt variable is answered with the nearest one", async () => {
	expect(await refusal({ env: { OUTCROP_MAX_BODY_BYTE: "1" } })).toBe(
		"Unknown variable OUTCROP_MAX_BODY_BYTE. Did you mean OUTCROP_MAX_BODY_BYTES? See outcrop --help.",
	);
});

test("two edits of three letters make another name", async () => {
	expect(await refusal({ env: { OUTCROP_FOO: "1" } })).toBe(
		"Unknown variable OUTCROP_FOO. See outcrop --help.",
	);
});

test("what all variables begin with makes no name near", async () => {
	expect(await refusal({ env: { OUTCROP_DEBUG_ME: "1" } })).toBe(
		"Unknown variable OUTCROP_DEBUG_ME. See outcrop --help.",
	);
});

test("a misspelt key of the file is answered with the nearest one and its place", async () => {
	expect(
		await refusal({
			files: { "outcrop.yaml": "seed: 2\n\nregoin: us-east-1" },
		}),
	).toBe(
		"outcrop.yaml:3:1: unknown key regoin. Did you mean region? See outcrop --help.",
	);
});

test("what only flags take is no key of the file", async () => {
	expect(await refusal({ files: { "outcrop.yaml": "config: x" } })).toContain(
		"unknown key config.",
	);
});

test("several problems are reported together", async () => {
	const given = {
		argv: ["--prot", "1", "--jitter", "2"],
		env: { OUTCROP_SED: "1" },
		files: { "outcrop.yaml": "log: loud" },
	};
	expect((await refusal(given)).split("\n")).toEqual([
		"Unknown option --prot. Did you mean --port?",
		"Unknown variable OUTCROP_SED. Did you mean OUTCROP_SEED?",
		'outcrop.yaml:1:1: log takes one of silent, error, info, debug, not "loud".',
		'--jitter takes a number from 0 to 1, not "2".',
		"See outcrop --help.",
	]);
});

test.each([
	["port", "port", 0],
	["prot", "port", 1],
	["pot", "port", 1],
	["ports", "port", 1],
	["part", "port", 1],
	["", "port", 4],
])("%s is as many edits from %s as it takes", (from, to, distance) => {
	expect(editDistance(from, to)).toBe(distance);
});

test("a name of any length is compared in no time", () => {
	expect(nearestName("x".repeat(1_000_000), ["port"])).toBeUndefined();
});
