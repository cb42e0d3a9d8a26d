import type { Rule } from "../../api/scripts.ts";
import type { Json } from "../../api/types.ts";

/** Rules that belong together: of one file, or added together. */
export interface RuleGroup {
	/** The file, or the id. */
	title: string;
	/** Undefined for a file. */
	id: string | undefined;
	namespace: string | undefined;
	rules: Rule[];
}

/** Rules by where they come from, in the order in which they are asked. */
export function groupRules(rules: readonly Rule[]): RuleGroup[] {
	const groups: RuleGroup[] = [];
	for (const rule of rules) {
		const title = rule.id ?? fileOf(rule.place);
		const last = groups.at(-1);
		if (last?.title === title) last.rules.push(rule);
		else
			groups.push({
				title,
				id: rule.id,
				namespace: rule.namespace,
				rules: [rule],
			});
	}
	return groups;
}

/** `replies.yaml` of `replies.yaml:12`. */
export function fileOf(place: string): string {
	return place.replace(/:\d+$/u, "");
}

/** `line 12` of `replies.yaml:12`; nothing where rules came as data. */
export function lineOf(place: string): string {
	const line = /:(\d+)$/u.exec(place)?.[1];
	return line === undefined ? "" : `line ${line}`;
}

/** When a rule answers, in a line: `user: weather in {city}, tools: get_weather`. */
export function describeWhen(source: Json): string {
	const when = memberOf(source, "when");
	if (typeof when !== "object" || when === null) return "always";
	const conditions = Object.entries(when).map(
		([name, value]) => `${name}: ${inWords(value)}`,
	);
	return conditions.length > 0 ? conditions.join(", ") : "always";
}

function memberOf(value: Json, name: string): Json | undefined {
	return typeof value === "object" && value !== null && !Array.isArray(value)
		? value[name]
		: undefined;
}

function inWords(value: Json): string {
	if (typeof value === "string") return value;
	if (Array.isArray(value)) return value.map(inWords).join(" or ");
	return JSON.stringify(value);
}
