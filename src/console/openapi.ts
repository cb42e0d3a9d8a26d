import { writeJson } from "../http/router.ts";
import { version } from "../version.ts";
import type { ApiRow } from "./row.ts";

/** The row that serves the OpenAPI description of the others. */
export function openApiRoute(rows: readonly ApiRow[]): ApiRow {
	return {
		method: "GET",
		path: "/_outcrop/api/openapi.json",
		summary: "This description",
		answer: () => writeJson(describeApi(rows)),
	};
}

/** OpenAPI 3.1 of a table of routes. */
function describeApi(rows: readonly ApiRow[]): object {
	const paths: Record<string, Record<string, unknown>> = {};
	for (const row of rows) {
		paths[row.path] ??= {};
		(paths[row.path] as Record<string, unknown>)[row.method.toLowerCase()] =
			describeRow(row);
	}
	return {
		openapi: "3.1.0",
		info: {
			title: "Outcrop",
			version,
			description: "What Outcrop did, and what it shall do next.",
		},
		paths,
	};
}

function describeRow(row: ApiRow): object {
	const inPath = [...row.path.matchAll(/\{(\w+)\}/gu)].map(([, name]) => ({
		name,
		in: "path",
		required: true,
		schema: { type: "string" },
	}));
	const inQuery = Object.entries(row.query ?? {}).map(
		([name, description]) => ({
			name,
			in: "query",
			description,
			schema: { type: "string" },
		}),
	);
	return {
		summary: row.summary,
		operationId: `${row.method.toLowerCase()}${row.path.replace(/\W+(\w?)/gu, (_, letter: string) => letter.toUpperCase())}`,
		parameters: [...inPath, ...inQuery],
		...(row.body && {
			requestBody: {
				required: true,
				content: { "application/json": { schema: row.body } },
			},
		}),
		responses: {
			200: { description: "Done" },
			"4XX": { description: "Refused; `message` says why" },
		},
	};
}
