import { expect, test } from "vitest";
import type { Api } from "../../src/testing/api.ts";
import { waitForExchanges } from "../../src/testing/wait.ts";

const exchange = { sequence: 1, operation: "Converse", notes: {} };

/** A journal that gives these lists, one a look, and a stream that gives these events and stays open. */
function journal(lists: object[][], events: string[]): Api {
	return {
		send(_method, path, _body, signal) {
			if (!path.includes("/stream"))
				return {
					status: 200,
					body: JSON.stringify({ exchanges: lists.shift() ?? [] }),
				};
			async function* stream() {
				for (const event of events) yield Buffer.from(event);
				await new Promise((resolve) =>
					signal?.addEventListener("abort", resolve),
				);
			}
			return { status: 200, body: stream() };
		},
	};
}

function wait(api: Api) {
	return waitForExchanges(api, {
		query: new URLSearchParams(),
		count: 1,
		timeoutMs: 100,
		matches: ({ operation }) => operation === "Converse",
		explain: (met) => `${met.length} came`,
	});
}

test("a call that ended before the stream began is not missed", async () => {
	const api = journal([[], [exchange]], [": begun\n\n"]);
	expect(await wait(api)).toMatchObject([{ sequence: 1 }]);
});

test("an event may come in pieces", async () => {
	const data = `id: 1\ndata: ${JSON.stringify(exchange)}\n\n`;
	const api = journal(
		[[], []],
		[": begun\n", `\n${data.slice(0, 20)}`, data.slice(20)],
	);
	expect(await wait(api)).toMatchObject([{ sequence: 1 }]);
});

test("what came is explained when time is up", async () => {
	const api = journal([[{ ...exchange, operation: "CountTokens" }]], []);
	await expect(wait(api)).rejects.toThrow("1 came");
});
