import type { CompiledRule } from "./compile.ts";
import type { Field } from "./condition.ts";
import { RuleIndex } from "./index-rules.ts";
import type { ScriptRequest } from "./request.ts";
import type { FoldedText } from "./text.ts";

/** Rules in the order in which they are asked, with the indexes over them. */
export class RuleList {
	readonly rules: readonly CompiledRule[];
	#index: RuleIndex | undefined;
	#earlier: EarlierCaptures | undefined;

	constructor(rules: readonly CompiledRule[]) {
		this.rules = rules;
	}

	/** Indexes the rules now rather than with the first request. */
	prepare(): this {
		this.#indexed();
		return this;
	}

	#indexed(): RuleIndex {
		this.#index ??= new RuleIndex(this.rules.map(({ keys }) => keys));
		return this.#index;
	}

	/** The first rule that the test accepts, among those that the request may match. */
	find(
		request: ScriptRequest,
		accepts: (rule: CompiledRule) => boolean,
	): CompiledRule | undefined {
		const at = this.#indexed().find(
			(field) => textOf(request, field),
			(place) => accepts(this.rules[place] as CompiledRule),
		);
		return this.rules[at];
	}

	/** A capture that a rule's pattern finds in what the user said earlier in the conversation, the latest first. */
	earlierCapture(name: string, request: ScriptRequest): string | undefined {
		this.#earlier ??= new EarlierCaptures(this.rules);
		return this.#earlier.find(name, request);
	}
}

function textOf(request: ScriptRequest, field: Field): string {
	if (field === "model") return request.modelNames.join("\n").toLowerCase();
	if (field === "toolResult") {
		if (request.toolResults.length === 0) return "";
		return request.toolResults
			.map(({ name }) => name)
			.join("\n")
			.toLowerCase();
	}
	// What is asked beside a tool result matters only when there is one.
	if (field === "asked" && request.toolResults.length === 0) return "";
	return request[field].folded;
}

/** Finds what a pattern would have captured in an earlier turn, for rules that refer to it. */
class EarlierCaptures {
	readonly #patterns: CompiledRule["patterns"][number][];
	readonly #index: RuleIndex;
	readonly #names: ReadonlySet<string>;

	constructor(rules: readonly CompiledRule[]) {
		this.#patterns = rules
			.flatMap(({ patterns }) => patterns)
			.filter(({ captures }) => captures.length > 0);
		this.#names = new Set(this.#patterns.flatMap(({ captures }) => captures));
		this.#index = new RuleIndex(
			this.#patterns.map(({ literals }) =>
				literals ? [{ field: "user", literals }] : [],
			),
		);
	}

	find(name: string, request: ScriptRequest): string | undefined {
		if (!this.#names.has(name)) return undefined;
		let captured: string | undefined;
		for (const text of request.userTexts()) {
			const search = (text: FoldedText) =>
				this.#index.find(
					() => text.folded,
					(place) => {
						const pattern = this.#patterns[place];
						if (!pattern?.captures.includes(name)) return false;
						captured = pattern.match(text)?.[name];
						return captured !== undefined;
					},
				);
			if (search(text) >= 0) return captured;
		}
		return undefined;
	}
}
