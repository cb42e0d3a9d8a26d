import { resolveModelId } from "../models/resolve.ts";
import { anthropic } from "./anthropic.ts";
import { generic } from "./generic.ts";
import type { Provider } from "./provider.ts";

/** Every family; the first whose `models` match speaks. `generic` takes what is left, so it stays last. */
const providers: readonly Provider[] = [anthropic, generic];

/**
 * Who reads and writes the native bodies of a model. Callers that ask for every request remember the answer themselves.
 *
 * @param modelId - an id, inference-profile id or ARN, as received and percent-decoded
 */
export function providerFor(modelId: string): Provider {
  const { baseId } = resolveModelId(modelId);
  return providers.find((provider) => provider.models.test(baseId)) ?? generic;
}
