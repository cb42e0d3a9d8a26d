import type { Emulator } from "../emulator.ts";
import { writeJson } from "../http/router.ts";
import type { ApiRow } from "./row.ts";

const path = "/_outcrop/api/overview";
const mostMinutes = 1440;

/** Sums over what happened, and their course. */
export function overviewRoutes({ overview, clock }: Emulator): ApiRow[] {
	return [
		{
			method: "GET",
			path,
			summary:
				"Calls, tokens, times, errors, prices and what was saved: since the start, and over the last minutes",
			query: {
				minutes:
					"How many minutes back, 1 to 1440; by two seconds up to 5, else by the minute. Default 5",
			},
			answer(request) {
				const asked = Number(new URLSearchParams(request.query).get("minutes"));
				const minutes = Number.isInteger(asked) && asked > 0 ? asked : 5;
				return writeJson(
					overview.show(Math.min(minutes, mostMinutes), clock.now()),
				);
			},
		},
		{
			method: "DELETE",
			path,
			summary: "Lets the sums begin anew; exchanges stay",
			answer() {
				overview.reset(clock.now());
				return writeJson({});
			},
		},
	];
}
