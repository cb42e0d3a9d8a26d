/**
 * Bedrock's model invocation logs: JSON lines of `ModelInvocationLog` records, as they lie in S3 and CloudWatch.
 *
 * Source: User Guide, "Monitor model invocation using CloudWatch Logs and Amazon S3" (documented); that a stream's
 * `outputBodyJson` is the list of native chunks for InvokeModelWithResponseStream, and the collected Converse answer or the
 * list of events for ConverseStream, from records that users have published (observed).
 */
import { isObject, type Json } from "../json.ts";
import { looseJson } from "./body.ts";
import type { RecordedEvent, RecordedResponse } from "./cassette.ts";
import { eventsOfAnswer } from "./converse-events.ts";
import type { Foreign } from "./import.ts";

/** A record, or why it cannot be taken. */
export type LogRecord = Foreign | { why: string };

const paths: Record<string, string> = {
	Converse: "converse",
	ConverseStream: "converse-stream",
	InvokeModel: "invoke",
	InvokeModelWithResponseStream: "invoke-with-response-stream",
};

/** The records of a text: a JSON document a line, or one list, or one document. */
export function readInvocationLog(text: string): LogRecord[] {
	const whole = looseJson(text);
	const documents =
		whole === undefined
			? text
					.split("\n")
					.filter((line) => line.trim() !== "")
					.map(looseJson)
			: Array.isArray(whole)
				? whole
				: [whole];
	return documents.map((document) => readRecord(unwrap(document)));
}

/** CloudWatch's exports put a record into the text of a log event. */
function unwrap(document: Json | undefined): Json | undefined {
	if (!isObject(document) || typeof document.message !== "string")
		return document;
	return looseJson(document.message) ?? document;
}

function readRecord(record: Json | undefined): LogRecord {
	if (!isObject(record) || record.schemaType !== "ModelInvocationLog")
		return { why: "it is no record of a model invocation log" };
	const { operation, modelId, errorCode, region, timestamp } = record;
	const path = paths[String(operation)];
	if (path === undefined || typeof modelId !== "string")
		return { why: `it is of the operation ${showText(operation)}` };
	if (errorCode !== undefined)
		return { why: `it failed with ${showText(errorCode)}` };
	const asked = bodyOf(record.input, "input");
	const said = bodyOf(record.output, "output");
	if (asked === undefined || said === undefined)
		return {
			why: "its bodies are not in it: large ones lie in files of their own in S3",
		};
	const response = responseOf(String(operation), said);
	if (!response) return { why: "its answer has no form that is known" };
	const time = Date.parse(String(timestamp));
	return {
		method: "POST",
		path: `/model/${encodeURIComponent(shortId(modelId))}/${path}`,
		headers: {},
		body: Buffer.from(JSON.stringify(asked)),
		region: typeof region === "string" ? region : "us-east-1",
		recorded: Number.isNaN(time) ? undefined : new Date(time).toISOString(),
		response,
	};
}

function bodyOf(side: Json | undefined, name: string): Json | undefined {
	const body = isObject(side) ? side[`${name}BodyJson`] : undefined;
	return typeof body === "string" ? looseJson(body) : body;
}

/** Logs name models and AWS's own profiles by ARN where programs name them by id (observed). */
function shortId(modelId: string): string {
	const match =
		/^arn:[^:]*:bedrock:[^:]*:[^:]*:(?:foundation-model|inference-profile)\/(.+)$/u.exec(
			modelId,
		);
	return match?.[1] ?? modelId;
}

function responseOf(
	operation: string,
	said: Json,
): RecordedResponse | undefined {
	const durationMs = latencyOf(said);
	const stream = (events: RecordedEvent[]): RecordedResponse => ({
		status: 200,
		headers: { "content-type": "application/vnd.amazon.eventstream" },
		durationMs,
		padding: true,
		events,
	});
	if (operation === "InvokeModelWithResponseStream")
		return Array.isArray(said)
			? stream(said.map((chunk) => ({ at: 0, chunk })))
			: undefined;
	if (operation !== "ConverseStream")
		return {
			status: 200,
			headers: { "content-type": "application/json" },
			durationMs,
			body: said,
		};
	if (!Array.isArray(said))
		return isObject(said) ? stream(eventsOfAnswer(said)) : undefined;
	return stream(said.filter(isObject).map((event) => ({ at: 0, ...event })));
}

function latencyOf(said: Json): number {
	const last: Json | undefined = Array.isArray(said) ? said.at(-1) : said;
	const holder = isObject(last) ? (last.metadata ?? last) : undefined;
	const metrics = isObject(holder) ? holder.metrics : undefined;
	const latencyMs = isObject(metrics) ? metrics.latencyMs : undefined;
	return typeof latencyMs === "number" ? latencyMs : 0;
}

function showText(value: Json | undefined): string {
	return typeof value === "string" ? value : "(none)";
}
