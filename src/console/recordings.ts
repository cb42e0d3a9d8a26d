import { ConfigError } from "../errors.ts";
import type { HttpResponse } from "../http/message.ts";
import { writeJson } from "../http/router.ts";
import type { Catalog } from "../models/catalog.ts";
import type { CassetteFile } from "../recordings/folder.ts";
import type { Recordings } from "../recordings/recordings.ts";
import type { ResolvedModel, Service } from "../services/service.ts";
import type { ApiRow } from "./row.ts";

const path = "/_outcrop/api/recordings";

/** What these routes need of the emulator. */
interface Around {
	recordings: Recordings | undefined;
	services: readonly Service[];
	catalog: Catalog;
	resolveModel(modelId: string): ResolvedModel;
}

/** Cassettes: listed with what has changed since, shown, deleted, made a script. */
export function recordingRoutes(emulator: Around): ApiRow[] {
	return [
		{
			method: "GET",
			path,
			summary:
				"Cassettes, and what is done with them; those that cannot be read with the reason",
			answer: () =>
				withRecordings(emulator, async (recordings) => {
					const { folder, plan } = recordings;
					const { summarizeCassette } = await import(
						"../recordings/summary.ts"
					);
					const changesOf = await staleness(emulator);
					const cassettes = folder.files.map((one) =>
						reading(one, (cassette) => ({
							...summarizeCassette(one.file, cassette),
							changes: changesOf(cassette),
						})),
					);
					return writeJson({ folder: folder.path, mode: plan.mode, cassettes });
				}),
		},
		{
			method: "GET",
			path: `${path}/script`,
			summary:
				"A script that says what the cassettes say (YAML), and which it leaves out",
			query: { file: "Only this cassette" },
			answer: (request) =>
				withRecordings(emulator, async ({ folder }) => {
					const only = new URLSearchParams(request.query).get("file");
					const wanted = folder.files.filter(
						({ file }) => only === null || file === only,
					);
					if (only !== null && wanted.length === 0) return missing(only);
					const { writeScript } = await import(
						"../services/recorded-script.ts"
					);
					const read = wanted.flatMap((one) => {
						const named = reading(one, (cassette) => ({ cassette }));
						return "cassette" in named
							? [{ file: one.file, cassette: named.cassette }]
							: [];
					});
					return writeJson(writeScript(read));
				}),
		},
		{
			method: "GET",
			path: `${path}/{file}`,
			summary: "One cassette",
			answer: (_request, { file = "" }) =>
				withRecordings(emulator, async ({ folder }) => {
					const found = folder.files.find((one) => one.file === file);
					if (!found) return missing(file);
					const changesOf = await staleness(emulator);
					return writeJson(
						reading(found, (cassette) => ({
							file,
							cassette,
							changes: changesOf(cassette),
						})),
					);
				}),
		},
		{
			method: "DELETE",
			path: `${path}/{file}`,
			summary: "Deletes a cassette's file",
			answer: (_request, { file = "" }) =>
				withRecordings(emulator, async ({ folder }) =>
					folder.remove(file) ? writeJson({}) : missing(file),
				),
		},
	];
}

function missing(file: string): HttpResponse {
	return writeJson({ message: `There is no cassette ${file}.` }, 404);
}

async function withRecordings(
	{ recordings }: Around,
	answer: (recordings: Recordings) => Promise<HttpResponse>,
): Promise<HttpResponse> {
	return recordings
		? answer(recordings)
		: writeJson(
				{
					message:
						"Nothing is recorded or replayed. Start Outcrop with --record DIR or --replay DIR.",
				},
				409,
			);
}

function reading<Shown>(
	{ file, read }: CassetteFile,
	show: (cassette: ReturnType<typeof read>) => Shown,
): Shown | { file: string; problem: string } {
	try {
		return show(read());
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		return { file, problem: error.message };
	}
}

async function staleness({ services, resolveModel }: Around) {
	const { changesSince } = await import("../recordings/stale.ts");
	const runtime = services.find(({ name }) => name === "bedrock-runtime");
	const operations = runtime?.description.operations ?? new Map();
	const rowOf = (modelId: string) => resolveModel(modelId).row;
	return (cassette: Parameters<typeof changesSince>[0]) =>
		changesSince(cassette, { rowOf, operations });
}
