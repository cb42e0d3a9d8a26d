import type { Engine } from "../engines/engine.ts";
import { findScriptEngine } from "../engines/index.ts";
import type { ScriptEngine } from "../engines/script.ts";
import { ConfigError } from "../errors.ts";
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import { writeJson } from "../http/router.ts";
import type { Catalog } from "../models/catalog.ts";
import { answering, namespaceOf, readJsonBody } from "./body.ts";
import type { ApiRow } from "./row.ts";

const path = "/_outcrop/api/scripts";
const namespace =
	"Only this namespace; every namespace when absent. The header x-outcrop-namespace says the same";
const body = {
	description: "A list of rules, or a script: { replies: [rule] }",
	type: ["array", "object"],
	examples: [[{ when: { user: "weather" }, text: "Sunny." }]],
};

/** What models say: rules are added, listed with how often they answered, and removed. */
export function scriptRoutes(emulator: {
	engines: readonly Engine[];
	catalog: Catalog;
}): ApiRow[] {
	const withEngine = (
		request: HttpRequest,
		answer: (engine: ScriptEngine, named: string | undefined) => unknown,
		status = 200,
	) => answerScripts(emulator.engines, request, answer, status);
	return [
		{
			method: "GET",
			path,
			summary: "The rules that a namespace's requests are held against",
			query: { namespace },
			answer: (request) =>
				withEngine(request, (engine, named) => ({
					rules: engine.rules(named),
				})),
		},
		{
			method: "POST",
			path,
			summary: "Adds rules, to be asked before all that are there",
			query: { namespace },
			body,
			answer: (request) =>
				withEngine(
					request,
					async (engine, named) => ({
						id: await engine.add(named, await readJsonBody(request)),
					}),
					201,
				),
		},
		{
			method: "PUT",
			path,
			summary: "Puts rules in place of those that were added for the namespace",
			query: { namespace },
			body,
			answer: (request) =>
				withEngine(request, async (engine, named) => {
					const before = idsOf(engine, named);
					// Rules that cannot work leave the others as they were.
					const id = await engine.add(named, await readJsonBody(request));
					for (const old of before) engine.remove(old);
					return { id };
				}),
		},
		{
			method: "DELETE",
			path,
			summary: "Removes the rules that were added for the namespace",
			query: { namespace },
			answer: (request) =>
				withEngine(request, (engine, named) => {
					const ids = idsOf(engine, named);
					for (const id of ids) engine.remove(id);
					return { removed: ids.length };
				}),
		},
		{
			method: "DELETE",
			path: `${path}/{id}`,
			summary: "Removes rules by the id that adding them gave",
			answer: (request, { id = "" }) =>
				findScriptEngine(emulator.engines)?.remove(id)
					? withEngine(request, () => ({}))
					: writeJson({ message: `There are no rules ${id}.` }, 404),
		},
		{
			method: "POST",
			path: `${path}/check`,
			summary: "What is wrong with a script (YAML or JSON); it is not loaded",
			answer: (request) => check(request, emulator.catalog),
		},
	];
}

async function answerScripts(
	engines: readonly Engine[],
	request: HttpRequest,
	answer: (engine: ScriptEngine, named: string | undefined) => unknown,
	status: number,
): Promise<HttpResponse> {
	const engine = findScriptEngine(engines);
	if (!engine)
		return writeJson(
			{
				message:
					"The program that started Outcrop gave it engines of its own, without the script engine. Add it to them.",
			},
			409,
		);
	return answering(async () => {
		try {
			return writeJson(await answer(engine, namespaceOf(request)), status);
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

function idsOf(engine: ScriptEngine, named: string | undefined): string[] {
	const ids = engine
		.rules(named)
		.filter(({ namespace }) => namespace === named)
		.flatMap(({ id }) => id ?? []);
	return [...new Set(ids)];
}

async function check(
	request: HttpRequest,
	catalog: Catalog,
): Promise<HttpResponse> {
	return answering(async () => {
		const text = (await request.body()).toString("utf8");
		if (text.trim() === "")
			throw new ConfigError("The request has no body. Send a script.");
		const { checkScript } = await import("./check-script.ts");
		return writeJson({ problems: await checkScript(text, catalog) });
	});
}
