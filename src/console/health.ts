import type { Emulator } from "../emulator.ts";
import { type RouteRow, writeJson } from "../http/router.ts";
import { version } from "../version.ts";

/**
 * Health, as Outcrop says it and as the emulators say it whose wait strategies users already have.
 *
 * Source: `/_localstack/health` and `/_floci/health` answer `services` by name and `edition`, `version` (documented by
 * those projects); `/health` is what Floci's own probes ask.
 */
export function healthRoutes(emulator: Emulator): RouteRow[] {
	const names = emulator.services.map((service) => service.name);
	const all = (state: string) =>
		Object.fromEntries(names.map((name) => [name, state]));
	return [
		{
			method: "GET",
			path: "/_outcrop/health",
			answer: () =>
				writeJson({
					status: "ok",
					version,
					mode: emulator.mode,
					engines: emulator.engines.map((engine) => engine.name),
					services: all("running"),
					uptimeMs: emulator.clock.now() - emulator.startedAtMs,
				}),
		},
		{
			method: "GET",
			path: "/_localstack/health",
			answer: () =>
				writeJson({
					services: all("available"),
					edition: "community",
					version,
				}),
		},
		...["/_floci/health", "/health"].map((path) => ({
			method: "GET",
			path,
			answer: () =>
				writeJson({
					services: all("running"),
					status: "running",
					edition: "community",
					version,
				}),
		})),
	];
}
