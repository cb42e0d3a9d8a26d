import type { Json } from "../../json.ts";
import { JsonError, parseJsonBytes } from "../../protocol/json.ts";
import { malformed } from "../../providers/native.ts";

/**
 * A native body as JSON.
 *
 * @throws ServiceError `ValidationException` with the text that several families were observed to answer
 */
export function readNativeJson(body: Uint8Array): Json {
	try {
		return parseJsonBytes(body);
	} catch (error) {
		if (error instanceof JsonError) throw malformed();
		throw error;
	}
}

/** JSON as the bytes of a body. */
export function encodeJson(json: Json): Uint8Array {
	return Buffer.from(JSON.stringify(json));
}
