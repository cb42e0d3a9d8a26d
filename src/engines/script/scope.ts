import type { Random } from "../../call.ts";
import type { Json, JsonObject } from "../../json.ts";
import { hashText, seededRandom } from "../../random.ts";
import { fake } from "./fake.ts";
import type { Captures } from "./pattern.ts";
import type { ScriptRequest, ToolResult } from "./request.ts";

/** Names that templates know beside captures. */
export const scopeNames = [
	"toolResult",
	"toolResults",
	"user",
	"system",
	"model",
	"operation",
	"turn",
	"count",
	"request",
	"metadata",
	"session",
	"account",
	"region",
	"now",
	"fake",
	"counter",
] as const;

/** What a rule's reply is written with. */
export interface ScopeParts {
	request: ScriptRequest;
	captures: Captures;
	/** Finds a capture in what the user said earlier in the conversation. */
	earlier(name: string): string | undefined;
	/** The tool result that the rule is about. */
	toolResult(): ToolResult | undefined;
	/** How often the rule has answered, this time included. */
	count: number;
	/** Adds one to a counter of the namespace and says where it stands. */
	counter(name: string): number;
	/** Seeds what is made up. */
	seedText: string;
	seed: number;
}

/** The values that a template may name. */
export class Scope {
	readonly #parts: ScopeParts;
	#random: Random | undefined;

	constructor(parts: ScopeParts) {
		this.#parts = parts;
	}

	get random(): Random {
		const { seedText, seed } = this.#parts;
		this.#random ??= seededRandom(hashText(seedText, seed));
		return this.#random;
	}

	counter(name: string): number {
		return this.#parts.counter(name);
	}

	/** The value at a path such as `["toolResult", "temperature"]`; undefined when there is none. */
	get(path: readonly string[]): Json | undefined {
		const [root = "", ...rest] = path;
		if (root === "fake") return fake(rest[0] ?? "", this.random);
		if (root === "counter") return rest[0] && this.counter(rest[0]);
		let value = this.root(root);
		for (const key of rest) value = memberOf(value, key);
		return value;
	}

	/** A value by its first name. Captures of the rule come before all else, captures of earlier turns after it. */
	root(name: string): Json | undefined {
		const { request, captures, earlier, toolResult, count } = this.#parts;
		const { call, turn } = request;
		if (Object.hasOwn(captures, name)) return captures[name];
		switch (name) {
			case "toolResult":
				return toolResult()?.value;
			case "toolResults":
				return Object.fromEntries(
					request.toolResults.map((result) => [result.name, result.value]),
				);
			case "user":
				return request.asked.raw;
			case "system":
				return request.system.raw;
			case "model":
				return turn.modelId;
			case "operation":
				return call.operation;
			case "turn":
				return request.number;
			case "count":
				return count;
			case "request":
				return request.json;
			case "metadata":
				return (turn.requestMetadata ?? {}) as JsonObject;
			case "session":
				return call.namespace;
			case "account":
				return call.identity.accountId;
			case "region":
				return call.identity.region;
			case "now":
				return new Date(call.clock.now()).toISOString();
			default:
				return earlier(name);
		}
	}
}

function memberOf(value: Json | undefined, key: string): Json | undefined {
	if (typeof value !== "object" || value === null) return undefined;
	if (Array.isArray(value))
		return /^\d+$/.test(key) ? value[Number(key)] : undefined;
	return Object.hasOwn(value, key) ? value[key] : undefined;
}
