import type { Clock } from "../call.ts";
import { MovableClock } from "../clock.ts";
import { ConfigError } from "../errors.ts";
import { duration, readMembers } from "../faults/members.ts";
import type { HttpResponse } from "../http/message.ts";
import { writeJson } from "../http/router.ts";
import { answering, readJsonBody } from "./body.ts";
import type { ApiRow } from "./row.ts";

const path = "/_outcrop/api/clock";
const tenYearsMs = 10 * 365 * 86_400_000;

/** The emulator's time: look at it, move it forward, set it back to the machine's. */
export function clockRoutes({ clock }: { clock: Clock }): ApiRow[] {
	return [
		{
			method: "GET",
			path,
			summary: "The emulator's time, and how far it is ahead of the machine's",
			answer: () => show(clock),
		},
		{
			method: "POST",
			path,
			summary: "Moves the time forward; whoever waits until then wakes at once",
			body: {
				type: "object",
				required: ["advance"],
				properties: { advance: { type: ["string", "number"] } },
				examples: [{ advance: "60s" }],
			},
			answer: (request) =>
				answering(async () => {
					const { advance } = readMembers<{ advance?: number }>(
						await readJsonBody(request),
						"The clock",
						{ advance: duration(tenYearsMs) },
					);
					if (advance === undefined)
						throw new ConfigError(
							'The clock was not told how far to move. Send { "advance": "60s" }.',
						);
					movable(clock).advance(advance);
					return show(clock);
				}),
		},
		{
			method: "DELETE",
			path,
			summary: "Sets the time back to the machine's",
			answer: () =>
				answering(async () => {
					movable(clock).reset();
					return show(clock);
				}),
		},
	];
}

function movable(clock: Clock): MovableClock {
	if (clock instanceof MovableClock) return clock;
	throw new ConfigError(
		"The program that started Outcrop gave it a clock of its own. Move that one.",
	);
}

function show(clock: Clock): HttpResponse {
	const nowMs = clock.now();
	return writeJson({
		now: new Date(nowMs).toISOString(),
		nowMs,
		aheadMs: clock instanceof MovableClock ? clock.aheadMs : 0,
	});
}
