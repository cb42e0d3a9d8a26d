import {
	type BedrockRuntimeClient,
	ConverseCommand,
	ConverseStreamCommand,
	CountTokensCommand,
	InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";

export const claude = "anthropic.claude-3-haiku-20240307-v1:0";

export function converse(modelId: string = claude): ConverseCommand {
	return new ConverseCommand({ modelId, messages });
}

export function converseStream(
	modelId: string = claude,
): ConverseStreamCommand {
	return new ConverseStreamCommand({ modelId, messages });
}

export function countTokens(): CountTokensCommand {
	return new CountTokensCommand({
		modelId: claude,
		input: { converse: { messages } },
	});
}

export function invokeStream(): InvokeModelWithResponseStreamCommand {
	const body = {
		anthropic_version: "bedrock-2023-05-31",
		max_tokens: 100,
		messages: [{ role: "user", content: "hi" }],
	};
	return new InvokeModelWithResponseStreamCommand({
		modelId: claude,
		body: JSON.stringify(body),
	});
}

const messages = [{ role: "user" as const, content: [{ text: "hi" }] }];

/** Sends `x-outcrop-fault` with every request of the client. */
export function withFault(
	client: BedrockRuntimeClient,
	fault: string,
): BedrockRuntimeClient {
	client.middlewareStack.add(
		(next) => (args) => {
			const { headers } = args.request as { headers: Record<string, string> };
			headers["x-outcrop-fault"] = fault;
			return next(args);
		},
		{ step: "build" },
	);
	return client;
}

/** What a client gets to know of a stream that breaks. */
export interface Broken {
	/** Events before the failure. */
	events: number;
	name: string;
	code: unknown;
	message: string;
	status: number | undefined;
	error: Error;
}

/** Reads a stream until it breaks. */
export async function untilItBreaks(
	stream: Promise<{
		stream?: AsyncIterable<unknown> | undefined;
		body?: AsyncIterable<unknown> | undefined;
	}>,
): Promise<Broken> {
	let events = 0;
	try {
		const opened = await stream;
		for await (const _ of opened.stream ?? opened.body ?? []) events++;
	} catch (error) {
		return { events, ...describe(error) };
	}
	throw new Error(`The stream ended well after ${events} events.`);
}

/** The failure of a call. */
export async function failure(call: Promise<unknown>): Promise<Broken> {
	try {
		await call;
	} catch (error) {
		return { events: 0, ...describe(error) };
	}
	throw new Error("The call went well.");
}

function describe(error: unknown): Omit<Broken, "events"> {
	if (!(error instanceof Error)) throw error;
	const { code, $metadata } = error as Error & {
		code?: unknown;
		$metadata?: { httpStatusCode?: number };
	};
	const { name, message } = error;
	return { name, code, message, status: $metadata?.httpStatusCode, error };
}
