/** Cassettes as YAML: readable, and the same text for the same cassette. */

import {
	Document,
	isCollection,
	isMap,
	isScalar,
	isSeq,
	parse,
	visit,
} from "yaml";
import { ConfigError } from "../errors.ts";
import { isObject } from "../json.ts";
import { type Cassette, formatVersion } from "./cassette.ts";

const heading =
	"# A cassette of Outcrop: what a real model answered. See docs/record-and-replay.md.\n";

/**
 * The text of a cassette; undefined when YAML cannot hold what is in it, such as half of a surrogate pair.
 */
export function writeCassette(cassette: Cassette): string | undefined {
	const document = new Document(cassette, { aliasDuplicateObjects: false });
	putInLines(document);
	const text = document.toString({ lineWidth: 0, blockQuote: "literal" });
	// As it will be read from the file.
	const read: unknown = parse(Buffer.from(text).toString("utf8"));
	return JSON.stringify(read) === JSON.stringify(cassette)
		? heading + text
		: undefined;
}

/** An event a line, and lists of words and numbers in one. */
function putInLines(document: Document): void {
	const events = document.getIn(["response", "events"]);
	if (isSeq(events))
		for (const event of events.items) if (isMap(event)) event.flow = true;
	visit(document, {
		Seq(_, list) {
			if (list.items.every(isShort)) list.flow = true;
			return isCollection(list) && list.flow ? visit.SKIP : undefined;
		},
	});
}

/** Long texts stand in blocks. */
function isShort(item: unknown): boolean {
	if (!isScalar(item)) return false;
	const { value } = item;
	return (
		typeof value !== "string" || (value.length < 40 && !value.includes("\n"))
	);
}

/**
 * Reads a cassette.
 *
 * @param file - its name, for messages
 * @throws ConfigError that says what is wrong with it
 */
export function readCassette(text: string, file: string): Cassette {
	let value: unknown;
	try {
		value = parse(text, { maxAliasCount: 0 });
	} catch (error) {
		const why = error instanceof Error ? error.message.split("\n")[0] : error;
		throw new ConfigError(
			`${file} is no YAML: ${why} Mend it, or delete it and record anew.`,
		);
	}
	if (!isCassette(value))
		throw new ConfigError(
			`${file} is no cassette of format ${formatVersion}. Delete it and record anew, or move it out of the folder.`,
		);
	return value;
}

/** As far as the rest of the code relies on it; inside bodies anything may stand. */
function isCassette(value: unknown): value is Cassette {
	if (!isObject(value) || value.cassette !== formatVersion) return false;
	const { request, response } = value;
	return (
		isObject(request) &&
		typeof request.operation === "string" &&
		typeof request.model === "string" &&
		isObject(response) &&
		Number.isInteger(response.status) &&
		typeof response.durationMs === "number" &&
		isObject(response.headers) &&
		(response.events === undefined || areEvents(response.events))
	);
}

function areEvents(events: unknown): boolean {
	return (
		Array.isArray(events) &&
		events.every((event) => isObject(event) && typeof event.at === "number")
	);
}
