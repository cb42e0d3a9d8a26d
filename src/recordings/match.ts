/** Requests brought to what is compared of them. */

import { createHash } from "node:crypto";
import { ConfigError } from "../errors.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { looseJson } from "./body.ts";
import type { RecordedRequest } from "./cassette.ts";
import { mapTexts } from "./json-texts.ts";
import type { MatchSpec, Normaliser } from "./match-spec.ts";

/** Compares requests. */
export interface Matcher {
	/** What counts of a request, members sorted. */
	essence(request: RecordedRequest): JsonObject;
	/** 12 hexadecimal digits; equal for requests that are the same one. */
	key(request: RecordedRequest): string;
}

/** What a word stands for beside the member of that name. */
const families: Record<string, readonly string[]> = {
	messages: ["prompt", "message", "inputText", "chat_history"],
	system: ["preamble"],
	tools: ["toolConfig", "tool_choice"],
};

const replacements: Record<Normaliser, readonly [RegExp, string]> = {
	whitespace: [/\s+/gu, " "],
	dates: [
		/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?/gu,
		"<date>",
	],
	uuids: [
		/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/giu,
		"<uuid>",
	],
	toolIds: [/\b(?:tooluse_|toolu_|call_)[\w-]{1,64}/gu, "<tool id>"],
};

/**
 * What compares requests as a specification says.
 *
 * @throws ConfigError on a JSONPath that is none
 */
export async function compileMatch(spec: MatchSpec): Promise<Matcher> {
	const omit = await compileIgnore(spec.ignore);
	const normalise = (text: string) =>
		spec.normalise.reduce((left, name) => {
			const [pattern, by] = replacements[name];
			return left.replace(pattern, by);
		}, text);
	const essence = (request: RecordedRequest): JsonObject => {
		const { operation, model, path, headers = {}, body } = request;
		const all = { model, headers, body: body === undefined ? {} : omit(body) };
		const counted = spec.members.length === 0 ? all : pick(all, spec.members);
		const about: JsonObject = { operation };
		if (path !== undefined) about.path = path;
		return mapTexts({ ...about, ...counted }, normalise) as JsonObject;
	};
	return {
		essence,
		key: (request) =>
			createHash("sha256")
				.update(JSON.stringify(essence(request)))
				.digest("hex")
				.slice(0, 12),
	};
}

function pick(
	all: { model: string; headers: Record<string, string>; body: Json },
	members: readonly string[],
): JsonObject {
	const names = new Set(
		members.flatMap((member) => [member, ...(families[member] ?? [])]),
	);
	const picked: JsonObject = {};
	if (names.has("model")) picked.model = all.model;
	if (names.has("headers")) picked.headers = all.headers;
	const body = counted(all.body);
	picked.body = isObject(body)
		? Object.fromEntries(
				Object.entries(body).filter(([name]) => names.has(name)),
			)
		: body;
	return picked;
}

/** CountTokens asks about a request: what counts of it is the request's. */
function counted(body: Json): Json {
	const input = isObject(body) ? body.input : undefined;
	if (!isObject(input)) return body;
	const { converse, invokeModel } = input;
	if (isObject(converse)) return converse;
	const native = isObject(invokeModel) ? invokeModel.body : undefined;
	if (typeof native !== "string") return body;
	return looseJson(Buffer.from(native, "base64").toString("utf8")) ?? body;
}

/** A function that leaves out what JSONPaths find. */
async function compileIgnore(
	paths: readonly string[],
): Promise<(body: Json) => Json> {
	if (paths.length === 0) return (body) => body;
	const { compile } = await import("json-p3");
	const queries = paths.map((path) => {
		try {
			return compile(path);
		} catch (error) {
			const why = error instanceof Error ? error.message : String(error);
			throw new ConfigError(
				`match: ignore: ${JSON.stringify(path)} is no JSONPath (${why}). Write one such as $.inferenceConfig.`,
			);
		}
	});
	return (body) => {
		const copy = structuredClone(body);
		for (const query of queries) {
			const locations = query.query(copy as never).locations();
			// From the last on: what is taken out of a list moves what stands behind it.
			for (const location of locations.reverse()) remove(copy, location);
		}
		return copy;
	};
}

function remove(root: Json, location: readonly (string | number)[]): void {
	let at: Json | undefined = root;
	for (const step of location.slice(0, -1))
		at = Array.isArray(at) ? at[Number(step)] : isObject(at) ? at[step] : at;
	const last = location.at(-1) ?? "";
	if (Array.isArray(at)) at.splice(Number(last), 1);
	else if (isObject(at)) delete at[last];
}
