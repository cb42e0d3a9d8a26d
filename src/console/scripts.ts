import type { Emulator } from "../emulator.ts";
import type { Engine } from "../engines/engine.ts";
import { findScriptEngine } from "../engines/index.ts";
import type { ScriptEngine } from "../engines/script.ts";
import { ConfigError } from "../errors.ts";
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import { writeJson } from "../http/router.ts";
import { namespaceOf } from "./body.ts";
import type { ApiRow } from "./row.ts";
import { answeringProblems, readText } from "./script-trial.ts";

const path = "/_outcrop/api/scripts";
const namespace =
	"Only this namespace; every namespace when absent. The header x-outcrop-namespace says the same";
const body = {
	description:
		"A list of rules, or a script: { replies: [rule] }; a script may also be YAML",
	type: ["array", "object", "string"],
	examples: [[{ when: { user: "weather" }, text: "Sunny." }]],
};

/** What models say: rules are added, listed with how often they answered, and removed. */
export function scriptRoutes(emulator: Emulator): ApiRow[] {
	const withEngine = (
		request: HttpRequest,
		answer: (engine: ScriptEngine, named: string | undefined) => unknown,
		status = 200,
	) => answerScripts(emulator.engines, request, answer, status);
	return [
		{
			method: "GET",
			path,
			summary:
				"The rules that a namespace's requests are held against, with how often they answered in it; without one every rule, and in all",
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
						id: await engine.add(named, await readScript(request)),
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
					const id = await engine.add(named, await readScript(request));
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
			method: "GET",
			path: `${path}/{id}`,
			summary: "Rules that were added, as they were written",
			answer: (request, { id = "" }) => {
				const added = findScriptEngine(emulator.engines)?.added(id);
				return added
					? withEngine(request, () => added)
					: writeJson({ message: `There are no rules ${id}.` }, 404);
			},
		},
		{
			method: "PUT",
			path: `${path}/{id}`,
			summary: "Puts rules in place of those of an id, in their namespace",
			body,
			answer: (request, { id = "" }) =>
				withEngine(request, async (engine) => {
					const script = await readScript(request);
					if (!(await engine.replace(id, script)))
						throw new ConfigError(
							`There are no rules ${id}: they were removed. Add yours anew.`,
						);
					return { id };
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
	];
}

/** Rules as data, or the text of a script: what is no JSON is YAML. */
async function readScript(request: HttpRequest): Promise<unknown> {
	const text = await readText(request);
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
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
	return answeringProblems(async () =>
		writeJson(await answer(engine, namespaceOf(request)), status),
	);
}

function idsOf(engine: ScriptEngine, named: string | undefined): string[] {
	const ids = engine
		.rules(named)
		.filter(({ namespace }) => namespace === named)
		.flatMap(({ id }) => id ?? []);
	return [...new Set(ids)];
}
