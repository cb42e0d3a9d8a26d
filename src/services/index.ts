import { bedrock } from "./bedrock/index.ts";
import { bedrockRuntime } from "./bedrock-runtime/index.ts";
import type { Service } from "./service.ts";

/** Every service, in the order in which they are asked whether a path is theirs: what is asked most comes first. */
export const services: readonly Service[] = [bedrockRuntime, bedrock];
