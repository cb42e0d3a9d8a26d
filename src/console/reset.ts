import type { Emulator } from "../emulator.ts";
import { writeJson } from "../http/router.ts";
import type { ApiRow } from "./row.ts";

/** Back to the state after the start. */
export function resetRoutes(emulator: Emulator): ApiRow[] {
	return [
		{
			method: "POST",
			path: "/_outcrop/api/reset",
			summary: "Forgets what requests have left behind",
			query: { namespace: "Only this namespace; everything when absent" },
			answer(request) {
				const namespace = new URLSearchParams(request.query).get("namespace");
				emulator.reset(namespace ?? undefined);
				return writeJson({});
			},
		},
	];
}
