/** Exchanges to cassettes. */
import type { Exchange } from "../journal/exchange.ts";
import type { Model } from "../models/catalog.ts";
import {
	encodeStreamEvent,
	isTrueEvent,
	trueBytes,
} from "../protocol/write-stream.ts";
import { version } from "../version.ts";
import { readableBody } from "./body.ts";
import {
	type Cassette,
	formatVersion,
	type RecordedResponse,
} from "./cassette.ts";
import { readableEvents, type TimedFrame } from "./events.ts";
import { factsOf, hashFacts, hashOperation } from "./facts.ts";
import { mapTexts } from "./json-texts.ts";
import type { Redact } from "./redact.ts";
import { recordedRequest } from "./request.ts";
import { writeCassette } from "./yaml.ts";

/** A cassette and the text of its file. */
export interface WrittenCassette {
	cassette: Cassette;
	text: string;
}

/**
 * The cassette of a finished exchange with a real service.
 *
 * @param row - what the catalogue says of the model
 */
export function cassetteOf(
	exchange: Exchange,
	row: Model | undefined,
	redact: Redact,
): WrittenCassette {
	const { operation, modelId, path, query, requestHeaders, requestBody } =
		exchange;
	const facts = row && factsOf(row);
	const frames = framesOf(exchange);
	const cassette: Cassette = {
		cassette: formatVersion,
		outcrop: version,
		recorded: new Date(exchange.startedAtMs).toISOString(),
		engine: exchange.notes.engine ?? "",
		region: exchange.identity.region,
		api: hashOperation(exchange.described),
		...(facts && { catalog: hashFacts(facts) }),
		request: recordedRequest(
			{
				operation,
				modelId,
				path,
				query,
				headers: requestHeaders,
				body: requestBody ?? new Uint8Array(),
			},
			redact,
		),
		response: responseOf(exchange, frames, redact),
		...(facts && { facts }),
	};
	const text = writeCassette(cassette);
	if (text === undefined)
		throw new Error(
			`YAML cannot hold what ${operation} of ${modelId ?? path} was answered (request ${exchange.id}).`,
		);
	return { cassette, text };
}

function responseOf(
	exchange: Exchange,
	frames: TimedFrame[] | undefined,
	redact: Redact,
): RecordedResponse {
	const { status = 200, responseHeaders, durationMs = 0, usage } = exchange;
	const names = Object.keys(responseHeaders).sort();
	const response: RecordedResponse = {
		status,
		headers: Object.fromEntries(
			names.map((name) => [name, responseHeaders[name] ?? ""]),
		),
		durationMs,
		...(usage && { usage: { ...usage } }),
	};
	const said = frames
		? readableEvents(frames)
		: readableBody(wholeBody(exchange));
	return {
		...response,
		...(mapTexts({ ...said }, redact) as typeof said),
	};
}

function wholeBody({ responseBody = "" }: Exchange): Uint8Array {
	return typeof responseBody === "string"
		? Buffer.from(responseBody)
		: responseBody;
}

/** Stands for the padding, which is left out. */
const anyPadding = "ab";

/** A stream's frames as they travelled, their padding aside; undefined for whole answers. */
function framesOf({ events, stream }: Exchange): TimedFrame[] | undefined {
	if (!events || !stream) return undefined;
	return events.map(({ atMs, event }) => {
		const said = event as Record<string, unknown>;
		const frame = isTrueEvent(said)
			? said[trueBytes]
			: encodeStreamEvent(stream, said, anyPadding);
		return { atMs, frame };
	});
}
