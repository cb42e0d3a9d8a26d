import { isObject, type JsonObject } from "../../json.ts";
import { collect } from "../../turn/collect.ts";
import type { Reply, ReplyEvent, Turn } from "../../turn/turn.ts";
import { StreamMeter } from "../native.ts";
import type { NativeCall } from "../provider.ts";
import {
	citationsOf,
	documentsOf,
	type ResponseIds,
	responseOf,
	toolCallsOf,
} from "./write.ts";

/**
 * A reply as Command R's stream: stream-start, text-generation…, citation-generation and tool-calls-generation when there are
 * any, stream-end with the whole answer.
 *
 * Source: events documented. Citations come after the text they stand in, in one event (assumed).
 */
export async function* writeEvents(
	reply: Reply,
	turn: Turn,
	call: NativeCall,
): AsyncGenerator<JsonObject> {
	const meter = new StreamMeter(call);
	const ids: ResponseIds = {
		responseId: `${call.uuid()}/${call.uuid()}`,
		generationId: call.uuid(),
	};
	yield {
		event_type: "stream-start",
		generation_id: ids.generationId,
		is_finished: false,
	};
	const searching =
		isObject(turn.additionalModelRequestFields) &&
		turn.additionalModelRequestFields.search_queries_only === true;
	const seen: ReplyEvent[] = [];
	for await (const event of reply) {
		meter.see(event);
		seen.push(event);
		const text = event.contentBlockDelta?.delta?.text;
		if (text && !searching)
			yield { event_type: "text-generation", is_finished: false, text };
	}
	const whole = await collect(replay(seen));
	const citations = citationsOf(whole.content, documentsOf(turn).length);
	if (citations.length > 0)
		yield { citations, event_type: "citation-generation", is_finished: false };
	const toolCalls = toolCallsOf(whole.content);
	if (toolCalls.length > 0)
		yield {
			event_type: "tool-calls-generation",
			is_finished: false,
			tool_calls: toolCalls,
		};
	const response = responseOf(whole, turn, ids);
	if (searching) {
		const { search_queries = [] } = response;
		yield {
			event_type: "search-queries-generation",
			is_finished: false,
			search_queries,
		};
	}
	yield {
		event_type: "stream-end",
		finish_reason: response.finish_reason ?? "COMPLETE",
		is_finished: true,
		response,
		...meter.metrics(),
	};
}

async function* replay(events: ReplyEvent[]): Reply {
	yield* events;
}
