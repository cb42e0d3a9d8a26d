import type {
	ConverseRequest,
	ConverseStreamRequest,
	ConverseTokensRequest,
} from "@aws-sdk/client-bedrock-runtime";
import { invalid, ServiceError } from "../../../errors.ts";

/** A request of Converse or ConverseStream, or the one that CountTokens counts: documents plain JSON, blobs bytes. */
export type ConverseInput =
	| ConverseRequest
	| ConverseStreamRequest
	| (ConverseTokensRequest & { modelId?: string | undefined });

/** What AWS refuses, in which words, and how we know. */
export interface ConverseRule {
	/** AWS's sentence; `{name}` stands for what differs from one request to the next. */
	text: string;
	/** How the sentence is known; an assumed one refuses what is documented, in the form of its observed siblings. */
	source: "documented" | "observed" | "assumed";
	/** Where it was seen, or why it is assumed. */
	reference: string;
	/** For which models: all, or those whose facts say so. */
	models: "all" | "by facts";
	/** `ValidationException` unless said. */
	error?: string;
}

/** One file's rules by name. */
export type ConverseRules = Record<string, ConverseRule>;

/** The refusal of a rule, its places filled. */
export function refuse(
	rule: ConverseRule,
	places: Record<string, string | number> = {},
): ServiceError {
	const text = rule.text.replace(/\{(\w+)\}/g, (whole, name: string) =>
		String(places[name] ?? whole),
	);
	return rule.error ? new ServiceError(rule.error, text) : invalid(text);
}

/** Where a block stands, as AWS's semantic texts spell it: counted from 0. */
export function blockPath(message: number, block: number): string {
	return `messages.${message}.content.${block}`;
}
