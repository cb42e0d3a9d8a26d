/** A collected answer of Converse as the events of ConverseStream. */
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { RecordedEvent } from "./cassette.ts";

/** Each block in one delta: where the pieces were is not known any more. */
export function eventsOfAnswer(answer: JsonObject): RecordedEvent[] {
	const { output, stopReason, usage, metrics, trace } = answer;
	const message = isObject(output) ? output.message : undefined;
	const content = isObject(message) ? message.content : undefined;
	const blocks = Array.isArray(content) ? content.filter(isObject) : [];
	const { additionalModelResponseFields } = answer;
	return [
		{ at: 0, messageStart: { role: "assistant" } },
		...blocks.flatMap(eventsOfBlock),
		{
			at: 0,
			messageStop: defined({
				additionalModelResponseFields,
				stopReason: stopReason ?? "end_turn",
			}),
		},
		{ at: 0, metadata: defined({ metrics, trace, usage }) },
	];
}

function eventsOfBlock(
	block: JsonObject,
	contentBlockIndex: number,
): RecordedEvent[] {
	const { toolUse } = block;
	const start = isObject(toolUse)
		? { toolUse: defined({ name: toolUse.name, toolUseId: toolUse.toolUseId }) }
		: undefined;
	return [
		...(start
			? [{ at: 0, contentBlockStart: { contentBlockIndex, start } }]
			: []),
		...deltasOf(block).map((delta) => ({
			at: 0,
			contentBlockDelta: { contentBlockIndex, delta },
		})),
		{ at: 0, contentBlockStop: { contentBlockIndex } },
	];
}

function deltasOf({
	text,
	toolUse,
	reasoningContent,
}: JsonObject): JsonObject[] {
	if (typeof text === "string") return [{ text }];
	if (isObject(toolUse))
		return [{ toolUse: { input: JSON.stringify(toolUse.input ?? {}) } }];
	if (!isObject(reasoningContent)) return [];
	const { reasoningText, redactedContent } = reasoningContent;
	if (redactedContent !== undefined)
		return [{ reasoningContent: { redactedContent } }];
	if (!isObject(reasoningText)) return [];
	return Object.entries(reasoningText).map(([name, said]) => ({
		reasoningContent: { [name]: said },
	}));
}

function defined(members: Record<string, Json | undefined>): JsonObject {
	const kept: JsonObject = {};
	for (const [name, value] of Object.entries(members))
		if (value !== undefined) kept[name] = value;
	return kept;
}
