import { expect, test } from "vitest";
import { Slots } from "../../../src/engines/local/slots.ts";

const { signal } = new AbortController();

test("who waits gets what is given back, in the order of asking", async () => {
	const slots = new Slots(["only"], 2);
	const order: string[] = [];
	await slots.take(signal);
	const first = slots.take(signal).then(() => order.push("first"));
	const second = slots.take(signal).then(() => order.push("second"));
	slots.giveBack("only");
	await first;
	slots.giveBack("only");
	await second;
	expect(order).toEqual(["first", "second"]);
});

test("beyond the queue's end a call is throttled", async () => {
	const slots = new Slots(["only"], 1);
	await slots.take(signal);
	void slots.take(signal);
	expect(() => slots.take(signal)).toThrow(
		expect.objectContaining({
			name: "ThrottlingException",
			message:
				"The local model answers 1 at a time, and 1 calls wait already. Try again later, or start with a higher --local-parallel.",
		}),
	);
});

test("who hangs up leaves the queue", async () => {
	const slots = new Slots(["only"], 1);
	await slots.take(signal);
	const hangUp = new AbortController();
	const waiting = slots.take(hangUp.signal);
	hangUp.abort(new Error("gone"));
	await expect(waiting).rejects.toThrow("gone");
	const next = slots.take(signal);
	slots.giveBack("only");
	expect(await next).toBe("only");
});
