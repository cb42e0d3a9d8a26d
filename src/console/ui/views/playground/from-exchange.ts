import type { Json } from "../../api/types.ts";
import { readAsked } from "../../conversation/conversation.ts";
import { membersOf, textOf } from "../../conversation/json.ts";
import { toContent } from "../../playground/answer.ts";
import { writeConverse } from "../../playground/converse.ts";
import {
	type Draft,
	emptyDraft,
	isSurface,
	readMessages,
	type Surface,
} from "../../playground/draft.ts";
import type { LoadedExchange } from "../exchange/load.ts";

/**
 * An exchange's request as a draft. What the playground has no field for, and a native body whole, is kept in the body as it
 * was sent.
 */
export function draftFrom({
	exchange,
	request,
}: LoadedExchange): Draft & { editedBody: string | undefined } {
	const members = membersOf(request);
	const surface = surfaceOf(exchange.path);
	const asked = readAsked(exchange.operation, request);
	const isConverse = exchange.operation.startsWith("Converse");
	const settings = new Map(asked?.settings);
	const setting = (name: string) => {
		const value = settings.get(name);
		if (Array.isArray(value)) return value.join("\n");
		return value === undefined ? "" : String(value);
	};
	const { toolChoice } = membersOf(members.toolConfig);
	const draft: Draft = {
		modelId: exchange.modelId ?? emptyDraft.modelId,
		surface,
		system: (asked?.system ?? [])
			.map((block) => (block.kind === "text" ? block.text : ""))
			.join("\n"),
		messages: isConverse
			? readMessages(members.messages)
			: (asked?.messages ?? []).map(({ role, blocks }) => ({
					role,
					content: blocks.flatMap(toContent),
				})),
		tools: asked?.tools.length
			? JSON.stringify(
					asked.tools.map(({ name, description, schema }) => ({
						name,
						...(description !== "" && { description }),
						inputSchema: schema,
					})),
					null,
					2,
				)
			: "",
		toolChoice: readChoice(membersOf(toolChoice)),
		settings: {
			maxTokens: setting("maxTokens") || setting("max_tokens"),
			temperature: setting("temperature"),
			topP: setting("topP") || setting("top_p"),
			stopSequences: setting("stopSequences") || setting("stop_sequences"),
		},
	};
	const isSaid = isConverse && isSame(writeConverse(draft), request);
	return {
		...draft,
		editedBody: isSaid ? undefined : JSON.stringify(request, null, 2),
	};
}

/** Whether two values say the same, in whatever order their members stand. */
function isSame(one: Json, other: Json): boolean {
	return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: Json): Json {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== "object" || value === null) return value;
	const names = Object.keys(value).toSorted();
	return Object.fromEntries(
		names.map((name) => [name, sorted(value[name] ?? null)]),
	);
}

function readChoice(choice: Record<string, Json>): string {
	const [name = ""] = Object.keys(choice);
	return name === "tool" ? `tool:${textOf(membersOf(choice.tool).name)}` : name;
}

function surfaceOf(path: string): Surface {
	const last = path.slice(path.lastIndexOf("/") + 1);
	return isSurface(last) ? last : "converse-stream";
}
