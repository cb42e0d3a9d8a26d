import { ConfigError } from "../errors.ts";
import type { HttpRequest } from "../http/message.ts";
import { writeJson } from "../http/router.ts";
import { hintFor } from "../nearest.ts";
import type { ApiRow } from "./row.ts";

/**
 * A row that refuses, with 400, query parameters it does not know and values it cannot read: a filter that is misspelt
 * would give everything. `namespace` may stand anywhere, as the header that says the same.
 */
export function withCheckedQuery(row: ApiRow): ApiRow {
	return {
		...row,
		answer(request, parameters) {
			try {
				checkNames(row, request);
				return row.answer(request, parameters);
			} catch (error) {
				if (!(error instanceof ConfigError)) throw error;
				return writeJson({ message: error.message }, 400);
			}
		},
	};
}

function checkNames({ query = {} }: ApiRow, request: HttpRequest): void {
	for (const name of new URLSearchParams(request.query).keys()) {
		if (name === "namespace" || Object.hasOwn(query, name)) continue;
		const known = Object.keys(query);
		const hint = hintFor(
			name,
			known,
			`It takes ${known.join(", ") || "none"}.`,
		);
		throw new ConfigError(
			`${request.path} has no query parameter ${JSON.stringify(name.slice(0, 60))}.${hint}`,
		);
	}
}

/**
 * A query parameter that is a whole number of 0 or more.
 *
 * @returns undefined when it is not there
 * @throws ConfigError on anything else
 */
export function wholeNumberOf(
	query: URLSearchParams,
	name: string,
	orElse = "",
): number | undefined {
	const text = query.get(name);
	if (text === null) return undefined;
	if (/^\d{1,15}$/u.test(text)) return Number(text);
	throw new ConfigError(
		`The query parameter ${name} takes ${orElse}a whole number, not ${JSON.stringify(text.slice(0, 60))}.`,
	);
}
