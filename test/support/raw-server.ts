import { createServer, type RequestListener } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A bare HTTP server that stands for AWS where a test needs bytes that no Outcrop would write. */
export interface RawServer extends AsyncDisposable {
	url: string;
	/** Connections that are open. */
	sockets: ReadonlySet<Socket>;
}

/** Starts one on a free port. */
export async function startRawServer(
	listener: RequestListener,
): Promise<RawServer> {
	const server = createServer(listener);
	const sockets = new Set<Socket>();
	server.on("connection", (socket) => {
		sockets.add(socket);
		socket.on("close", () => sockets.delete(socket));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		sockets,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
