/** An answer of a model server, from its headers on. */

import type { Readable } from "node:stream";
import { isObject, type Json, type JsonObject } from "../../json.ts";
import { parseJson } from "../../protocol/json.ts";
import {
	BrokenStream,
	connectionFailure,
	type Place,
	UpstreamFailure,
	unreadable,
} from "./failures.ts";
import type { Stopper } from "./stopper.ts";

/** An answer that has begun: its status was 200. Who has it has to `close` it. */
export interface UpstreamResponse {
	contentType: string;
	body: AsyncIterable<Uint8Array>;
	/**
	 * Lets go of the connection.
	 *
	 * @param isSaid - all that matters has been read: the answer's end is awaited for a moment, so that the connection can serve
	 * again; else it is closed at once, and the server stops
	 */
	close(isSaid: boolean): void;
}

/** How long the end of an answer may take after its last word. */
const endMs = 1000;

/** Bytes of a whole body, at most. */
const longestBody = 64 * 1024 * 1024;

/** The answer whose body this is. */
export function responseOf(
	body: Readable,
	contentType: string,
	stopper: Stopper,
): UpstreamResponse {
	return {
		contentType,
		body: body.iterator({ destroyOnReturn: false }),
		close: (isSaid) => letGo(body, isSaid, stopper),
	};
}

function letGo(body: Readable, isSaid: boolean, stopper: Stopper): void {
	stopper.letGo();
	if (body.closed) return;
	// A connection that breaks now breaks nothing.
	body.on("error", () => {});
	if (!isSaid) {
		stopper.stop();
		return;
	}
	const timer = setTimeout(() => stopper.stop(), endMs).unref();
	body.once("close", () => clearTimeout(timer));
	body.resume();
}

/**
 * Reads an answer that is one JSON object, and lets go of it.
 *
 * @throws UpstreamFailure when it breaks off or is something else; the signal's reason when it aborts
 */
export async function readJson(
	response: UpstreamResponse,
	place: Place,
	signal: AbortSignal,
): Promise<JsonObject> {
	let isRead = false;
	try {
		const text = await readText(response.body);
		isRead = true;
		const json = parse(text);
		if (isObject(json)) return json;
		throw unreadable(`no JSON object, but ${text.slice(0, 200)}`, place);
	} catch (error) {
		if (signal.aborted || error instanceof UpstreamFailure) throw error;
		if (error instanceof BrokenStream) throw unreadable(error.message, place);
		throw connectionFailure(error, place) ?? error;
	} finally {
		response.close(isRead);
	}
}

function parse(text: string): Json | undefined {
	try {
		return parseJson(text);
	} catch {
		return undefined;
	}
}

/**
 * A body as text.
 *
 * @throws BrokenStream when it is larger than any answer should be
 */
export async function readText(
	body: AsyncIterable<Uint8Array>,
): Promise<string> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of body) {
		length += chunk.byteLength;
		if (length > longestBody)
			throw new BrokenStream(`it is larger than ${longestBody} bytes`);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString("utf8");
}
