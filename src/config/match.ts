import { isObject } from "../json.ts";
import { hintFor } from "../nearest.ts";
import { type MatchSpec, normalisers } from "../recordings/match-spec.ts";
import { list, text } from "./types.ts";
import { type ValueType, WrongValue } from "./value-type.ts";

const names = list(text("MEMBER", "members of requests"));

/**
 * What of a request is compared: members with commas between them, or in a file `{ members, ignore, normalise }`, where
 * `ignore` are JSONPaths.
 */
export function matchSpec(): ValueType<MatchSpec> {
	return {
		placeholder: "MEMBERS",
		takes:
			"members of requests such as model,system,messages; in a file also { members, ignore, normalise }",
		form: "list",
		show: ({ members }) => members.join(","),
		read(value) {
			const given =
				Array.isArray(value) && value.length === 1 ? value[0] : value;
			if (!isObject(given))
				return { members: names.read(given), ignore: [], normalise: [] };
			const { members, ignore, normalise, ...rest } = given;
			const [unknown] = Object.keys(rest);
			if (unknown !== undefined)
				throw new WrongValue(
					`: there is no ${unknown} here. There are members, ignore and normalise.`,
				);
			return {
				members: members === undefined ? [] : names.read(members),
				// No list type: commas are part of a JSONPath.
				ignore: asList(ignore).map(readPath),
				normalise: asList(normalise).map(readNormaliser),
			};
		},
	};
}

function asList(value: unknown): unknown[] {
	if (value === undefined) return [];
	return Array.isArray(value) ? value : [value];
}

function readPath(value: unknown): string {
	if (typeof value === "string" && value.startsWith("$")) return value;
	throw new WrongValue(": ignore takes JSONPaths such as $.inferenceConfig.");
}

function readNormaliser(value: unknown): MatchSpec["normalise"][number] {
	const found = normalisers.find((known) => known === value);
	if (found !== undefined) return found;
	throw new WrongValue(
		`: normalise takes ${normalisers.join(", ")}, not ${JSON.stringify(value)}.${hintFor(String(value), normalisers)}`,
	);
}
