import type { MeterReading, QuotaSpec } from "../../api/failures.ts";

/** The limits that a quota may have, in the order of the form. */
export const limits = [
	{ member: "requestsPerMinute", label: "Requests a minute" },
	{ member: "tokensPerMinute", label: "Tokens a minute" },
	{ member: "tokensPerDay", label: "Tokens a day" },
	{ member: "concurrency", label: "Calls at once" },
] as const;

/** Names a limit of a quota. */
export type Limit = (typeof limits)[number]["member"];

/** One bar of a meter. */
export interface Gauge {
	label: string;
	used: number;
	limit: number;
	/** 0 to 1. */
	share: number;
}

/** What a quota limits, with what one owner uses of each. */
export function gaugesOf(spec: QuotaSpec, meter: MeterReading): Gauge[] {
	const used: Record<Limit, number> = {
		requestsPerMinute: meter.requestsThisMinute,
		tokensPerMinute: meter.tokensThisMinute,
		tokensPerDay: meter.tokensToday,
		concurrency: meter.running,
	};
	return limits.flatMap(({ member, label }) => {
		const limit = spec[member];
		if (limit === undefined) return [];
		const share = limit === 0 ? 1 : Math.min(1, used[member] / limit);
		return [{ label, used: used[member], limit, share }];
	});
}

/** What the form says as the API takes it; undefined when it limits nothing. */
export function quotaOf(
	typed: Partial<Record<Limit, string>>,
	model: string,
	namespace: string,
): QuotaSpec | undefined {
	const spec: QuotaSpec = {};
	for (const { member } of limits) {
		const text = typed[member]?.trim() ?? "";
		if (text !== "") spec[member] = Number(text);
	}
	if (Object.keys(spec).length === 0) return undefined;
	const models = model.split(/[\s,]+/u).filter((one) => one !== "");
	return {
		...spec,
		...(models.length > 0 && { model: models }),
		...(namespace && { namespace }),
	};
}
