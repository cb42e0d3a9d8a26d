import net from "node:net";
import { Http1 } from "../../src/http/http1.ts";
import type { HttpHandler, HttpRequest } from "../../src/http/message.ts";
import type { ServerOptions } from "../../src/http/server-options.ts";

/** A socket without a network: what is fed comes in those very pieces, and what is written is kept. */
export class StandIn extends net.Socket {
	written = "";

	constructor() {
		super({ allowHalfOpen: true });
	}

	override _read(): void {}

	override _write(
		chunk: Buffer | string,
		encoding: BufferEncoding,
		done: () => void,
	): void {
		this.written +=
			typeof chunk === "string"
				? Buffer.from(chunk, encoding).toString("latin1")
				: chunk.toString("latin1");
		done();
	}

	override _final(done: () => void): void {
		done();
	}

	/** Hands on pieces one after the other, each once the one before it was worked on. */
	async feed(pieces: readonly Buffer[]): Promise<void> {
		for (const piece of pieces) {
			if (piece.length > 0 && !this.destroyed) this.push(piece);
			await new Promise(setImmediate);
		}
		// What was sent ahead is worked on turn by turn.
		for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
	}
}

/** What a server has understood of the bytes of a connection. */
export interface Understood {
	requests: Seen[];
	/** Status of a refusal that ended the connection. */
	refused: number | undefined;
}

/** A request as a handler saw it. */
export interface Seen {
	method: string;
	target: string;
	headers: Record<string, string>;
	body: string;
}

/** Feeds pieces to a connection of the HTTP/1.1 server, and tells what it made of them. */
export async function understand(
	pieces: readonly Buffer[],
	limits: { maxHeaderBytes?: number; maxBodyBytes?: number } = {},
): Promise<Understood> {
	const requests: Seen[] = [];
	const handler: HttpHandler = async (request) => {
		requests.push(await see(request));
		return { status: 204, headers: {}, body: "" };
	};
	const errors: unknown[] = [];
	const { socket } = serve(handler, {
		...limits,
		report: (error) => errors.push(error),
	});
	await socket.feed(pieces);
	socket.destroy();
	if (errors.length > 0) throw errors[0];
	return { requests, refused: lastStatus(socket.written) };
}

/** A server with one connection. */
export function serve(
	handler: HttpHandler,
	options: Partial<ServerOptions> = {},
): { server: Http1; socket: StandIn } {
	const socket = new StandIn();
	const server = new Http1({
		handler,
		maxBodyBytes: 1_000_000,
		maxHeaderBytes: 65_536,
		headersTimeoutMs: 60_000,
		requestTimeoutMs: 60_000,
		keepAliveTimeoutMs: 60_000,
		report: (error) => {
			throw error;
		},
		rawSocket: () => undefined,
		...options,
	});
	server.accept(socket);
	return { server, socket };
}

async function see(request: HttpRequest): Promise<Seen> {
	const { method, path, query, wholeBody } = request;
	const body = await request.body();
	if (wholeBody && !wholeBody.equals(body))
		throw new Error("wholeBody is not what body() gives.");
	return {
		method,
		target: query === "" ? path : `${path}?${query}`,
		headers: { ...request.headers },
		body: body.toString("latin1"),
	};
}

/** The status of the last answer, unless it is the handler's own. */
export function lastStatus(written: string): number | undefined {
	const statuses = [...written.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(
		([, status]) => Number(status),
	);
	const last = statuses.at(-1);
	return last === 204 || last === 100 ? undefined : last;
}

/** Latin-1 text as bytes. */
export function bytes(text: string): Buffer {
	return Buffer.from(text, "latin1");
}
