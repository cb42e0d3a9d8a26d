import type { Emulator } from "../emulator.ts";
import { ConfigError } from "../errors.ts";
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import { writeJson } from "../http/router.ts";
import type { Catalog } from "../models/catalog.ts";
import { answering } from "./body.ts";
import { filters, readFilter } from "./exchange-filter.ts";
import type { ApiRow } from "./row.ts";

const path = "/_outcrop/api/scripts";

/** What helps to write a script before it is added: its schema, what is wrong with it, what it would have answered. */
export function scriptTrialRoutes(emulator: Emulator): ApiRow[] {
	return [
		{
			method: "GET",
			path: `${path}/schema`,
			summary: "The JSON Schema of scripts",
			answer: async () => {
				const { default: schema } = await import(
					"../engines/script/schema.json",
					{ with: { type: "json" } }
				);
				return writeJson(schema);
			},
		},
		{
			method: "POST",
			path: `${path}/check`,
			summary: "What is wrong with a script (YAML or JSON); it is not loaded",
			answer: (request) => check(request, emulator.catalog),
		},
		{
			method: "POST",
			path: `${path}/dry-run`,
			summary:
				"Which past exchanges a script (YAML or JSON) would have answered; it is not loaded, and nothing is counted",
			query: {
				...filters,
				limit: "The newest so many; default 200, at most 1000",
			},
			answer: (request) => tryScript(request, emulator),
		},
	];
}

/**
 * The body as text.
 *
 * @throws ConfigError when there is none
 */
export async function readText(request: HttpRequest): Promise<string> {
	const text = (await request.body()).toString("utf8");
	if (text.trim() === "")
		throw new ConfigError("The request has no body. Send a script.");
	return text;
}

/** As `answering`, and 400 with every problem of a script that cannot work. */
export function answeringProblems(
	answer: () => Promise<HttpResponse>,
): Promise<HttpResponse> {
	return answering(async () => {
		try {
			return await answer();
		} catch (error) {
			if (!isInvalidScript(error)) throw error;
			const { message, problems } = error;
			return writeJson({ message, problems }, 400);
		}
	});
}

/** The class itself is loaded with the first script, not with the server. */
function isInvalidScript(
	error: unknown,
): error is Error & { problems: unknown } {
	return error instanceof Error && error.name === "InvalidScript";
}

async function check(
	request: HttpRequest,
	catalog: Catalog,
): Promise<HttpResponse> {
	return answering(async () => {
		const text = await readText(request);
		const { checkScript } = await import("./check-script.ts");
		return writeJson({ problems: await checkScript(text, catalog) });
	});
}

const maxTried = 1000;

function tryScript(
	request: HttpRequest,
	emulator: Emulator,
): Promise<HttpResponse> {
	return answeringProblems(async () => {
		const text = await readText(request);
		const { limit = 200, ...filter } = readFilter(
			new URLSearchParams(request.query),
		);
		const { dryRun } = await import("./dry-run.ts");
		const newest = { ...filter, limit: Math.min(limit, maxTried) };
		return writeJson(await dryRun(text, newest, emulator));
	});
}
