/** What a list of cassettes shows of each. */
import { isObject, type Json } from "../json.ts";
import { looseJson } from "./body.ts";
import type { Cassette, RecordedResponse } from "./cassette.ts";

/** A line of a list. */
export interface CassetteSummary {
	file: string;
	operation: string;
	model: string;
	/** The engine that answered. */
	engine: string;
	/** When, ISO 8601. */
	recorded: string;
	status: number;
	durationMs: number;
	/** Of a stream. */
	events: number | undefined;
	/** What was said last, cut. */
	firstWords: string | undefined;
	inputTokens: number | undefined;
	outputTokens: number | undefined;
}

/** @param file - its name in the folder */
export function summarizeCassette(
	file: string,
	{ request, response, engine, recorded }: Cassette,
): CassetteSummary {
	const { status, durationMs, events } = response;
	return {
		file,
		operation: request.operation,
		model: request.model,
		engine,
		recorded,
		status,
		durationMs,
		events: events?.length,
		firstWords: lastWords(request.body)?.slice(0, 120),
		...tokensOf(response),
	};
}

/** The last text that the user said, in whatever form a body has it. */
function lastWords(body: Json | undefined): string | undefined {
	if (typeof body === "string") return body;
	if (!isObject(body)) return undefined;
	const { messages, input } = body;
	if (isObject(input)) return lastWords(input.converse);
	if (Array.isArray(messages)) return textOf(messages.at(-1));
	for (const name of ["prompt", "inputText", "message", "query", "texts"]) {
		const words = textOf(body[name]);
		if (words !== undefined) return words;
	}
	return undefined;
}

function textOf(value: Json | undefined): string | undefined {
	if (typeof value === "string") return value;
	if (Array.isArray(value)) {
		const texts = value.flatMap((item) => textOf(item) ?? []);
		return texts.length > 0 ? texts.join(" ") : undefined;
	}
	return isObject(value) ? textOf(value.content ?? value.text) : undefined;
}

/** Tokens as the answer says them: of the engine, in a body, in the last event, in headers. */
function tokensOf(response: RecordedResponse): {
	inputTokens: number | undefined;
	outputTokens: number | undefined;
} {
	const { usage, headers, events } = response;
	const metadata = events?.at(-1)?.metadata;
	const body = response.body ?? looseJson(response.text ?? "");
	const said = [usage, metadata, body]
		.map((value) => value as Json | undefined)
		.flatMap((value) => (isObject(value) ? [value, value.usage] : []));
	const count = (header: string, ...names: string[]) => {
		for (const value of said)
			for (const name of names)
				if (isObject(value) && typeof value[name] === "number")
					return value[name];
		const told = headers[`x-amzn-bedrock-${header}-token-count`];
		return told === undefined ? undefined : Number(told);
	};
	return {
		inputTokens: count("input", "inputTokens", "input_tokens"),
		outputTokens: count("output", "outputTokens", "output_tokens"),
	};
}
