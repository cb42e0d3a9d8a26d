import { expect, test } from "vitest";
import { MovableClock } from "../../src/clock.ts";

test("advancing moves the time and wakes those who are due, in order", async () => {
	const clock = new MovableClock();
	const before = clock.now();
	const woken: string[] = [];
	const late = clock.sleep(60_000).then(() => woken.push("late"));
	const early = clock.sleep(30_000).then(() => woken.push("early"));
	const asleep = new AbortController();
	const never = clock.sleep(90_000, asleep.signal).catch(() => "aborted");
	clock.advance(60_000);
	await Promise.all([late, early]);
	expect(woken).toEqual(["early", "late"]);
	expect(clock.now()).toBeGreaterThanOrEqual(before + 60_000);
	asleep.abort();
	expect(await never).toBe("aborted");
});

test("a signal that is aborted already refuses to sleep", async () => {
	const clock = new MovableClock();
	await expect(
		clock.sleep(1000, AbortSignal.abort(new Error("gone"))),
	).rejects.toThrow("gone");
});
