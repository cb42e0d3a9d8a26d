import type { Emulator } from "../emulator.ts";
import { type Router, routeTable } from "../http/router.ts";
import { healthRoutes } from "./health.ts";

/** Outcrop's own API: one table, under `/_outcrop/`, and the health paths of the emulators it stands in for. */
export function consoleRouter(emulator: Emulator): Router {
	return routeTable([...healthRoutes(emulator)]);
}
