import { once } from "node:events";
import type {
	ClientHttp2Session,
	ClientHttp2Stream,
	ClientSessionOptions,
	IncomingHttpHeaders,
	OutgoingHttpHeaders,
} from "node:http2";
import http2 from "node:http2";
import net, { type Socket } from "node:net";
import { onTestFinished, vi } from "vitest";
import {
	type Listener,
	type ListenOptions,
	listen,
} from "../../src/http/listener.ts";
import type { HttpHandler } from "../../src/http/message.ts";

/** A listener that is closed after the test, and that fails the test when it reports an error. */
export async function start(
	handler: HttpHandler,
	options: Partial<ListenOptions> = {},
): Promise<Listener> {
	const errors: unknown[] = [];
	const onError = (error: unknown) => errors.push(error);
	const listener = await listen({
		host: "127.0.0.1",
		port: 0,
		maxBodyBytes: 1_000_000,
		onError,
		handler,
		...options,
	});
	onTestFinished(async () => {
		await listener.close(0);
		if (errors.length > 0) throw errors[0];
	});
	return listener;
}

/** A TCP connection whose answer is collected as text. */
export class Raw {
	readonly socket: Socket;
	received = "";
	error: (Error & { code?: string }) | undefined;
	readonly closed: Promise<void>;

	constructor(listener: Listener) {
		this.socket = net.connect({
			port: listener.port,
			host: "127.0.0.1",
			noDelay: true,
		});
		this.socket.on("data", (chunk) => {
			this.received += chunk.toString("latin1");
		});
		this.socket.on("error", (error) => {
			this.error = error;
		});
		this.closed = new Promise((resolve) =>
			this.socket.on("close", () => resolve()),
		);
		onTestFinished(() => void this.socket.destroy());
	}

	send(text: string | Uint8Array): this {
		this.socket.write(text);
		return this;
	}

	/** Resolves once the text has come. */
	async until(text: string): Promise<void> {
		while (!this.received.includes(text)) await once(this.socket, "data");
	}
}

/** An HTTP/2 session that is destroyed after the test. */
export function connect2(
	url: string,
	options: ClientSessionOptions = {},
): ClientHttp2Session {
	const session = http2.connect(url, { rejectUnauthorized: false, ...options });
	session.on("error", () => {});
	onTestFinished(() => session.destroy());
	return session;
}

/** What came back on an HTTP/2 stream. */
export interface Answer2 {
	status: number | undefined;
	headers: IncomingHttpHeaders;
	body: string;
	/** RST_STREAM's code, 0 for a clean end. */
	code: number | undefined;
	error: (Error & { code?: string }) | undefined;
}

/** Waits for the end of a stream, clean or not. */
export function answer2(stream: ClientHttp2Stream): Promise<Answer2> {
	return new Promise((resolve) => {
		const answer: Answer2 = {
			status: undefined,
			headers: {},
			body: "",
			code: undefined,
			error: undefined,
		};
		stream.on("response", (headers) => {
			answer.status = headers[":status"];
			answer.headers = headers;
		});
		stream.on("data", (chunk) => {
			answer.body += chunk;
		});
		stream.on("error", (error) => {
			answer.error = error;
		});
		stream.on("close", () => resolve({ ...answer, code: stream.rstCode }));
	});
}

/** Sends a request and waits for its answer. */
export function ask2(
	session: ClientHttp2Session,
	headers: OutgoingHttpHeaders,
	body?: string | Buffer,
): Promise<Answer2> {
	const stream = session.request(headers, { endStream: body === undefined });
	const answer = answer2(stream);
	if (body !== undefined) stream.end(body);
	return answer;
}

/**
 * Stops the time for the rest of a test; `vi.advanceTimersByTime` passes it. A limit of some milliseconds would sooner or
 * later be over before a busy machine has brought the bytes that are waited for. Sockets of node:http2 and node:tls keep
 * timers of their own, which go on.
 */
export function stopTime(): void {
	vi.useFakeTimers({
		toFake: [
			"setTimeout",
			"clearTimeout",
			"setInterval",
			"clearInterval",
			"performance",
			"Date",
		],
	});
	onTestFinished(() => void vi.useRealTimers());
}

/** A promise to be settled from outside. */
export function gate(): { opened: Promise<void>; open: () => void } {
	const { promise, resolve } = Promise.withResolvers<void>();
	return { opened: promise, open: resolve };
}
