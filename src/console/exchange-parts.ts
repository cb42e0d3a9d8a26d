import type { Emulator } from "../emulator.ts";
import { findScriptEngine } from "../engines/index.ts";
import type { HttpResponse } from "../http/message.ts";
import { writeJson } from "../http/router.ts";
import type { Exchange } from "../journal/exchange.ts";
import { encodeFrames } from "../journal/frames.ts";
import type { ApiRow } from "./row.ts";

const path = "/_outcrop/api/exchanges/{id}";

/** An exchange's parts in full: its bodies as they travelled, and the frames of its stream. */
export function exchangePartRoutes(emulator: Emulator): ApiRow[] {
	const { journal } = emulator;
	type Answer = (exchange: Exchange) => HttpResponse | Promise<HttpResponse>;
	const part =
		(answer: Answer): ApiRow["answer"] =>
		(_request, { id = "" }) => {
			const exchange = journal.get(id);
			return exchange
				? answer(exchange)
				: writeJson(
						{ message: `There is no exchange ${id}, or it was forgotten.` },
						404,
					);
		};
	return [
		{
			method: "GET",
			path: `${path}/request`,
			summary: "The body that the client sent, as it travelled",
			answer: part(({ requestBody }) => writeBytes(requestBody)),
		},
		{
			method: "GET",
			path: `${path}/response`,
			summary:
				"The body that was answered, as it travelled; empty for a stream, which has frames",
			answer: part(({ responseBody }) => writeBytes(responseBody)),
		},
		{
			method: "GET",
			path: `${path}/frames`,
			summary:
				"A stream's frames in base64: as they were sent where a real service wrote them, else encoded again from the events, without the random padding, which is not kept",
			answer: part((exchange) =>
				writeJson({
					frames: encodeFrames(exchange).map(({ atMs, bytes, isAsSent }) => ({
						atMs,
						isAsSent,
						base64: Buffer.from(bytes).toString("base64"),
					})),
				}),
			),
		},
		{
			method: "GET",
			path: `${path}/rules`,
			summary: `How each script rule, as they are now, stands to what was asked, in the order in which they are asked: which of its conditions do not hold; the first ${mostRules}`,
			answer: part(async (exchange) =>
				writeJson({ rules: await judge(exchange, emulator) }),
			),
		},
	];
}

const mostRules = 500;

async function judge(exchange: Exchange, emulator: Emulator) {
	const script = findScriptEngine(emulator.engines);
	if (!script) return [];
	const { readPastTurn } = await import("./past-turn.ts");
	const past = await readPastTurn(exchange, emulator);
	return past ? script.judge(past.turn, past.call, mostRules) : [];
}

/** Never as a type that a browser would show: whoever called chose the bytes. */
function writeBytes(body: string | Uint8Array | undefined): HttpResponse {
	return {
		status: 200,
		headers: {
			"Content-Type": "application/octet-stream",
			"X-Content-Type-Options": "nosniff",
			"Content-Disposition": "attachment",
		},
		body: body ?? "",
	};
}
