/** Server-sent events, as far as model servers use them. */
import { BrokenStream } from "./failures.ts";

/** Characters of one event, at most. */
const longestEvent = 16 * 1024 * 1024;

/** What ends a stream of OpenAI's, in place of JSON. */
export const doneSign = "[DONE]";

/**
 * The data of each event: lines of an event joined, comments and other fields left out. Lines end with LF, CRLF or CR; a
 * byte order mark and a missing space after the colon do no harm.
 * The last event may lack its empty line, as some servers leave it out.
 *
 * Source: HTML Living Standard, "Server-sent events" (documented).
 *
 * @throws BrokenStream when an event does not end
 */
export async function* readEventData(
	body: AsyncIterable<Uint8Array>,
): AsyncGenerator<string> {
	// Takes the byte order mark away.
	const decoder = new TextDecoder();
	let pending = "";
	let data: string | undefined;
	for await (const bytes of body) {
		pending += decoder.decode(bytes, { stream: true });
		let from = 0;
		for (;;) {
			const end = endOfLine(pending, from);
			if (end === undefined) break;
			const line = pending.slice(from, end.at);
			from = end.next;
			if (line !== "") data = addLine(data, line);
			else if (data !== undefined) {
				yield data;
				data = undefined;
			}
		}
		pending = pending.slice(from);
		if (pending.length + (data?.length ?? 0) > longestEvent)
			throw new BrokenStream("the server sent an event without an end");
	}
	data = addLine(data, (pending + decoder.decode()).replace(/\r$/u, ""));
	if (data !== undefined) yield data;
}

function addLine(data: string | undefined, line: string): string | undefined {
	if (!line.startsWith("data:")) return data;
	const value = line.slice(line[5] === " " ? 6 : 5);
	return data === undefined ? value : `${data}\n${value}`;
}

/** The next end of a line; undefined when it is not there yet. A CR at the very end may be half of a CRLF. */
function endOfLine(
	text: string,
	from: number,
): { at: number; next: number } | undefined {
	const lf = text.indexOf("\n", from);
	const cr = text.indexOf("\r", from);
	if (cr >= 0 && (lf < 0 || cr < lf)) {
		if (cr === text.length - 1) return undefined;
		return { at: cr, next: text[cr + 1] === "\n" ? cr + 2 : cr + 1 };
	}
	return lf < 0 ? undefined : { at: lf, next: lf + 1 };
}
