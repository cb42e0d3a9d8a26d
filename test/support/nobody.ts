import { once } from "node:events";
import { connect, createServer } from "node:net";

/** An address at which nobody listens. */
export interface Nobody extends AsyncDisposable {
	url: string;
}

/**
 * Takes a port of the loopback address at which nobody listens, nor will as long as it is held: the client's own of a
 * connection. One that a server has closed is free, and anybody's next.
 */
export async function holdNobody(): Promise<Nobody> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	if (typeof address !== "object" || !address)
		throw new Error("The system gave no port.");
	const socket = connect(address.port, "127.0.0.1");
	await once(socket, "connect");
	return {
		url: `http://127.0.0.1:${socket.localPort}`,
		async [Symbol.asyncDispose]() {
			socket.destroy();
			server.close();
			await once(server, "close");
		},
	};
}
