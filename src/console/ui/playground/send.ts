import type { Json, StreamEvent } from "../api/types.ts";
import { membersOf, textOf } from "../conversation/json.ts";
import { BrokenStream, readFrames } from "../stream/read-frames.ts";
import { describeEvent } from "../stream/timing.ts";
import type { Surface } from "./draft.ts";
import { type Failure, readEvent } from "./event.ts";

/** A request to the emulator's own AWS paths, as it goes. */
export interface Run {
	state: "running" | "done" | "failed" | "stopped";
	surface: Surface;
	requestId: string | undefined;
	status: number | undefined;
	events: StreamEvent[];
	/** What was answered whole. */
	output: Json | undefined;
	failure: Failure | undefined;
	/** Milliseconds from sending to the first delta, and to the end. */
	firstTokenMs: number | undefined;
	totalMs: number | undefined;
}

/** What is sent, and by whom it is followed. */
export interface Sending {
	modelId: string;
	surface: Surface;
	body: string;
	signal: AbortSignal;
	/** Called whenever more has come. */
	onChange(run: Run): void;
}

/** Sends a request, and follows its answer to the end; never throws. */
export async function send(sending: Sending): Promise<Run> {
	const run: Run = {
		state: "running",
		surface: sending.surface,
		requestId: undefined,
		status: undefined,
		events: [],
		output: undefined,
		failure: undefined,
		firstTokenMs: undefined,
		totalMs: undefined,
	};
	const startedAtMs = performance.now();
	const elapsedMs = () => performance.now() - startedAtMs;
	try {
		await follow(sending, run, elapsedMs);
		run.state = run.failure ? "failed" : "done";
	} catch (error) {
		run.state = sending.signal.aborted ? "stopped" : "failed";
		if (!sending.signal.aborted) run.failure = failureOf(error, run);
	}
	run.totalMs = elapsedMs();
	sending.onChange(run);
	return run;
}

async function follow(
	{ modelId, surface, body, signal, onChange }: Sending,
	run: Run,
	elapsedMs: () => number,
): Promise<void> {
	const response = await fetch(
		`/model/${encodeURIComponent(modelId)}/${surface}`,
		{
			method: "POST",
			headers: { "content-type": "application/json" },
			body,
			signal,
		},
	);
	run.status = response.status;
	run.requestId = response.headers.get("x-amzn-requestid") ?? undefined;
	onChange(run);
	const type = response.headers.get("content-type") ?? "";
	if (!response.ok) {
		run.failure = await readFailure(response);
	} else if (response.body && type.includes("eventstream")) {
		for await (const frame of readFrames(response.body)) {
			const { event, failure } = readEvent(frame);
			if (failure) {
				run.failure = failure;
				return;
			}
			const atMs = elapsedMs();
			if (describeEvent(event).delta !== "") run.firstTokenMs ??= atMs;
			run.events.push({ atMs, event });
			onChange(run);
		}
	} else {
		run.output = JSON.parse(await response.text());
	}
}

async function readFailure(response: Response): Promise<Failure> {
	const text = await response.text();
	const type = response.headers.get("x-amzn-errortype")?.split(":")[0];
	const name = type ?? `HTTP ${response.status}`;
	try {
		const said = membersOf(JSON.parse(text));
		return {
			name,
			message: textOf(said.message) || textOf(said.Message) || text,
		};
	} catch {
		return { name, message: text };
	}
}

function failureOf(error: unknown, { status }: Run): Failure {
	if (error instanceof BrokenStream)
		return { name: "Broken stream", message: error.message };
	if (error instanceof SyntaxError)
		return {
			name: "Broken answer",
			message: `What came is no JSON: ${error.message}`,
		};
	return {
		name: "Connection broken",
		message:
			status === undefined
				? "No answer came: a fault on purpose cut the connection, or Outcrop has ended."
				: "The connection ended before the answer did, by a fault on purpose or because Outcrop has ended.",
	};
}

/** What can be done about a failure that is the playground's own; undefined for all others. */
export function adviceFor({ name }: Failure): string | undefined {
	return /^(?:MissingAuthenticationToken|UnrecognizedClient|IncompleteSignature|InvalidSignature)Exception$/u.test(
		name,
	)
		? "Outcrop was started with --verify-signatures, and a page has no secret key to sign with: it cannot call. Start without, or call with an SDK; its exchanges are listed here all the same."
		: undefined;
}
