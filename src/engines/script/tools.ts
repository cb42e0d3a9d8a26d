/** The libraries that scripts use, each loaded only when a script needs it. */
import type { FilterFunction, JSONPathEnvironment } from "json-p3";
import type { Liquid } from "liquidjs";
import type { RE2JS } from "re2js";
import { readRegex } from "./regex.ts";

export interface Tools {
	re2?: typeof RE2JS;
	jsonPath?: JSONPathEnvironment;
	liquid?: Liquid;
}

/** Loads what rules need; what is there already is kept. */
export async function loadTools(rules: unknown, tools: Tools): Promise<void> {
	const needs = { re2: false, jsonPath: false, liquid: false };
	findNeeds(rules, needs);
	if (needs.re2 || needs.jsonPath) tools.re2 ??= (await import("re2js")).RE2JS;
	if (needs.jsonPath) tools.jsonPath ??= await loadJsonPath(tools.re2);
	if (needs.liquid) {
		const { createLiquid } = await import("./liquid.ts");
		tools.liquid ??= await createLiquid();
	}
}

function findNeeds(
	value: unknown,
	needs: { re2: boolean; jsonPath: boolean; liquid: boolean },
): void {
	if (typeof value === "string") {
		if (value.startsWith("/") && readRegex(value)) needs.re2 = true;
		if (value.includes("{{") || value.includes("{%")) needs.liquid = true;
	} else if (typeof value === "object" && value !== null) {
		if ("request" in value) needs.jsonPath = true;
		for (const member of Object.values(value)) findNeeds(member, needs);
	}
}

/** JSONPath (RFC 9535) whose `match` and `search` run RE2: the library's own give patterns to the runtime's engine. */
async function loadJsonPath(
	re2: typeof RE2JS | undefined,
): Promise<JSONPathEnvironment> {
	const { JSONPathEnvironment, FunctionExpressionType } = await import(
		"json-p3"
	);
	const environment = new JSONPathEnvironment({ maxRecursionDepth: 100 });
	const regexFunction = (whole: boolean): FilterFunction => ({
		argTypes: [
			FunctionExpressionType.ValueType,
			FunctionExpressionType.ValueType,
		],
		returnType: FunctionExpressionType.LogicalType,
		call(text: unknown, pattern: unknown) {
			if (typeof text !== "string" || typeof pattern !== "string" || !re2)
				return false;
			try {
				const matcher = re2.compile(pattern).matcher(text.slice(0, 100_000));
				return whole ? matcher.matches() : matcher.find();
			} catch {
				return false;
			}
		},
	});
	environment.functionRegister.set("match", regexFunction(true));
	environment.functionRegister.set("search", regexFunction(false));
	return environment;
}
