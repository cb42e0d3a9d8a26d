/** Members that some servers refuse, and what is sent in their place. */

import type { Call } from "../../call.ts";
import type { JsonObject } from "../../json.ts";
import { UpstreamFailure } from "./failures.ts";
import type { UpstreamResponse } from "./response.ts";
import type { ModelServer } from "./server.ts";

interface Adaptation {
	/** The member that was refused. */
	member: string;
	/** What the refusal says, in lower case. */
	signs: readonly string[];
	adapt(body: JsonObject): JsonObject;
}

const adaptations: readonly Adaptation[] = [
	{
		member: "stream_options",
		signs: ["stream_options", "include_usage"],
		adapt: ({ stream_options: _, ...body }) => body,
	},
	{
		// OpenAI's reasoning models.
		member: "max_tokens",
		signs: ["max_completion_tokens"],
		adapt: ({ max_tokens, ...body }) => ({
			...body,
			...(max_tokens !== undefined && { max_completion_tokens: max_tokens }),
		}),
	},
	{
		// vLLM, for models that were not made to be cut.
		member: "dimensions",
		signs: ["dimensions", "matryoshka"],
		adapt: ({ dimensions: _, ...body }) => body,
	},
];

/**
 * Sends a request; when the server answers 400 because of a member that can be said otherwise or left out, sends it once
 * again that way. What a server refuses is remembered.
 *
 * @throws UpstreamFailure
 */
export async function sendAdapted(
	server: ModelServer,
	path: string,
	body: JsonObject,
	call: Call,
): Promise<UpstreamResponse> {
	let adapted = body;
	for (const { member, adapt } of adaptations)
		if (server.refused.has(member)) adapted = adapt(adapted);
	for (;;) {
		try {
			return await server.post(path, adapted, call.signal);
		} catch (error) {
			const found = findAdaptation(error, adapted);
			if (!found) throw error;
			server.refused.add(found.member);
			adapted = found.adapt(adapted);
		}
	}
}

function findAdaptation(
	error: unknown,
	body: JsonObject,
): Adaptation | undefined {
	if (!(error instanceof UpstreamFailure)) return undefined;
	if (error.status !== 400 && error.status !== 422) return undefined;
	const text = error.message.toLowerCase();
	return adaptations.find(
		({ member, signs }) =>
			member in body && signs.some((sign) => text.includes(sign)),
	);
}
