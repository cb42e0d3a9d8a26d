import type { Config } from "../../../src/config.ts";
import { startOutcrop, type TestOutcrop } from "../../support/outcrop.ts";
import { engineFirst, scriptedEngine } from "../scripted-engine.ts";

/** An emulator whose replies can be told to break: the scripted engine before the stub. */
export function startScripted(config: Partial<Config> = {}): Promise<TestOutcrop> {
  return startOutcrop(config, { engines: engineFirst(scriptedEngine(), config) });
}
