/** The event stream of a real answer, frame by frame as it came. */
import type { TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import { ServiceError } from "../../errors.ts";
import { reasonOf } from "../../http/client.ts";
import { type Frame, FrameError, splitFrames } from "../../protocol/frames.ts";
import {
	type TrueEvent,
	TrueFailure,
	trueBytes,
} from "../../protocol/write-stream.ts";
import { parse, readUsage, readUsageMetrics } from "./usage.ts";

/** What a stream is read from. */
export interface StreamSource {
	body: AsyncIterable<Uint8Array> & { destroy(): void };
	signal: AbortSignal;
	/** Names the server in messages. */
	from: string;
}

/**
 * The events of a body of frames. Exceptions that the server tells are thrown with their frames; a connection that breaks,
 * and bytes that are damaged, are thrown as `ModelStreamErrorException`.
 *
 * An iterator by hand: a generator that was never begun would not let go of the connection.
 */
export class RelayedStream implements AsyncIterableIterator<TrueEvent> {
	/** Resolves once it is known, with the stream's end at the latest. */
	readonly usage: Promise<TokenUsage | undefined>;
	readonly #source: StreamSource;
	readonly #frames: AsyncGenerator<Frame>;
	#tell: (usage: TokenUsage | undefined) => void = () => {};

	constructor(source: StreamSource) {
		this.#source = source;
		this.#frames = splitFrames(source.body);
		this.usage = new Promise((resolve) => {
			this.#tell = resolve;
		});
	}

	[Symbol.asyncIterator](): this {
		return this;
	}

	async next(): Promise<IteratorResult<TrueEvent>> {
		try {
			const step = await this.#frames.next();
			if (!step.done) return { done: false, value: this.#read(step.value) };
			this.#tell(undefined);
			return { done: true, value: undefined };
		} catch (error) {
			await this.return();
			throw this.#explain(error);
		}
	}

	async return(): Promise<IteratorResult<TrueEvent>> {
		this.#source.body.destroy();
		this.#tell(undefined);
		return { done: true, value: undefined };
	}

	#read(frame: Frame): TrueEvent {
		const { headers, payload, bytes } = frame;
		const type = headers.get(":message-type");
		if (type === "exception" || type === "error") throw readFailure(frame);
		const name = headers.get(":event-type") ?? "unknown";
		const event = parse(payload);
		const usage = name === "metadata" ? readUsage(event) : undefined;
		if (usage) this.#tell(usage);
		if (name !== "chunk") return { [name]: event, [trueBytes]: bytes };
		const chunk = readChunk(event);
		const metrics = readUsageMetrics(chunk);
		if (metrics) this.#tell(metrics);
		return { chunk: { bytes: chunk }, [trueBytes]: bytes };
	}

	#explain(error: unknown): unknown {
		const { signal, from } = this.#source;
		if (error instanceof ServiceError || signal.aborted) return error;
		const what =
			error instanceof FrameError
				? `sent a stream that cannot be read: ${error.message}`
				: `broke off in mid-stream: ${reasonOf(error)}.`;
		return new ServiceError(
			"ModelStreamErrorException",
			`${from} ${what} Ask again.`,
		);
	}
}

/** The native JSON inside a chunk. */
function readChunk(event: unknown): Buffer {
	const bytes =
		typeof event === "object" && event !== null && "bytes" in event
			? event.bytes
			: "";
	return Buffer.from(String(bytes), "base64");
}

function readFailure({ headers, payload, bytes }: Frame): TrueFailure {
	const said = parse(payload);
	const members = typeof said === "object" && said !== null ? said : {};
	const name =
		headers.get(":exception-type") ?? headers.get(":error-code") ?? "unknown";
	const message =
		headers.get(":error-message") ??
		("message" in members ? String(members.message) : "");
	return new TrueFailure(
		name.charAt(0).toUpperCase() + name.slice(1),
		message,
		bytes,
	);
}
