import type { TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import type { Identity, Notes } from "../call.ts";

/** One call as the journal keeps it. What was read and written is kept by reference, not copied. */
export interface Exchange {
	/** The request id. */
	id: string;
	/** Counts up over the emulator's life, from 1. */
	sequence: number;
	namespace: string;
	service: string;
	operation: string;
	modelId: string | undefined;
	identity: Pick<Identity, "kind" | "accountId" | "region">;
	/** Which attempt of its SDK this was, from 1; undefined when the client does not say. */
	attempt: number | undefined;
	method: string;
	path: string;
	httpVersion: string;
	/** Those of the allow-list only. */
	requestHeaders: Record<string, string>;
	/** Milliseconds since the epoch. */
	startedAtMs: number;
	/** Milliseconds from the start to a stream's first event. */
	firstEventMs: number | undefined;
	/** Milliseconds from the start to the end; undefined while it runs. */
	durationMs: number | undefined;
	/** HTTP status; undefined while it runs or when the connection was broken before one was sent. */
	status: number | undefined;
	error: { name: string; message: string } | undefined;
	/** The operation's typed input; undefined when it could not be read. */
	input: unknown;
	/** The operation's typed output, without its stream. */
	output: unknown;
	/** A stream's events with the milliseconds from the start at which they were sent. */
	events: { atMs: number; event: unknown }[] | undefined;
	usage: TokenUsage | undefined;
	/** At the catalogue's prices; undefined when the model's are not known. */
	priceUsd: number | undefined;
	notes: Notes;
	/** What it is taken to weigh in memory. */
	bytes: number;
}
