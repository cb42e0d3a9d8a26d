import {
	membersOf,
	readAsked,
	textOf,
} from "../../conversation/conversation.ts";
import { toContent } from "../../playground/answer.ts";
import {
	type Draft,
	emptyDraft,
	readMessages,
	type Surface,
	surfaces,
} from "../../playground/draft.ts";
import type { LoadedExchange } from "../exchange/load.ts";

const known = new Set(["messages", "system", "inferenceConfig", "toolConfig"]);

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
	const hasMore =
		!isConverse || Object.keys(members).some((name) => !known.has(name));
	const settings = new Map(asked?.settings);
	const setting = (name: string) => {
		const value = settings.get(name);
		return value === undefined ? "" : String(value);
	};
	const { toolChoice } = membersOf(members.toolConfig);
	return {
		...emptyDraft,
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
			stopSequences: setting("stopSequences").replaceAll(",", "\n"),
		},
		editedBody: hasMore ? JSON.stringify(request, null, 2) : undefined,
	};
}

function readChoice(choice: ReturnType<typeof membersOf>): string {
	const [name = ""] = Object.keys(choice);
	return name === "tool" ? `tool:${textOf(membersOf(choice.tool).name)}` : name;
}

function surfaceOf(path: string): Surface {
	const last = path.slice(path.lastIndexOf("/") + 1);
	return isSurface(last) ? last : "converse-stream";
}

function isSurface(name: string): name is Surface {
	return name in surfaces;
}
