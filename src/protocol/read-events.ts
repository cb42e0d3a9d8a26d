/** A stream's frames, back to the events that they were written from. */
import type { Json } from "../json.ts";
import type { Shape } from "./description.ts";
import { readFrames } from "./frames.ts";
import { readLoosely } from "./read-loosely.ts";

/**
 * The events of a stream that is there whole, without their padding; frames that are no events of the union are left out.
 *
 * @throws FrameError when the bytes are damaged
 */
export function readEvents(
	union: Shape,
	bytes: Uint8Array,
): Record<string, unknown>[] {
	return readFrames(bytes).flatMap(({ headers, payload }) => {
		const name = headers.get(":event-type") ?? "";
		const shape = union.memberByName.get(name)?.target;
		if (!shape) return [];
		const json = JSON.parse(payload.toString()) as Json;
		return [{ [name]: readLoosely(shape, json) }];
	});
}
