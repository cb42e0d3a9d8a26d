import { writeJson } from "../http/router.ts";
import type { Spend } from "../models/spend.ts";
import type { ApiRow } from "./row.ts";

/** What real calls have cost. */
export function spendRoutes({ spend }: { spend: Spend }): ApiRow[] {
	return [
		{
			method: "GET",
			path: "/_outcrop/api/spend",
			summary:
				"What real calls have cost since the start, in US dollars by the catalogue's prices, and the budget",
			answer: () => writeJson(spend.summary),
		},
	];
}
