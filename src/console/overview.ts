import type { Emulator } from "../emulator.ts";
import { writeJson } from "../http/router.ts";
import { wholeNumberOf } from "./query.ts";
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
				const query = new URLSearchParams(request.query);
				const minutes = wholeNumberOf(query, "minutes") ?? 5;
				return writeJson(
					overview.show(
						Math.min(Math.max(minutes, 1), mostMinutes),
						clock.now(),
					),
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
