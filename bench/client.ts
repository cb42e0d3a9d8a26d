import { createConnection } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Running } from "./processes.ts";
import { sdkHeaders } from "./scenarios.ts";

/** How long a server may take to start. */
const patienceMs = 20_000;

/** A whole answer as it came, over HTTP/1.1. */
export interface Answer {
	status: number;
	headers: Record<string, string>;
	body: Buffer;
}

/** Posts once, as the AWS SDK would. */
export async function post(
	port: number,
	path: string,
	body: string,
): Promise<Answer> {
	const response = await fetch(`http://127.0.0.1:${port}${path}`, {
		method: "POST",
		headers: sdkHeaders,
		body,
	});
	return {
		status: response.status,
		headers: Object.fromEntries(response.headers),
		body: Buffer.from(await response.arrayBuffer()),
	};
}

/** Resolves once the server accepts connections; sends nothing. */
export async function untilAccepting(server: Running): Promise<void> {
	await retry(server, () => talk(server.port, undefined));
}

/**
 * Milliseconds from the server's exec to the first answer with status 200, asked as an impatient client would: again each
 * millisecond until somebody listens.
 */
export async function untilAnswered(
	server: Running,
	path: string,
	body: string,
): Promise<number> {
	const head = Object.entries(sdkHeaders).map(
		([name, value]) => `${name}: ${value}\r\n`,
	);
	const request =
		`POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
		`connection: close\r\n${head.join("")}\r\n${body}`;
	await retry(server, () => talk(server.port, request));
	return performance.now() - server.startedAtMs;
}

async function retry(
	server: Running,
	attempt: () => Promise<boolean>,
): Promise<void> {
	while (!(await attempt())) {
		server.check();
		if (performance.now() - server.startedAtMs > patienceMs) {
			throw new Error(
				`The server on port ${server.port} gave no answer in ${patienceMs / 1000} s.`,
			);
		}
		await sleep(1);
	}
}

/** Connects, says `request` if there is one, and tells whether that went well: by the first bytes of the answer. */
function talk(port: number, request: string | undefined): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = createConnection({ port, host: "127.0.0.1", noDelay: true });
		const settle = (isGood: boolean) => {
			resolve(isGood);
			socket.destroy();
		};
		socket.on("connect", () => {
			if (request === undefined) settle(true);
			else socket.write(request);
		});
		socket.on("data", (chunk) =>
			settle(chunk.toString("latin1").startsWith("HTTP/1.1 200")),
		);
		socket.on("error", () => settle(false));
		socket.on("close", () => settle(false));
	});
}
