import fc from "fast-check";
import { expect, test } from "vitest";
import { readEventData } from "./sse.ts";

/** The data of a stream that comes cut at these places. */
async function read(text: string, cuts: readonly number[]): Promise<string[]> {
	const bytes = Buffer.from(text);
	const places = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length];
	async function* body() {
		let from = 0;
		for (const to of places.sort((a, b) => a - b)) {
			yield bytes.subarray(from, to);
			from = to;
		}
	}
	const found: string[] = [];
	for await (const data of readEventData(body())) found.push(data);
	return found;
}

const stream =
	"\uFEFFdata: één\r\n\r\n: comment\rdata:two\r\rid: 1\nevent: x\ndata: three\ndata:  and four\n\n\ndata\n\ndata: 𝓯𝓲𝓿𝓮";

test("however a stream is cut, its events are the same", async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(fc.nat(200), { maxLength: 12 }), async (cuts) => {
			expect(await read(stream, cuts)).toEqual([
				"één",
				"two",
				"three\n and four",
				"𝓯𝓲𝓿𝓮",
			]);
		}),
	);
});

test("an event without an end is refused, not kept", async () => {
	async function* body() {
		const piece = Buffer.alloc(1024 * 1024, "x");
		for (;;) yield piece;
	}
	const reading = readEventData(body()).next();
	await expect(reading).rejects.toThrow("an event without an end");
});
