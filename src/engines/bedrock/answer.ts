/** What a real service answered, ready to go to the client as it came. */
import { ServiceError } from "../../errors.ts";
import { type IncomingResponse, reasonOf } from "../../http/client.ts";
import type { TrueAnswer } from "../../turn/true-answer.ts";
import { RelayedStream } from "./stream.ts";
import { parse, readUsage, readUsageHeaders } from "./usage.ts";

/** Response headers that go to the client, as AWS spells them. */
const passed: Record<string, string> = {
	"content-type": "Content-Type",
	"retry-after": "Retry-After",
	"x-amzn-errortype": "x-amzn-ErrorType",
	"x-amzn-requestid": "x-amzn-RequestId",
};
const passedPrefix = "x-amzn-bedrock-";

/** An answer of this size would hold hundreds of pictures. */
const maxBodyBytes = 256_000_000;

/**
 * Reads the answer: whole, unless it is an event stream, which is read as it comes.
 *
 * @param from - names the server in messages
 * @throws ServiceError `ServiceUnavailableException` when the connection breaks before the whole body is there
 */
export async function readAnswer(
	{ status, headers, body }: IncomingResponse,
	signal: AbortSignal,
	from: string,
): Promise<TrueAnswer> {
	const answer = { status, headers: passHeaders(headers) };
	const isStream =
		status === 200 &&
		headers["content-type"]?.startsWith("application/vnd.amazon.eventstream");
	if (isStream) {
		const stream = new RelayedStream({ body, signal, from });
		return { ...answer, body: stream, usage: stream.usage };
	}
	const bytes = await readWhole(body).catch((error: unknown) => {
		if (signal.aborted) throw error;
		throw new ServiceError(
			"ServiceUnavailableException",
			`${from} broke off in the middle of its answer: ${reasonOf(error)}. Ask again.`,
		);
	});
	if (status >= 400)
		return { ...answer, body: bytes, failure: readFailure(headers, bytes) };
	const usage = readUsageHeaders(headers) ?? readUsage(parse(bytes));
	return { ...answer, body: bytes, usage: Promise.resolve(usage) };
}

function passHeaders(headers: Record<string, string>): Record<string, string> {
	const kept: Record<string, string> = {};
	for (const [name, value] of Object.entries(headers)) {
		const spelt = name.startsWith(passedPrefix) ? name : passed[name];
		if (spelt !== undefined) kept[spelt] = value;
	}
	return kept;
}

async function readWhole(body: AsyncIterable<Buffer>): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of body) {
		chunks.push(chunk);
		size += chunk.length;
		if (size > maxBodyBytes)
			throw new Error(`it is larger than ${maxBodyBytes} bytes`);
	}
	return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

/** For the journal: the client reads the same out of the answer itself. */
function readFailure(
	headers: Record<string, string>,
	bytes: Buffer,
): ServiceError {
	const said = parse(bytes);
	const members: Record<string, unknown> =
		typeof said === "object" && said !== null ? { ...said } : {};
	const type = headers["x-amzn-errortype"] ?? members.__type ?? "UnknownError";
	const name = String(type).split(":")[0]?.split("#").at(-1) ?? "";
	return new ServiceError(
		name,
		String(members.message ?? members.Message ?? ""),
	);
}
