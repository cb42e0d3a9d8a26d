/**
 * The limit: a bare `node:http` (or, with --http2, `node:http2`) server that reads each body, parses it as JSON, and
 * writes the bytes that Outcrop answered to the same path: event streams one write a frame, as servers do that make them
 * one by one.
 *
 *   node bench/bare.cjs PORT ANSWERS.json [--http2]
 *
 * ANSWERS.json maps paths to `{ "headers": { name: value }, "chunks": [base64] }`; a single chunk is a whole body.
 */
const { readFileSync } = require("node:fs");

const [port, file, option] = process.argv.slice(2);
const answers = new Map();
for (const [path, { headers, chunks }] of Object.entries(
	JSON.parse(readFileSync(file, "utf8")),
)) {
	answers.set(path, {
		headers,
		chunks: chunks.map((chunk) => Buffer.from(chunk, "base64")),
	});
}

const server =
	option === "--http2"
		? require("node:http2").createServer(answer)
		: require("node:http").createServer(answer);
server.listen(Number(port), "127.0.0.1", () => {
	process.stdout.write(
		`Listening on http://127.0.0.1:${server.address().port}\n`,
	);
});
process.on("SIGTERM", () => process.exit());

function answer(request, response) {
	const received = [];
	request.on("data", (chunk) => received.push(chunk));
	request.on("end", () => {
		JSON.parse(received.length === 1 ? received[0] : Buffer.concat(received));
		const known = answers.get(request.url);
		if (known === undefined) {
			response.writeHead(404);
			response.end();
		} else if (known.chunks.length === 1) {
			response.writeHead(200, {
				...known.headers,
				"content-length": known.chunks[0].length,
			});
			response.end(known.chunks[0]);
		} else {
			response.writeHead(200, known.headers);
			for (const chunk of known.chunks) response.write(chunk);
			response.end();
		}
	});
}
