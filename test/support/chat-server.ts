import { EventEmitter, once } from "node:events";
import http from "node:http";
import type { AddressInfo, Socket } from "node:net";

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

/** How one request is answered: events to stream, pieces of a stream as they are, a status with a text, or not at all. */
export type Answer =
	| { events: unknown[]; breakOff?: boolean; hold?: boolean }
	| { pieces: (string | Uint8Array)[]; breakOff?: boolean; hold?: boolean }
	| {
			status: number;
			text: string;
			headers?: Record<string, string>;
			breakOff?: boolean;
	  }
	| "silence"
	| "hang up";

/** A small OpenAI-compatible server of one test. */
export interface ChatServer extends AsyncDisposable {
	url: string;
	asked: Asked[];
	/** How many connections are open to it. */
	readonly connections: number;
	/** How many have ever been opened. */
	readonly opened: number;
	/** Waits until so many connections are open. */
	untilConnections(count: number): Promise<void>;
	/** Waits until so many connections have been closed. */
	untilClosed(count: number): Promise<void>;
	/** Waits until so many answers have ended. */
	untilEnded(count: number): Promise<void>;
	/** Waits until so many requests have come. */
	untilAsked(count: number): Promise<void>;
}

/** Starts a server that answers as the test says. */
export async function startChatServer(
	answer: (asked: Asked) => Answer,
): Promise<ChatServer> {
	const asked: Asked[] = [];
	const sockets = new Set<Socket>();
	let opened = 0;
	let ended = 0;
	const changes = new EventEmitter();
	const until = async (isSo: () => boolean) => {
		while (!isSo()) await once(changes, "change");
	};
	const server = http.createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const text = Buffer.concat(chunks).toString();
		const one = {
			path: request.url ?? "",
			authorization: request.headers.authorization,
			body: (text === "" ? {} : JSON.parse(text)) as Asked["body"],
		};
		asked.push(one);
		changes.emit("change");
		response.on("finish", () => {
			ended++;
			changes.emit("change");
		});
		respond(answer(one), response);
	});
	server.on("connection", (socket) => {
		sockets.add(socket);
		opened++;
		changes.emit("change");
		socket.on("close", () => {
			sockets.delete(socket);
			changes.emit("change");
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		asked,
		get connections() {
			return sockets.size;
		},
		get opened() {
			return opened;
		},
		untilConnections: (count) => until(() => sockets.size === count),
		untilClosed: (count) => until(() => opened - sockets.size >= count),
		untilEnded: (count) => until(() => ended >= count),
		untilAsked: (count) => until(() => asked.length >= count),
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function respond(said: Answer, response: http.ServerResponse): void {
	if (said === "silence") return;
	if (said === "hang up") {
		response.socket?.destroy();
		return;
	}
	if ("status" in said) {
		const headers = { "content-type": "application/json", ...said.headers };
		response.writeHead(said.status, headers).end(said.text);
		return;
	}
	response.writeHead(200, { "content-type": "text/event-stream" });
	response.flushHeaders();
	const pieces =
		"pieces" in said
			? said.pieces
			: said.events.map((event) => `data: ${JSON.stringify(event)}\n\n`);
	for (const piece of pieces) response.write(piece);
	if (said.hold) return;
	// All that was written arrives first; the end of the chunked body never does.
	if (said.breakOff) {
		response.socket?.destroySoon();
		return;
	}
	if ("events" in said) response.write("data: [DONE]\n\n");
	// The end comes a little later, as that of most servers does.
	setTimeout(() => response.end(), 2);
}

/** The events of a text answer. */
export function textEvents(...parts: string[]): unknown[] {
	return [
		...parts.map((content) => ({ choices: [{ delta: { content } }] })),
		{ choices: [{ delta: {}, finish_reason: "stop" }] },
		{ choices: [], usage: { prompt_tokens: 11, completion_tokens: 3 } },
	];
}

/** An answer of one tool-call delta after another. */
export function toolEvents(...deltas: unknown[]): unknown[] {
	return [
		...deltas.map((delta) => ({
			choices: [{ delta: { tool_calls: [delta] } }],
		})),
		{ choices: [{ delta: {}, finish_reason: "tool_calls" }] },
	];
}
