import type { Emulator } from "../emulator.ts";
import { type Router, routeTable } from "../http/router.ts";
import { clockRoutes } from "./clock.ts";
import { exchangeIndexRoutes } from "./exchange-index.ts";
import { exchangePartRoutes } from "./exchange-parts.ts";
import { exchangeStreamRoutes } from "./exchange-stream.ts";
import { exchangeRoutes } from "./exchanges.ts";
import { faultRoutes } from "./faults.ts";
import { guarded } from "./guard.ts";
import { healthRoutes } from "./health.ts";
import { missingRoute } from "./missing.ts";
import { modelRoutes } from "./models.ts";
import { openApiRoute } from "./openapi.ts";
import { overviewRoutes } from "./overview.ts";
import { pageRouter } from "./page.ts";
import { withCheckedQuery } from "./query.ts";
import { quotaRoutes } from "./quotas.ts";
import { recordingRoutes } from "./recordings.ts";
import { resetRoutes } from "./reset.ts";
import type { ApiRow } from "./row.ts";
import { scriptTrialRoutes } from "./script-trial.ts";
import { scriptRoutes } from "./scripts.ts";
import { spendRoutes } from "./spend.ts";

/** Outcrop's own API: one table, under `/_outcrop/api/`. */
function apiRows(emulator: Emulator): ApiRow[] {
	return [
		...exchangeRoutes(emulator),
		...exchangeIndexRoutes(emulator),
		...exchangePartRoutes(emulator),
		...exchangeStreamRoutes(emulator),
		...modelRoutes(emulator),
		...overviewRoutes(emulator),
		...scriptRoutes(emulator),
		...scriptTrialRoutes(emulator),
		...faultRoutes(emulator),
		...quotaRoutes(emulator),
		...recordingRoutes(emulator),
		...clockRoutes(emulator),
		...resetRoutes(emulator),
		...spendRoutes(emulator),
	];
}

/** Outcrop's own paths: its API, its page, and the health paths of the emulators it stands in for. */
export function consoleRouter(emulator: Emulator): Router {
	const rows = apiRows(emulator).map(withCheckedQuery);
	// Probes come by whatever name a container or a pod has, and health tells nobody's secrets.
	const health = routeTable(healthRoutes(emulator));
	const api = routeTable([...rows, openApiRoute(rows)]);
	const page = pageRouter();
	const missing = missingRoute(rows.map(({ path }) => path));
	const answer: Router = (request) =>
		api(request) ?? missing(request) ?? page(request);
	const own = guarded(answer, {
		hosts: [emulator.config.host, ...emulator.config.allowedHosts],
		origins: emulator.config.allowedOrigins,
	});
	return (request) => health(request) ?? own(request);
}
