import type { TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import type { ServiceError } from "../errors.ts";
import type { TrueEvent } from "../protocol/write-stream.ts";

/** What a real service answered to an operation, as it travelled: it goes to the client untouched. */
export interface TrueAnswer {
	/** HTTP status. */
	status: number;
	/** Those that go to the client. */
	headers: Record<string, string>;
	/** Whole, or the frames of an event stream. */
	body: Uint8Array | AsyncIterable<TrueEvent>;
	/** The error that it is, for the journal: the client reads it out of the answer itself. */
	failure?: ServiceError;
	/** What it used, once that is known; never rejects. */
	usage?: Promise<TokenUsage | undefined>;
}
