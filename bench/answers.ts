import { writeFileSync } from "node:fs";
import { type Answer, post, untilAccepting } from "./client.ts";
import { freePort, startServer } from "./processes.ts";
import { type Scenario, startUp } from "./scenarios.ts";
import { type ServerFiles, servers } from "./servers.ts";

/** Headers that a server's HTTP library writes by itself. */
const ownHeaders = new Set([
	"connection",
	"content-length",
	"date",
	"keep-alive",
	"transfer-encoding",
]);

/**
 * Asks Outcrop every request once, and writes its answers down for the servers that imitate them.
 *
 * @param folder - where the files go
 * @throws Error when Outcrop answers another status than 200
 */
export async function recordAnswers(
	scenarios: readonly Scenario[],
	folder: string,
): Promise<ServerFiles> {
	const files = {
		answers: `${folder}/answers.json`,
		fixtures: `${folder}/fixtures.json`,
		tenRules: `${folder}/10.json`,
		tenThousandRules: `${folder}/10000.json`,
	};
	writeFileSync(files.tenRules, JSON.stringify(rules(10)));
	writeFileSync(files.tenThousandRules, JSON.stringify(rules(10_000)));
	const requests = new Map(
		[startUp, ...scenarios].map(({ path, body }) => [path, body]),
	);
	const port = await freePort();
	const outcrop = startServer(port, [
		process.execPath,
		...servers.outcrop.args(port),
	]);
	try {
		await untilAccepting(outcrop);
		const answers: Record<
			string,
			{ headers: Record<string, string>; chunks: string[] }
		> = {};
		let text = "";
		let frames = 1;
		for (const [path, body] of requests) {
			const answer = await post(port, path, body);
			if (answer.status !== 200)
				throw new Error(
					`Outcrop answered ${path} with ${answer.status}: ${answer.body}`,
				);
			answers[path] = {
				headers: contentHeaders(answer),
				chunks: chunksOf(answer).map((chunk) => chunk.toString("base64")),
			};
			if (path === startUp.path) text = textOf(answer);
			frames = Math.max(frames, answers[path].chunks.length);
		}
		writeFileSync(files.answers, JSON.stringify(answers));
		writeFileSync(files.fixtures, JSON.stringify(catchAll(text, frames)));
	} finally {
		await outcrop.stop();
	}
	return files;
}

/** A script whose last rule answers the question of the load. */
function rules(count: number): object {
	const others = Array.from({ length: count - 1 }, (_, index) => ({
		when: { user: `question ${index} about {topic}` },
		text: `Answer ${index} about {topic}.`,
	}));
	const last = { when: { user: "why the Danube" }, text: "Because of floods." };
	return { replies: [...others, last] };
}

function contentHeaders({ headers }: Answer): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).filter(([name]) => !ownHeaders.has(name)),
	);
}

/** The frames of an event stream, each of which begins with its length; any other body whole. */
function chunksOf({ headers, body }: Answer): Buffer[] {
	if (headers["content-type"] !== "application/vnd.amazon.eventstream")
		return [body];
	const frames: Buffer[] = [];
	for (let from = 0; from < body.length; ) {
		const length = body.readUInt32BE(from);
		frames.push(body.subarray(from, from + length));
		from += length;
	}
	return frames;
}

function textOf({ body }: Answer): string {
	const { output } = JSON.parse(body.toString()) as {
		output: { message: { content: { text?: string }[] } };
	};
	return output.message.content.map(({ text }) => text ?? "").join("");
}

/** A fixture of aimock that matches everything and says what Outcrop said, in about as many frames. */
function catchAll(content: string, frames: number) {
	const chunkSize = Math.ceil(content.length / frames);
	return { fixtures: [{ match: {}, response: { content }, chunkSize }] };
}
