/** What others have recorded, as cassettes. */
import { gunzipSync } from "node:zlib";
import { ConfigError } from "../errors.ts";
import type { Model } from "../models/catalog.ts";
import type { Route } from "../protocol/route.ts";
import { version } from "../version.ts";
import {
	type Cassette,
	formatVersion,
	type RecordedResponse,
} from "./cassette.ts";
import { factsOf, hashFacts, hashOperation } from "./facts.ts";
import { readInvocationLog } from "./import-log.ts";
import { isVcr, readVcr } from "./import-vcr.ts";
import type { Redact } from "./redact.ts";
import { recordedRequest } from "./request.ts";

/** An exchange that somebody else has recorded. */
export interface Foreign {
	method: string;
	/** As sent, without the query. */
	path: string;
	/** Of the request, in lower case. */
	headers: Record<string, string>;
	body: Uint8Array;
	region: string;
	/** ISO 8601; undefined when it is not said. */
	recorded: string | undefined;
	response: RecordedResponse;
}

/** What a file held. */
export interface Imported {
	cassettes: Cassette[];
	/** What could not be taken, and why; a line each. */
	left: string[];
}

/** What importing works with. */
export interface ImportParts {
	route: Route;
	rowOf(modelId: string): Model | undefined;
	redact: Redact;
	/** For what does not say when it was recorded, ISO 8601. */
	today: string;
}

/**
 * Reads a vcrpy cassette with Bedrock's traffic (YAML or JSON), or Bedrock's model invocation logs (JSON lines, gzip or not).
 *
 * @param file - its name, for messages
 * @throws ConfigError when it is neither
 */
export function importFile(
	bytes: Uint8Array,
	file: string,
	parts: ImportParts,
): Imported {
	const text = readText(bytes);
	const read = isVcr(text) ? readVcr(text, file) : readInvocationLog(text);
	const imported: Imported = { cassettes: [], left: [] };
	for (const [index, one] of read.entries()) {
		const where = `${file}, ${index + 1}`;
		if ("why" in one) imported.left.push(`${where}: ${one.why}`);
		else {
			const cassette = cassetteOf(one, parts);
			if (cassette) imported.cassettes.push(cassette);
			else
				imported.left.push(
					`${where}: ${one.method} ${one.path} is no operation that asks a model`,
				);
		}
	}
	if (read.length === 0)
		throw new ConfigError(
			`${file} holds no exchange. Importing takes vcrpy cassettes and Bedrock's model invocation logs.`,
		);
	return imported;
}

function readText(bytes: Uint8Array): string {
	const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
	return Buffer.from(isGzip ? gunzipSync(bytes) : bytes).toString("utf8");
}

function cassetteOf(
	{ method, path, headers, body, region, recorded, response }: Foreign,
	{ route, rowOf, redact, today }: ImportParts,
): Cassette | undefined {
	const match = route(method, path);
	if (match?.labels.modelId === undefined) return undefined;
	const modelId = decodeURIComponent(match.labels.modelId);
	const { operation } = match;
	const row = rowOf(modelId);
	const facts = row && factsOf(row);
	const request = recordedRequest(
		{ operation: operation.name, modelId, path, query: "", headers, body },
		redact,
	);
	return {
		cassette: formatVersion,
		outcrop: version,
		recorded: recorded ?? today,
		engine: "import",
		region,
		api: hashOperation(operation),
		...(facts && { catalog: hashFacts(facts) }),
		request,
		response,
		...(facts && { facts }),
	};
}
