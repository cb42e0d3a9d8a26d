import type { ErrorObject, ValidateFunction } from "ajv";
import { hintFor, nearestName } from "../../nearest.ts";
import { showMet } from "../../show-met.ts";
import schema from "./schema.json" with { type: "json" };
import type { ScriptPath } from "./source.ts";

/** What is wrong with a part of a script. */
export interface SchemaProblem {
	path: ScriptPath;
	message: string;
}

let compiled: Promise<ValidateFunction> | undefined;

/** The validator is the same for everybody, and making it costs tens of milliseconds. */
function validator(): Promise<ValidateFunction> {
	compiled ??= import("ajv").then(({ Ajv }) =>
		new Ajv({
			allErrors: true,
			allowUnionTypes: true,
			verbose: true,
			strict: false,
		}).compile(schema),
	);
	return compiled;
}

/** Holds a script against its schema; says in plain words what is wrong, part by part. */
export async function validateScript(
	content: unknown,
): Promise<SchemaProblem[]> {
	const validate = await validator();
	if (validate(content)) return [];
	const problems = new Map<string, SchemaProblem>();
	for (const error of validate.errors ?? []) {
		const problem = explain(error);
		// One word for a part: a value of the wrong type breaks several keywords.
		const place = JSON.stringify(problem.path);
		if (!problems.has(place)) problems.set(place, problem);
	}
	return [...problems.values()];
}

function explain(error: ErrorObject): SchemaProblem {
	const path = pathOf(error.instancePath);
	const member = path.findLast((key) => typeof key === "string");
	const subject = member === undefined ? "The script" : String(member);
	const { params, data } = error;
	switch (error.keyword) {
		case "additionalProperties": {
			const name = String(params.additionalProperty);
			const known = Object.keys(
				(error.parentSchema as { properties?: object }).properties ?? {},
			);
			const all = `Known here: ${known.filter((key) => key !== "$schema").join(", ")}.`;
			return {
				path: [...path, name],
				message: `Unknown key ${name}.${hintFor(name, known, all)}`,
			};
		}
		case "required":
			return {
				path,
				message: `${subject} lacks ${String(params.missingProperty)}.`,
			};
		case "enum":
			return { path, message: explainEnum(subject, error) };
		case "type": {
			const types = [params.type].flat().map(typeName).join(" or ");
			return {
				path,
				message: `${subject} takes ${types}, not ${showMet(data)}.`,
			};
		}
		case "pattern":
			return {
				path,
				message: `${subject} does not take ${showMet(data)}. ${descriptionOf(error)}`,
			};
		case "minimum":
			return { path, message: explainLimit(subject, "or more", error) };
		case "maximum":
			return { path, message: explainLimit(subject, "or less", error) };
		case "minItems":
			return { path, message: `${subject} takes a list that is not empty.` };
		case "minLength":
			return { path, message: `${subject} takes text that is not empty.` };
		default:
			return { path, message: `${subject} ${error.message ?? "is wrong"}.` };
	}
}

function explainEnum(subject: string, { params, data }: ErrorObject): string {
	const known = (params.allowedValues as unknown[]).map(String);
	const nearest =
		typeof data === "string" ? nearestName(data, known) : undefined;
	return nearest === undefined
		? `${subject} takes one of ${known.slice(0, 12).join(", ")}, not ${showMet(data)}.`
		: `${subject} does not take ${showMet(data)}. Did you mean ${nearest}?`;
}

function explainLimit(
	subject: string,
	side: string,
	{ params, data }: ErrorObject,
): string {
	return `${subject} takes a number of ${String(params.limit)} ${side}, not ${showMet(data)}.`;
}

function descriptionOf(error: ErrorObject): string {
	const { description } = error.parentSchema as { description?: string };
	return description === undefined ? (error.message ?? "") : description;
}

const typeNames: Record<string, string> = {
	string: "text",
	object: "a mapping",
	array: "a list",
	integer: "a whole number",
	number: "a number",
	boolean: "true or false",
};

function typeName(type: string): string {
	return typeNames[type] ?? type;
}

/** A JSON Pointer as keys; list positions become numbers. */
function pathOf(pointer: string): (string | number)[] {
	return pointer
		.split("/")
		.slice(1)
		.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
		.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
