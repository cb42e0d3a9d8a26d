import type {
	Citation,
	ContentBlock,
	StopReason,
} from "@aws-sdk/client-bedrock-runtime";
import { isObject, type Json, type JsonObject } from "../../json.ts";
import type { Turn, WholeReply } from "../../turn/turn.ts";
import { textOf } from "../prompt.ts";
import type { NativeCall } from "../provider.ts";

/**
 * The whole answer. Citations count in the answer's text and name the documents of the last message with documents.
 *
 * Source: members and their order observed for answers of text; those of citations, documents, tool calls and search queries
 * documented.
 */
export function writeResponse(
	reply: WholeReply,
	turn: Turn,
	call: NativeCall,
): JsonObject {
	return responseOf(reply, turn, {
		responseId: `${call.uuid()}/${call.uuid()}`,
		generationId: call.uuid(),
	});
}

/** The ids of one answer: the second stands in the first event of a stream already. */
export interface ResponseIds {
	responseId: string;
	generationId: string;
}

/** The whole answer with ids given before. */
export function responseOf(
	reply: WholeReply,
	turn: Turn,
	ids: ResponseIds,
): JsonObject {
	const fields = isObject(turn.additionalModelRequestFields)
		? turn.additionalModelRequestFields
		: {};
	const text = textOf(reply.content);
	const searching = fields.search_queries_only === true;
	const toolCalls = toolCallsOf(reply.content);
	const documents = documentsOf(turn);
	const citations = citationsOf(reply.content, documents.length);
	const history = [
		...writeHistory(turn),
		{
			role: "CHATBOT",
			message: text,
			...(toolCalls.length > 0 && { tool_calls: toolCalls }),
		},
	];
	const response: JsonObject = {
		response_id: ids.responseId,
		text: searching ? "" : text,
		generation_id: ids.generationId,
		chat_history: history,
		finish_reason: finishReasonOf(reply.stopReason),
	};
	if (citations.length > 0) {
		response.citations = citations;
		response.documents = citedDocuments(documents, citations);
	}
	if (toolCalls.length > 0) response.tool_calls = toolCalls;
	// What the engine says is the query: the service would answer nothing else.
	if (searching) {
		response.is_search_required = true;
		response.search_queries = [{ text, generation_id: ids.generationId }];
	}
	if (fields.return_prompt === true) response.prompt = lastText(turn);
	return response;
}

/** `COMPLETE` (also with tool calls), `MAX_TOKENS`, `STOP_SEQUENCE` or `ERROR_TOXIC`. */
function finishReasonOf(stopReason: StopReason | undefined): string {
	if (
		stopReason === "max_tokens" ||
		stopReason === "model_context_window_exceeded"
	)
		return "MAX_TOKENS";
	if (stopReason === "stop_sequence") return "STOP_SEQUENCE";
	return stopReason === "content_filtered" ? "ERROR_TOXIC" : "COMPLETE";
}

/** Tool calls as Cohere has them: without ids. */
export function toolCallsOf(content: ContentBlock[]): JsonObject[] {
	return content.flatMap(({ toolUse }) =>
		// A document's members are JSON.
		toolUse
			? [
					{
						name: toolUse.name ?? "",
						parameters: (toolUse.input ?? {}) as Json,
					},
				]
			: [],
	);
}

/** The citations of the reply's blocks: where their text stands in the whole, and which documents they name. */
export function citationsOf(
	content: ContentBlock[],
	documentCount: number,
): JsonObject[] {
	const citations: JsonObject[] = [];
	let start = 0;
	for (const block of content) {
		const text = textOf([block]);
		const found = block.citationsContent?.citations ?? [];
		const ids = [...new Set(found.map(documentIndexOf))]
			.filter((index) => index >= 0 && index < documentCount)
			.map((index) => `doc_${index}`);
		if (ids.length > 0)
			citations.push({
				start,
				end: start + text.length,
				text,
				document_ids: ids,
			});
		start += text.length;
	}
	return citations;
}

function documentIndexOf({ location }: Citation): number {
	const place =
		location?.documentChar ?? location?.documentPage ?? location?.documentChunk;
	return place?.documentIndex ?? 0;
}

/** The documents of the turn, in the order in which citations count them. */
export function documentsOf(turn: Turn): JsonObject[] {
	const documents: JsonObject[] = [];
	for (const { content = [] } of turn.messages) {
		for (const { document } of content) {
			if (!document) continue;
			const snippet = document.source?.text ?? "";
			documents.push({
				id: `doc_${documents.length}`,
				snippet,
				title: document.name ?? "",
			});
		}
	}
	return documents;
}

function citedDocuments(
	documents: JsonObject[],
	citations: JsonObject[],
): JsonObject[] {
	const cited = new Set(
		citations.flatMap(({ document_ids }) =>
			Array.isArray(document_ids) ? document_ids : [],
		),
	);
	return documents.filter(({ id }) => cited.has(id ?? ""));
}

/** The conversation so far in Cohere's words. */
function writeHistory({ messages }: Turn): JsonObject[] {
	const calls = new Map<string, JsonObject>();
	const history: JsonObject[] = [];
	for (const { role, content = [] } of messages) {
		for (const { toolUse } of content) {
			if (toolUse)
				calls.set(toolUse.toolUseId ?? "", {
					name: toolUse.name ?? "",
					parameters: (toolUse.input ?? {}) as Json,
				});
		}
		const results = content.flatMap(({ toolResult }) =>
			toolResult
				? [
						{
							call: calls.get(toolResult.toolUseId ?? "") ?? {},
							outputs: (toolResult.content ?? []).map(outputOf),
						},
					]
				: [],
		);
		const text = textOf(content);
		if (results.length > 0)
			history.push({ role: "TOOL", tool_results: results });
		if (role === "assistant") {
			const toolCalls = toolCallsOf(content);
			history.push({
				role: "CHATBOT",
				message: text,
				...(toolCalls.length > 0 && { tool_calls: toolCalls }),
			});
		} else if (results.length === 0 || text !== "")
			history.push({ role: "USER", message: text });
	}
	return history;
}

function outputOf({
	json,
	text,
}: {
	json?: unknown;
	text?: string | undefined;
}): JsonObject {
	const output = json as Json | undefined;
	if (isObject(output)) return output;
	return output === undefined ? { text: text ?? "" } : { result: output };
}

function lastText({ messages }: Turn): string {
	return (
		messages.map(({ content = [] }) => textOf(content)).findLast(Boolean) ?? ""
	);
}
