import type { Call } from "../call.ts";
import { type Description, type DescriptionFile, linkDescription, type Operation } from "../protocol/description.ts";
import type { Provider } from "../providers/provider.ts";
import type { Reply, Turn } from "../turn/turn.ts";

/** What a model id, profile id or ARN resolves to. */
export interface ResolvedModel {
  /** As received. */
  id: string;
  /** The bare foundation-model id, such as `anthropic.claude-3-haiku-20240307-v1:0`, where it can be told. */
  baseId: string;
  provider: Provider;
}

/** A call as handlers see it: with the doors to engines and models. */
export interface ServiceCall extends Call {
  /** Asks the engines; the first that does not pass decides. */
  ask(turn: Turn): Promise<Reply>;
  /** Resolves a model id, inference-profile id or ARN. */
  model(modelId: string): ResolvedModel;
  /** Input tokens that asking this turn would be billed for, cached ones included. */
  countTokens(turn: Turn): number;
}

/** One operation: typed input to typed output; it never sees HTTP. */
export type Handler<Input, Output> = (input: Input, call: ServiceCall) => Output | Promise<Output>;

/** A rule across members that no description says; throws what AWS answers. */
export type Rule<Input> = (input: Input, call: ServiceCall) => void;

/** A service derived from a description. */
export interface Service {
  readonly name: string;
  readonly description: Description;
  handler(operation: Operation): Handler<unknown, unknown> | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: each handler has its own input and output type; the description pairs them.
type AnyHandler = Handler<any, any>;

/**
 * Declares a service: its description and the handlers of the operations that are built.
 *
 * @throws Error on a handler whose operation the description lacks
 */
export function defineService(
  name: string,
  file: DescriptionFile,
  handlers: Record<string, AnyHandler>,
): Service {
  const description = linkDescription(file);
  for (const operation of Object.keys(handlers)) {
    if (!description.operations.has(operation)) {
      throw new Error(`${name}: a handler is given for ${operation}, which description.json lacks`);
    }
  }
  return { name, description, handler: (operation) => handlers[operation.name] };
}
