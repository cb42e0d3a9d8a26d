import type { Config } from "./config.ts";
import { consoleRouter } from "./console/api.ts";
import type { Parts } from "./emulator/state.ts";
import { Emulator } from "./emulator.ts";
import { checkNode } from "./node-version.ts";

export { services } from "./services/index.ts";

/**
 * Starts an emulator from a resolved configuration, with its console.
 *
 * @throws ConfigError by a Node that is too old, and the system's error when the port cannot be had (`EADDRINUSE`, `EACCES`)
 */
export async function startEmulator(
	config: Config,
	parts: Parts,
): Promise<Emulator> {
	checkNode();
	const emulator = new Emulator(config, parts);
	emulator.ownRoutes = consoleRouter(emulator);
	await emulator.start();
	return emulator;
}
