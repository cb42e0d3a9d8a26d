import { expect, test } from "vitest";
import { readFault, readFaults, writeFault } from "../../src/faults/fault.ts";
import { matchesGlob } from "../../src/models/glob.ts";

test("an exception is read in either spelling", () => {
	expect(readFault({ throw: "throttlingException" })).toEqual({
		throw: "ThrottlingException",
	});
});

test("the short form has members with semicolons between them", () => {
	expect(
		readFault(
			'throttlingException; after=7; message="Slow down; \\"please\\""; times=2',
		),
	).toEqual({
		throw: "ThrottlingException",
		after: 7,
		message: 'Slow down; "please"',
		times: 2,
	});
});

test("the short form of a way to break, of a page, of a status and of a delay", () => {
	expect(readFault("cut; after=3")).toEqual({ break: "cut", after: 3 });
	expect(readFault("html; status=502")).toEqual({ html: true, status: 502 });
	expect(readFault("429")).toEqual({ throw: "ThrottlingException" });
	expect(readFault("delay=400ms")).toEqual({ delay: { firstToken: 400 } });
});

test("an exception that Bedrock does not know comes with its status", () => {
	expect(readFault({ throw: "TeapotException", status: 418 })).toEqual({
		throw: "TeapotException",
		status: 418,
	});
});

test("a status stands for its exception, in a stream too", () => {
	expect(readFault({ status: 503, after: 3 })).toEqual({
		throw: "ServiceUnavailableException",
		after: 3,
	});
});

test("the short form may be JSON", () => {
	expect(readFault('{"break":"stall","after":"7 events"}')).toEqual({
		break: "stall",
		after: 7,
	});
});

test("a status that no exception has is a load balancer's page", () => {
	expect(readFault({ status: 504 })).toEqual({ status: 504, html: true });
});

test("delays are times or distributions", () => {
	const delay = { fistToken: "1s", betweenTokens: { min: 10, max: "20ms" } };
	expect(() => readFault({ delay })).toThrow(
		'A delay has no member "fistToken". Did you mean firstToken?',
	);
	expect(
		readFault({
			delay: {
				firstToken: { p50: "400ms", p99: "3s" },
				betweenTokens: { min: 10, max: "20ms" },
			},
		}).delay,
	).toEqual({
		firstToken: { p50: 400, p99: 3000 },
		betweenTokens: { min: 10, max: 20 },
	});
	expect(
		readFault({ delay: { mean: "1s", deviation: "100ms" } }).delay,
	).toEqual({ firstToken: { mean: 1000, deviation: 100 } });
});

test("models and operations are one or several", () => {
	expect(
		readFault({ break: "cut", model: "a.*", operation: ["Converse", "X"] }),
	).toEqual({ break: "cut", model: ["a.*"], operation: ["Converse", "X"] });
});

test.each([
	[
		{ thorw: "ThrottlingException" },
		/^A fault has no member "thorw"\. Did you mean throw\?$/u,
	],
	[
		{ throw: "Throttling" },
		'A fault: throw takes an exception such as ThrottlingException, ServiceUnavailableException, InternalServerException, ModelStreamErrorException, not "Throttling".',
	],
	[
		{ throw: "ThrotlingException" },
		/^A fault throws ThrotlingException, which Bedrock does not know\. Did you mean ThrottlingException\? Or add the status that it has\.$/u,
	],
	[
		{ throw: "ThrottlingException", after: "soon" },
		'A fault: after takes a number of events such as 7, not "soon".',
	],
	[
		{ throw: "ThrottlingException", break: "cut" },
		"A fault has both throw and break. Make two faults of it, or keep one.",
	],
	[
		{ model: "a.*" },
		"A fault does not say what fails. Add throw (an exception), break (such as cut), status, html or delay.",
	],
	[
		{ break: "cut", message: "hi" },
		"A fault's message goes with an exception only. Leave it out, or add that.",
	],
	[
		{ html: true, after: 3 },
		"A fault's after goes with throw or break only. Leave it out, or add that.",
	],
	[
		{ throw: "ThrottlingException", status: 429, after: 3 },
		"A fault has both status and after, but events of a stream have no status. Leave one out.",
	],
	[
		{ break: "cut", probability: 0 },
		"A fault: probability takes a number above 0, up to 1, not 0.",
	],
	[
		"cut; 3",
		'A fault\'s part "3" is no name=value. Write for example: throttlingException; after=7',
	],
	[7, /^A fault takes a mapping with some of name, throw, .*, not 7\.$/u],
])("%j is refused in words", (fault, message) => {
	expect(() => readFault(fault)).toThrow(message);
});

test("a list names the fault that is wrong", () => {
	expect(() => readFaults([{ break: "cut" }, { break: "cat" }])).toThrow(
		/^Fault 2 of the list: A fault: break takes one of cut, .* not "cat"\.$/u,
	);
});

test("a fault is written as a line", () => {
	expect(writeFault({ throw: "ThrottlingException", after: 7, times: 1 })).toBe(
		"ThrottlingException; after=7",
	);
	expect(writeFault({ html: true, status: 502 })).toBe("html; status=502");
	expect(writeFault({ delay: { firstToken: 400 } })).toBe(
		'delay={"firstToken":400}',
	);
});

test("a star stands for any characters", () => {
	expect(matchesGlob("anthropic.*", "anthropic.claude")).toBe(true);
	expect(matchesGlob("*.claude*v1*", "us.anthropic.claude-x-v1:0")).toBe(true);
	expect(matchesGlob("anthropic.*", "us.anthropic.claude")).toBe(false);
	expect(matchesGlob("a*a", "a")).toBe(false);
	expect(matchesGlob("a*b*b", "ab")).toBe(false);
	expect(matchesGlob("*", "")).toBe(true);
	expect(matchesGlob("a.b", "axb")).toBe(false);
});

test("a pattern of many stars takes no longer than its text", () => {
	expect(matchesGlob(`${"*a".repeat(2000)}b`, "a".repeat(5000))).toBe(false);
});
