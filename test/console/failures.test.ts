import { describe, expect, test } from "vitest";
import type { MeterReading } from "../../src/console/ui/api/failures.ts";
import {
	describeAim,
	describeFault,
	faultKinds,
	faultOf,
} from "../../src/console/ui/views/faults/kinds.ts";
import { gaugesOf, quotaOf } from "../../src/console/ui/views/faults/meters.ts";
import { readFault } from "../../src/faults/fault.ts";

const everyCall = { model: "", namespace: "", times: 0, percent: 100 };

function kind(id: string) {
	const found = faultKinds.find((one) => one.id === id);
	if (!found) throw new Error(`There is no kind ${id}.`);
	return found;
}

describe("a press", () => {
	test.each(faultKinds.map((one) => [one.title, one] as const))(
		"adds a fault that Outcrop takes: %s",
		(_title, one) => {
			const spec = faultOf(one, one.dial?.initial ?? 0, everyCall);
			expect(() => readFault(spec)).not.toThrow();
		},
	);

	test("hits every call when nothing else is chosen", () => {
		expect(faultOf(kind("throttle"), 0, everyCall)).toEqual({
			throw: "ThrottlingException",
		});
	});

	test("hits whom, and as often as, was chosen", () => {
		expect(
			faultOf(kind("mid-stream"), 3, {
				model: "anthropic.*, meta.*",
				namespace: "a",
				times: 2,
				percent: 25,
			}),
		).toEqual({
			throw: "ModelStreamErrorException",
			after: 3,
			model: ["anthropic.*", "meta.*"],
			namespace: "a",
			times: 2,
			probability: 0.25,
		});
	});
});

describe("a fault in words", () => {
	test("says what fails and when", () => {
		expect(describeFault({ break: "cut", after: 1 })).toBe(
			"connection cut, after 1 event",
		);
		expect(describeFault({ html: true })).toBe("HTML page 503");
		expect(
			describeFault({
				delay: { firstToken: { p50: 400, p99: 3000 }, betweenTokens: 10 },
			}),
		).toBe("first token waits p50 400 ms, p99 3000 ms, tokens wait 10 ms");
	});

	test("says to whom and how often", () => {
		expect(describeAim({})).toBe("every call");
		expect(
			describeAim({
				probability: 0.05,
				model: ["meta.*"],
				operation: "Converse",
				namespace: "a",
			}),
		).toBe("5 % of calls of meta.* to Converse in namespace a");
	});
});

const meter: MeterReading = {
	model: "amazon.nova-lite-v1:0",
	account: "000000000000",
	region: "us-east-1",
	namespace: "",
	requestsThisMinute: 3,
	tokensThisMinute: 500,
	tokensToday: 700,
	minuteEndsInMs: 0,
	running: 1,
	throttled: 0,
};

describe("meters", () => {
	test("there is a gauge for each limit, never more than full", () => {
		expect(
			gaugesOf({ requestsPerMinute: 4, tokensPerMinute: 250 }, meter),
		).toEqual([
			{ label: "Requests a minute", used: 3, limit: 4, share: 0.75 },
			{ label: "Tokens a minute", used: 500, limit: 250, share: 1 },
		]);
	});

	test("a limit of nothing is full", () => {
		expect(gaugesOf({ concurrency: 0 }, meter)).toEqual([
			{ label: "Calls at once", used: 1, limit: 0, share: 1 },
		]);
	});
});

describe("the form of quotas", () => {
	test("says what was typed", () => {
		expect(quotaOf({ requestsPerMinute: "60" }, "anthropic.*", "a")).toEqual({
			requestsPerMinute: 60,
			model: ["anthropic.*"],
			namespace: "a",
		});
	});

	test("says nothing when nothing is limited", () => {
		expect(quotaOf({ tokensPerDay: " " }, "anthropic.*", "")).toBeUndefined();
	});
});
