import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../src/call.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { readFrames } from "../../src/protocol/frames.ts";
import { type TrueEvent, trueBytes } from "../../src/protocol/write-stream.ts";
import type { TrueAnswer } from "../../src/turn/true-answer.ts";

/** A folder of one test, gone with it. */
export function temporaryFolder(): Disposable & {
	path: string;
	files(): string[];
	read(file: string): string;
	all(): string;
} {
	const path = mkdtempSync(join(tmpdir(), "outcrop-cassettes-"));
	const files = () => readdirSync(path).sort();
	const read = (file: string) => readFileSync(join(path, file), "utf8");
	return {
		path,
		files,
		read,
		all: () => files().map(read).join("\n"),
		[Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
	};
}

/** Time that passes only when somebody sleeps. */
export function standInClock(): Clock & { nowMs: number } {
	return {
		nowMs: 1_800_000_000_000,
		now() {
			return this.nowMs;
		},
		async sleep(delayMs) {
			this.nowMs += delayMs;
		},
	};
}

/** An engine that sends requests on to another Outcrop, and answers by what it says. */
export function relayTo(
	url: () => string,
	pace: (event: number) => Promise<void> = async () => {},
): Engine {
	return {
		name: "upstream",
		reply: () => undefined,
		async relay(_modelId, { wire, signal }): Promise<TrueAnswer> {
			const { method, path, headers, body } = wire;
			const response = await fetch(url() + path, {
				method,
				body: Buffer.from(body),
				headers: {
					"content-type": headers["content-type"] ?? "application/json",
				},
				signal,
			});
			const bytes = Buffer.from(await response.arrayBuffer());
			const given = Object.fromEntries(response.headers);
			await pace(0);
			return {
				status: response.status,
				headers: { ...given, "set-cookie": "session=upstream-cookie" },
				body: given["content-type"]?.includes("eventstream")
					? events(bytes, pace)
					: bytes,
			};
		},
	};
}

async function* events(
	body: Buffer,
	pace: (event: number) => Promise<void>,
): AsyncGenerator<TrueEvent> {
	for (const [index, { headers, bytes, payload }] of readFrames(
		body,
	).entries()) {
		await pace(index + 1);
		yield {
			[headers.get(":event-type") ?? ""]: JSON.parse(payload.toString()),
			[trueBytes]: bytes,
		};
	}
}
