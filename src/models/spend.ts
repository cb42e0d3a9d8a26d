/** What real calls have cost, and the budget that stops them. */
import type { TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import { ServiceError } from "../errors.ts";
import type { Catalog } from "./catalog.ts";
import { priceOf } from "./price.ts";
import { resolveModelId } from "./resolve.ts";

/** What a call may use at most, in tokens. */
export interface Allowance {
	inputTokens: number;
	/** Undefined: the model's own maximum. */
	maxTokens: number | undefined;
}

/** What was spent so far, in US dollars. */
export interface SpendSummary {
	/** Null: no budget is set. */
	maxUsd: number | null;
	spentUsd: number;
	/** Kept back for calls that are under way. */
	reservedUsd: number;
	/** Calls whose price is part of it. */
	calls: number;
	/** Calls whose price is not known, or that did not say what they used; with a budget there are none. */
	unpricedCalls: number;
}

/** The price of one call while it is under way; the first that is called counts. */
export interface Hold {
	/** The call has used this; undefined: it did not say, and counts as all that was kept back for it. */
	settle(usage: TokenUsage | undefined): void;
	/** The call cost nothing. */
	release(): void;
}

/** Without `maxTokens`, for models whose maximum is not known. */
const usualMaxTokens = 4096;

/** Counts real calls at the catalogue's prices over an emulator's life; a reset of the emulator does not forget them. */
export class Spend {
	readonly #maxUsd: number | undefined;
	readonly #catalog: Catalog;
	#spentUsd = 0;
	#reservedUsd = 0;
	#calls = 0;
	#unpricedCalls = 0;

	constructor(catalog: Catalog, maxUsd?: number) {
		this.#catalog = catalog;
		this.#maxUsd = maxUsd;
	}

	get summary(): SpendSummary {
		return {
			maxUsd: this.#maxUsd ?? null,
			spentUsd: round(this.#spentUsd),
			reservedUsd: round(this.#reservedUsd),
			calls: this.#calls,
			unpricedCalls: this.#unpricedCalls,
		};
	}

	/**
	 * Keeps back what a call may cost at most, so that calls side by side cannot spend the same dollar twice.
	 *
	 * @param modelId - as received
	 * @param allowance - asked when there is a budget only: it takes time to tell
	 * @throws ServiceError `AccessDeniedException`, which SDKs do not repeat, when the budget does not have it, or the price
	 *   is not known and there is a budget
	 */
	reserve(modelId: string, allowance: () => Allowance): Hold {
		const { baseId, profilePrefix } = resolveModelId(modelId);
		const row = this.#catalog.find(baseId);
		const price = (usage: TokenUsage) =>
			row && priceOf(row, profilePrefix, usage);
		if (this.#maxUsd === undefined) return this.#hold(undefined, price);
		const { inputTokens, maxTokens } = allowance();
		const outputTokens = maxTokens ?? row?.maxOutputTokens ?? usualMaxTokens;
		const totalTokens = inputTokens + outputTokens;
		const mostUsd = price({ inputTokens, outputTokens, totalTokens });
		if (mostUsd === undefined) this.refuseUnpriced(`The price of ${modelId}`);
		else this.#refuseBeyond(mostUsd, modelId);
		return this.#hold(mostUsd, price);
	}

	/** @throws ServiceError `AccessDeniedException` when there is a budget: what has no price cannot be held against it */
	refuseUnpriced(what: string): void {
		if (this.#maxUsd === undefined) return;
		throw refusal(
			`${what} is not known to Outcrop, so it cannot be held against --max-spend ${this.#maxUsd}. ` +
				"Give the model's prices under models: in the configuration file, or start without --max-spend.",
		);
	}

	#refuseBeyond(mostUsd: number, modelId: string): void {
		if (this.#maxUsd === undefined) return;
		const taken = this.#spentUsd + this.#reservedUsd;
		if (taken + mostUsd <= this.#maxUsd) return;
		const running =
			this.#reservedUsd > 0
				? ` and ${show(this.#reservedUsd)} kept back for calls under way`
				: "";
		throw refusal(
			`The budget of ${show(this.#maxUsd)} does not have this call of ${modelId}, which may cost ${show(mostUsd)}: ` +
				`${show(this.#spentUsd)} are spent${running}. Lower maxTokens, or start Outcrop with a higher --max-spend.`,
		);
	}

	/** @param mostUsd - undefined: nothing is kept back */
	#hold(
		mostUsd: number | undefined,
		price: (usage: TokenUsage) => number | undefined,
	): Hold {
		this.#reservedUsd += mostUsd ?? 0;
		let isOver = false;
		const end = () => {
			if (isOver) return false;
			isOver = true;
			this.#reservedUsd -= mostUsd ?? 0;
			return true;
		};
		return {
			settle: (usage) => {
				if (end()) this.#count((usage && price(usage)) ?? mostUsd);
			},
			release: () => void end(),
		};
	}

	#count(costUsd: number | undefined): void {
		if (costUsd === undefined) {
			this.#unpricedCalls++;
			return;
		}
		this.#spentUsd += costUsd;
		this.#calls++;
	}
}

function refusal(message: string): ServiceError {
	return new ServiceError("AccessDeniedException", message);
}

/** Sums of prices carry the dust of binary fractions. */
function round(usd: number): number {
	return Math.round(usd * 1e9) / 1e9;
}

function show(usd: number): string {
	return `$${usd >= 0.01 ? usd.toFixed(2) : usd.toFixed(6)}`;
}
