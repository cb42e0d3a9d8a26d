import { isUtf8 } from "node:buffer";
import { JsonError, parseJson } from "../../protocol/json.ts";
import { malformed } from "../../providers/native.ts";
import type { Json } from "../../turn/turn.ts";

/**
 * A native body as JSON.
 *
 * @throws ServiceError `ValidationException` with the text that several families were observed to answer
 */
export function readNativeJson(body: Uint8Array): Json {
	const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
	if (!isUtf8(text)) throw malformed();
	try {
		return parseJson(text.toString("utf8"));
	} catch (error) {
		if (error instanceof JsonError) throw malformed();
		throw error;
	}
}

/** JSON as the bytes of a body. */
export function encodeJson(json: Json): Uint8Array {
	return Buffer.from(JSON.stringify(json));
}
