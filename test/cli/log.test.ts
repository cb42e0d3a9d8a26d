import { expect, test } from "vitest";
import { createLog, type LogLevel } from "../../src/log.ts";

const noon = Date.UTC(2026, 0, 31, 12);

function write(
	level: LogLevel,
	use: (log: ReturnType<typeof createLog>) => void,
): string {
	let text = "";
	use(
		createLog(
			level,
			(line) => {
				text += line;
			},
			() => noon,
		),
	);
	return text;
}

test("an entry is one line: time, level, message, details", () => {
	const text = write("info", (log) =>
		log.info("POST /x", {
			status: 200,
			model: "a b",
			none: undefined,
			empty: "",
		}),
	);
	expect(text).toBe(
		'2026-01-31T12:00:00.000Z info  POST /x status=200 model="a b" empty=""\n',
	);
});

test.each([
	["silent", []],
	["error", ["e"]],
	["info", ["e", "i"]],
	["debug", ["e", "i", "d"]],
] as const)("level %s logs %j", (level, expected) => {
	const text = write(level, (log) => {
		log.error("e");
		log.info("i");
		log.debug("d");
	});
	expect(text.match(/[eid]$/gmu) ?? []).toEqual(expected);
});

test("an error is logged with its whole stack and its causes", () => {
	const error = new Error("outer", { cause: new TypeError("inner") });
	const text = write("error", (log) => log.error("failed", error));
	expect(text).toMatch(
		/error failed\n {2}Error: outer\n {6}at .+\n {2}caused by TypeError: inner\n {6}at /su,
	);
});

test("an error among the details is logged with its stack", () => {
	const text = write("error", (log) =>
		log.error("failed", { path: "/x", error: new Error("why") }),
	);
	expect(text).toMatch(/error failed path=\/x\n {2}Error: why\n {6}at /u);
});

test("causes that go round in circles end", () => {
	const error = new Error("again");
	error.cause = error;
	expect(
		write("error", (log) => log.error("failed", error)).match(/again/gu),
	).toHaveLength(5);
});

test("a client cannot forge a line or paint the terminal", () => {
	const text = write("info", (log) =>
		log.info("a\n2026 error forged\u001b[2J\u009b\u2028", {
			b: "c\r\nd \u009b",
		}),
	);
	expect(text).toBe(
		'2026-01-31T12:00:00.000Z info  a\\u000a2026 error forged\\u001b[2J\\u009b\\u2028 b="c\\r\\nd \\u009b"\n',
	);
});

test("objects are not opened: headers and bodies stay out", () => {
	const text = write("info", (log) =>
		log.info("x", {
			headers: { authorization: "topsecret" },
			list: ["topsecret"],
		}),
	);
	expect(text).toBe(
		"2026-01-31T12:00:00.000Z info  x headers=[object] list=[list]\n",
	);
});
