import http from "node:http";
import type { AddressInfo } from "node:net";

/** What the server was asked. */
export interface Asked {
	path: string;
	authorization: string | undefined;
	// Tests read into it freely.
	body: {
		model?: string;
		messages?: unknown[];
		tools?: unknown[];
		tool_choice?: unknown;
		max_tokens?: number;
		[member: string]: unknown;
	};
}

/** How one request is answered: events to stream, or a status with a text. */
export type Answer =
	| { events: unknown[]; breakOff?: boolean }
	| { status: number; text: string };

/** A small OpenAI-compatible server of one test. */
export async function startChatServer(
	answer: (asked: Asked) => Answer,
): Promise<AsyncDisposable & { url: string; asked: Asked[] }> {
	const asked: Asked[] = [];
	const server = http.createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const one = {
			path: request.url ?? "",
			authorization: request.headers.authorization,
			body: JSON.parse(Buffer.concat(chunks).toString()) as Asked["body"],
		};
		asked.push(one);
		const said = answer(one);
		if ("status" in said) {
			response.writeHead(said.status).end(said.text);
			return;
		}
		response.writeHead(200, { "content-type": "text/event-stream" });
		for (const event of said.events)
			response.write(`data: ${JSON.stringify(event)}\n\n`);
		// All that was written arrives first; the end of the chunked body never does.
		if (said.breakOff) response.socket?.destroySoon();
		else response.end("data: [DONE]\n\n");
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		asked,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** The events of a text answer. */
export function textEvents(...parts: string[]): unknown[] {
	return [
		...parts.map((content) => ({ choices: [{ delta: { content } }] })),
		{ choices: [{ delta: {}, finish_reason: "stop" }] },
		{ choices: [], usage: { prompt_tokens: 11, completion_tokens: 3 } },
	];
}
