/** One chat completion: asked, and read as a reply. */

import type { Call } from "../../call.ts";
import type { JsonObject } from "../../json.ts";
import { randomText } from "../../random.ts";
import { selectResponseFields } from "../../turn/response-fields.ts";
import { countText, countTurn } from "../../turn/tokens.ts";
import type { Reply, Turn } from "../../turn/turn.ts";
import { sendAdapted } from "./adapt.ts";
import type { Chunk } from "./chunk.ts";
import { type Finish, readChatEvents, readChunks } from "./events.ts";
import {
	BrokenStream,
	brokenError,
	codeOf,
	isTimeout,
	type Place,
	reasonOf,
	statusFailure,
} from "./failures.ts";
import { writeChatRequest } from "./request.ts";
import { readText, type UpstreamResponse } from "./response.ts";
import type { ModelServer } from "./server.ts";
import { readEventData } from "./sse.ts";

/**
 * Makes a chat completion of a turn, to be asked of one server or another.
 *
 * @throws ServiceError `ValidationException` for what no model server can be sent
 */
export async function chatWith(
	turn: Turn,
	call: Call,
): Promise<(server: ModelServer, model: string) => Promise<Reply>> {
	const request = await writeChatRequest(turn, call);
	return (server, model) => askChat(server, model, request, turn, call);
}

/**
 * Asks a server and waits for the first piece of its answer, so that what fails before it is an error like any other, and
 * may be tried elsewhere.
 *
 * @throws UpstreamFailure
 */
async function askChat(
	server: ModelServer,
	model: string,
	request: JsonObject,
	turn: Turn,
	call: Call,
): Promise<Reply> {
	const startedMs = call.clock.now();
	const path = "/chat/completions";
	const place = server.place(path, model);
	const body = { model, ...request };
	const response = await sendAdapted(server, path, body, call);
	const chunks = readResponse(response, call);
	try {
		const first = await chunks.next();
		const rest = first.done ? chunks : resumed(first.value, chunks);
		const events = readChatEvents(rest, finishOf(turn, call, startedMs));
		return told(events, place, call);
	} catch (error) {
		if (error instanceof BrokenStream)
			throw statusFailure(error.status, error.message, place);
		throw error;
	}
}

/** The chunks of an answer; a server that was asked to stream and answers whole is understood too. */
async function* readResponse(
	response: UpstreamResponse,
	call: Call,
): AsyncGenerator<Chunk, void> {
	let isSaid = false;
	try {
		const body = unbroken(response.body, call);
		const data = response.contentType.includes("application/json")
			? [await readText(body)]
			: readEventData(body);
		yield* readChunks(data);
		isSaid = true;
	} finally {
		response.close(isSaid);
	}
}

async function* resumed(
	first: Chunk,
	chunks: AsyncGenerator<Chunk, void>,
): AsyncGenerator<Chunk, void> {
	try {
		yield first;
		yield* chunks;
	} finally {
		await chunks.return();
	}
}

/** A connection that breaks is a failure in mid-stream, unless it was our client who hung up. */
async function* unbroken(
	body: AsyncIterable<Uint8Array>,
	call: Call,
): AsyncGenerator<Uint8Array> {
	try {
		yield* body;
	} catch (error) {
		const code = codeOf(error);
		if (call.signal.aborted || code === undefined) throw error;
		if (code === "UND_ERR_BODY_TIMEOUT")
			throw new BrokenStream("nothing came for too long", 408);
		if (isTimeout(error)) throw new BrokenStream("it did not end in time", 408);
		throw new BrokenStream(reasonOf(error));
	}
}

async function* told(events: Reply, place: Place, call: Call): Reply {
	try {
		yield* events;
	} catch (error) {
		if (!(error instanceof BrokenStream)) throw error;
		throw brokenError(error, place, call.operation.endsWith("Stream"));
	}
}

function finishOf(turn: Turn, call: Call, startedMs: number): Finish {
	const { performanceConfig, serviceTier } = turn;
	const paths = turn.additionalModelResponseFieldPaths ?? [];
	return {
		stopSequences: turn.inferenceConfig?.stopSequences ?? [],
		countUsage(said) {
			const inputTokens = countTurn(turn).total;
			const outputTokens = countText(said, turn.modelId);
			const totalTokens = inputTokens + outputTokens;
			return { inputTokens, outputTokens, totalTokens };
		},
		responseFields: (stopReason, stopSequence) =>
			paths.length === 0
				? undefined
				: selectResponseFields(
						paths,
						{ stopReason, stopSequence },
						turn.modelId.includes("anthropic."),
						call.operation.endsWith("Stream"),
					),
		metadata: () => ({
			// At least 1, as every reply's: clients divide by it.
			metrics: {
				latencyMs: Math.max(1, Math.round(call.clock.now() - startedMs)),
			},
			...(performanceConfig && { performanceConfig }),
			...(serviceTier && { serviceTier }),
		}),
		// As every signed reply of ours.
		signature: turn.modelId.includes("anthropic.")
			? () => `Er${randomText(call.random, 254)}`
			: undefined,
		toolUseId: () => `tooluse_${randomText(call.random, 22)}`,
	};
}
