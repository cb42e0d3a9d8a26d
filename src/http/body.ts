import type { Readable } from "node:stream";
import { BodyTooLargeError, HangUpError } from "./message.ts";

/** The body of a request that has none. */
export const emptyBody = Buffer.alloc(0);

/**
 * Collects a request's body; one that came in a single chunk is not copied. Past the limit it stops reading, so that the
 * client is held back and no memory is used.
 *
 * @param wasCut - asked at the end: true when it is the end of the connection only, not of the body
 * @throws BodyTooLargeError past `maxBytes`
 * @throws HangUpError when the stream closes before its end
 */
export function collectBody(
	source: Readable,
	maxBytes: number,
	wasCut: () => boolean,
): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		let size = 0;
		let settled = false;

		const onData = (chunk: Buffer) => {
			size += chunk.length;
			if (size <= maxBytes) {
				chunks.push(chunk);
				return;
			}
			settled = true;
			source.off("data", onData);
			source.pause();
			reject(new BodyTooLargeError(maxBytes));
		};
		const onEnd = () => {
			if (wasCut()) return;
			settled = true;
			resolve(
				chunks.length === 1
					? (chunks[0] as Buffer)
					: Buffer.concat(chunks, size),
			);
		};
		const onClose = () => {
			if (!settled)
				reject(
					new HangUpError("The client hung up before the whole body had come."),
				);
		};

		if (source.destroyed) return onClose();
		source.on("data", onData);
		source.on("end", onEnd);
		source.on("close", onClose);
	});
}

/** The declared length of a body in bytes, or undefined when none is declared. */
export function declaredLength(
	headers: Readonly<Record<string, string>>,
): number | undefined {
	const length = headers["content-length"];
	return length === undefined ? undefined : Number(length);
}
