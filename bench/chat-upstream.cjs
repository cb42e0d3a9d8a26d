/**
 * Stands for a model server: streams chat completions at the pace of a model, its first token after a fixed wait.
 *
 *   node bench/chat-upstream.cjs PORT FIRST_TOKEN_MS TOKEN_MS TOKENS
 */
const [port, firstTokenMs, tokenMs, tokens] = process.argv.slice(2).map(Number);

const write = (response, choice) =>
	response.write(
		`data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, ...choice }] })}\n\n`,
	);

const server = require("node:http").createServer((request, response) => {
	request.resume();
	request.on("end", () => {
		response.writeHead(200, { "content-type": "text/event-stream" });
		write(response, { delta: { role: "assistant", content: "" } });
		let said = 0;
		let timer = setTimeout(next, firstTokenMs);
		response.on("close", () => clearTimeout(timer));
		function next() {
			if (said++ < tokens) {
				write(response, { delta: { content: " token" } });
				timer = setTimeout(next, tokenMs);
				return;
			}
			write(response, { delta: {}, finish_reason: "stop" });
			const usage = { prompt_tokens: 20, completion_tokens: tokens };
			response.write(`data: ${JSON.stringify({ choices: [], usage })}\n\n`);
			response.end("data: [DONE]\n\n");
		}
	});
});
server.listen(port, "127.0.0.1", 4096);
process.on("SIGTERM", () => process.exit());
