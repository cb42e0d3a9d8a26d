import { isIP, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { ConfigError } from "../errors.ts";

/** A certificate and its private key, both PEM. */
export interface Certificate {
	cert: string;
	key: string;
}

/** Ends TLS on sockets that somebody else accepted, and hands on the secured ones. */
export interface TlsTerminator {
	accept(socket: Socket): void;
}

/**
 * Makes a terminator that agrees on `h2` or `http/1.1` by ALPN; a client without ALPN has agreed on nothing.
 *
 * @param onSecure - called with the secured socket; its `alpnProtocol` is `h2`, `http/1.1` or false
 * @throws ConfigError when certificate or key cannot be read, or do not belong together
 */
export function terminateTls(
	certificate: Certificate,
	handshakeTimeoutMs: number,
	onSecure: (socket: TLSSocket) => void,
): TlsTerminator {
	const server = createServer(certificate, handshakeTimeoutMs);
	server.on("secureConnection", (socket) => {
		socket.on("error", ignore);
		onSecure(socket);
	});
	// The client's trouble, such as a certificate it does not trust.
	server.on("tlsClientError", (_error, socket) => socket.destroy());
	return { accept: (socket) => server.emit("connection", socket) };
}

function createServer({ cert, key }: Certificate, handshakeTimeout: number) {
	const ALPNProtocols = ["h2", "http/1.1"];
	try {
		return process
			.getBuiltinModule("node:tls")
			.createServer({ cert, key, ALPNProtocols, handshakeTimeout });
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new ConfigError(
			`The certificate and its key cannot be used (${why}). Both are read as PEM, the key without a passphrase, and they must belong together.`,
		);
	}
}

/**
 * Makes a self-signed certificate with a P-256 key, valid for one year, for localhost, 127.0.0.1, ::1 and the given hosts.
 *
 * @param hosts - names or addresses
 */
export async function generateCertificate(
	hosts: string[],
): Promise<Certificate> {
	const { generate } = await import("selfsigned");
	const names = new Set(["localhost", "127.0.0.1", "::1", ...hosts]);
	const altNames = [...names].map((name) =>
		isIP(name)
			? { type: 7 as const, ip: name }
			: { type: 2 as const, value: name },
	);
	const { cert, private: key } = await generate(
		[{ name: "commonName", value: "localhost" }],
		{
			keyType: "ec",
			curve: "P-256",
			algorithm: "sha256",
			extensions: [
				{ name: "basicConstraints", cA: false, critical: true },
				{ name: "keyUsage", digitalSignature: true, critical: true },
				{ name: "extKeyUsage", serverAuth: true },
				{ name: "subjectAltName", altNames },
			],
		},
	);
	return { cert, key };
}

function ignore(): void {}
