import { expect, test } from "vitest";
import { MovableClock } from "../../src/clock.ts";
import { readFault } from "../../src/faults/fault.ts";
import { Faults } from "../../src/faults/faults.ts";
import { testCall } from "../turn/stand-ins.ts";
import { claude } from "./client.ts";

function createFaults(seed = 1): Faults {
	return new Faults({ clock: new MovableClock(), seed });
}

function isHit(
	faults: Faults,
	over: Parameters<typeof testCall>[0] = {},
	modelId = claude,
): boolean {
	return faults.plan(testCall(over), modelId, {}) !== undefined;
}

test("without faults a call has no plan", () => {
	expect(createFaults().plan(testCall(), claude, {})).toBe(undefined);
});

test("times counts the calls that were hit", () => {
	const faults = createFaults();
	faults.add(readFault("throttlingException; times=2"));
	expect([1, 2, 3, 4].map(() => isHit(faults))).toEqual([
		true,
		true,
		false,
		false,
	]);
	expect(faults.list()[0]?.hits).toBe(2);
});

test("of several faults that fail a call one plays at a time, oldest first", async () => {
	const faults = createFaults();
	faults.add(readFault({ throw: "ThrottlingException", times: 1 }));
	faults.add(readFault({ throw: "ServiceUnavailableException", times: 1 }));
	const names: string[] = [];
	for (const _ of [1, 2]) {
		const plan = faults.plan(testCall(), claude, {});
		await Promise.resolve(plan?.before?.()).catch((error: Error) =>
			names.push(error.name),
		);
	}
	expect(names).toEqual(["ThrottlingException", "ServiceUnavailableException"]);
});

test("a fault names operations and models, bare or by inference profile", () => {
	const faults = createFaults();
	faults.add(
		readFault({
			throw: "ThrottlingException",
			operation: "Converse*",
			model: "anthropic.*",
		}),
	);
	expect(isHit(faults, { operation: "Converse" })).toBe(true);
	expect(isHit(faults, { operation: "InvokeModel" })).toBe(false);
	expect(isHit(faults, {}, "us.anthropic.claude-sonnet-4-6")).toBe(true);
	expect(isHit(faults, {}, "amazon.nova-lite-v1:0")).toBe(false);
});

test("a fault of frames hits streams only", () => {
	const faults = createFaults();
	faults.add(readFault("wrongCrc; times=1"));
	expect(isHit(faults, { operation: "Converse" })).toBe(false);
	expect(isHit(faults, { operation: "ConverseStream" })).toBe(true);
});

test("a fault of a namespace leaves the others alone", () => {
	const faults = createFaults();
	faults.add(readFault("cut"), "left");
	expect(isHit(faults, { namespace: "left" })).toBe(true);
	expect(isHit(faults, { namespace: "right" })).toBe(false);
});

test("probability draws by the seed", () => {
	const draw = () => {
		const faults = createFaults(7);
		faults.add(readFault({ break: "cut", probability: 0.5 }));
		return Array.from({ length: 12 }, () => (isHit(faults) ? "x" : ".")).join(
			"",
		);
	};
	expect(draw()).toBe(draw());
	expect(draw()).toMatch(/x/u);
	expect(draw()).toMatch(/\./u);
});

test("a fault of the same name takes the place of the earlier one", () => {
	const faults = createFaults();
	faults.add(readFault({ name: "slow", delay: "1s" }));
	faults.add(readFault({ name: "slow", delay: "2s" }));
	expect(faults.list().map(({ spec }) => spec.delay)).toEqual([
		{ firstToken: 2000 },
	]);
});

test("faults are removed by id or name", () => {
	const faults = createFaults();
	const id = faults.add(readFault("cut"));
	faults.add(readFault({ name: "slow", delay: "1s" }));
	expect(faults.remove(id)).toBe(true);
	expect(faults.remove("slow")).toBe(true);
	expect(faults.remove("slow")).toBe(false);
	expect(faults.list()).toEqual([]);
});

test("a reset brings the configured faults back as they were", () => {
	const faults = new Faults({
		clock: new MovableClock(),
		seed: 1,
		specs: [readFault("cut; times=1")],
	});
	faults.add(readFault("stall"));
	expect(isHit(faults)).toBe(true);
	faults.reset();
	expect(faults.list()).toMatchObject([{ spec: { break: "cut" }, hits: 0 }]);
});

test("a reset of a namespace keeps the other faults", () => {
	const faults = createFaults();
	faults.add(readFault("cut"), "left");
	faults.add(readFault("stall"));
	faults.reset("left");
	expect(faults.list()).toMatchObject([{ spec: { break: "stall" } }]);
});

test("a thousand faults are enough, but used ones make room", () => {
	const faults = createFaults();
	for (let number = 0; number < 999; number++)
		faults.add(readFault("cut"), "a");
	faults.add(readFault("cut; times=1"));
	expect(() => faults.add(readFault("cut"))).toThrow(
		"There are 1000 faults already. Remove some first.",
	);
	isHit(faults, { namespace: "b" });
	expect(faults.add(readFault("stall"))).toBe("fault-1001");
});
