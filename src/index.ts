/** Outcrop in a process: start an emulator, point clients at its `url`, stop it. */
export { type Config, defaultConfig } from "./config.ts";
export type { Parts } from "./emulator/state.ts";
export { Emulator } from "./emulator.ts";
export type { Engine } from "./engines/engine.ts";
export { createLog, type Log } from "./log.ts";
export { resolveConfig } from "./resolve-config.ts";
export { startEmulator } from "./start.ts";
export { version } from "./version.ts";
