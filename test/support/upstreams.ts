import type { Message } from "@aws-sdk/client-bedrock-runtime";
import {
	nameOf,
	type UpstreamOptions,
	upstreamDefaults,
} from "../../src/engines/openai/upstream.ts";

/** A model that tests ask for. */
export const haiku = "anthropic.claude-3-haiku-20240307-v1:0";

/** The shortest conversation. */
export const hello: Message[] = [
	{ role: "user", content: [{ text: "Hello" }] },
];

/** An upstream as the configuration reads it, with what a test sets: one model that stands for all unless it says more. */
export function upstream(
	url: string,
	more: Partial<UpstreamOptions> = {},
): UpstreamOptions {
	return {
		...upstreamDefaults,
		name: nameOf(url),
		url,
		default: "llama3.2",
		...more,
	};
}
