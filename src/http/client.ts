/** Requests that Outcrop itself sends to another server, over HTTP/1.1 connections that are kept for the next ones. */
import type { Agent, ClientRequest, IncomingMessage } from "node:http";
import type { Readable } from "node:stream";

/** A request to send. */
export interface OutgoingRequest {
	method: string;
	/** Scheme, host and port; its path is not looked at. */
	origin: URL;
	/** As it will be sent, with its query. */
	target: string;
	headers: Record<string, string>;
	body: Uint8Array;
	/** Ends the request, and the answer while it is read. */
	signal: AbortSignal;
}

/** The head of an answer; its body is read as it comes, and whoever ends reading early closes the connection. */
export interface IncomingResponse {
	status: number;
	/** Names in lower case. */
	headers: Record<string, string>;
	body: Readable;
}

/** How long connecting may take, the TLS handshake included. An answer may take as long as its client waits. */
const connectMs = 10_000;

/** Connections to other servers. */
export class HttpClient {
	readonly #agents = new Map<string, Agent>();

	/** @throws the system's error when the server cannot be reached, or breaks off before it has answered */
	async send(outgoing: OutgoingRequest): Promise<IncomingResponse> {
		const first = start(outgoing, this.#agentFor(outgoing.origin));
		try {
			return await answerOf(first);
		} catch (error) {
			// The server has closed a kept connection at the moment it was used (documented: node:http, reusedSocket).
			const mayRepeat = first.reusedSocket && isBroken(error);
			if (!mayRepeat || outgoing.signal.aborted) throw error;
			return answerOf(start(outgoing, undefined));
		}
	}

	/** Closes what is open. */
	close(): void {
		for (const agent of this.#agents.values()) agent.destroy();
		this.#agents.clear();
	}

	#agentFor({ protocol }: URL): Agent {
		let agent = this.#agents.get(protocol);
		if (!agent) {
			agent = new (moduleFor(protocol).Agent)({
				keepAlive: true,
				maxFreeSockets: 1000,
			});
			this.#agents.set(protocol, agent);
		}
		return agent;
	}
}

function moduleFor(protocol: string) {
	// Loaded with the first request: a start needs none.
	return protocol === "https:"
		? process.getBuiltinModule("node:https")
		: process.getBuiltinModule("node:http");
}

/** @param agent - undefined: over a connection of its own */
function start(
	{ method, origin, target, headers, body, signal }: OutgoingRequest,
	agent: Agent | undefined,
): ClientRequest {
	const request = moduleFor(origin.protocol).request({
		protocol: origin.protocol,
		hostname: origin.hostname.replace(/^\[|\]$/gu, ""),
		port: origin.port,
		path: target,
		method,
		headers,
		agent: agent ?? false,
		signal,
	});
	request.setNoDelay(true);
	limitConnecting(request, origin);
	request.end(body);
	return request;
}

function limitConnecting(request: ClientRequest, { protocol }: URL): void {
	request.once("socket", (socket) => {
		if (!socket.connecting) return;
		const timer = setTimeout(() => {
			request.destroy(new Error(`no connection within ${connectMs / 1000} s`));
		}, connectMs);
		const done = () => clearTimeout(timer);
		socket.once(protocol === "https:" ? "secureConnect" : "connect", done);
		request.once("close", done);
	});
}

function answerOf(request: ClientRequest): Promise<IncomingResponse> {
	return new Promise((resolve, reject) => {
		request.on("error", reject);
		request.once("response", (response: IncomingMessage) =>
			resolve({
				status: response.statusCode ?? 0,
				// Lists are of `set-cookie` alone, which no service of AWS's sends.
				headers: response.headers as Record<string, string>,
				body: response,
			}),
		);
	});
}

function isBroken(error: unknown): boolean {
	const code = error instanceof Error && "code" in error ? error.code : "";
	return code === "ECONNRESET" || code === "EPIPE";
}

/** What went wrong, in a few words: the messages of connections to several addresses are empty, their causes are not. */
export function reasonOf(error: unknown): string {
	if (error instanceof AggregateError) return reasonOf(error.errors[0]);
	return error instanceof Error ? error.message || error.name : String(error);
}
