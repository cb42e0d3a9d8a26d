import type { Socket } from "node:net";

/** What a connection speaks, as its first bytes say. */
export type Wire = "http1" | "http2" | "tls";

const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const tlsHandshake = 0x16;

/**
 * Looks at a connection's first bytes, puts them back, and says what they are: HTTP/2's preface (RFC 9113, 3.4), a TLS
 * record, or else HTTP/1.1. Bytes that may still become the preface are waited for. A client that does not make itself
 * known in time is cut off.
 *
 * @param timeoutMs - from the connection on, however many bytes came
 */
export function sniff(
	socket: Socket,
	timeoutMs: number,
	onKnown: (wire: Wire) => void,
): void {
	let start: Buffer | undefined;
	const timer = setTimeout(() => socket.destroy(), timeoutMs);
	const onEnd = () => socket.destroy();
	const onClose = () => clearTimeout(timer);
	const onReadable = () => {
		const bytes: Buffer | null = socket.read();
		if (bytes === null) return;
		start = start ? Buffer.concat([start, bytes]) : bytes;
		const wire = recognize(start);
		if (wire === undefined) return;
		clearTimeout(timer);
		socket.off("readable", onReadable);
		socket.off("end", onEnd);
		socket.off("close", onClose);
		socket.unshift(start);
		onKnown(wire);
	};
	socket.on("readable", onReadable);
	socket.on("end", onEnd);
	socket.on("close", onClose);
}

function recognize(start: Buffer): Wire | undefined {
	if (start[0] === tlsHandshake) return "tls";
	const length = Math.min(start.length, preface.length);
	if (preface.compare(start, 0, length, 0, length) !== 0) return "http1";
	return length === preface.length ? "http2" : undefined;
}
