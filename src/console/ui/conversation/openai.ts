import type { Json } from "../api/types.ts";
import type { Asked, Block, Message, Said } from "./form.ts";
import { itemsOf, membersOf, parseInput, textOf } from "./json.ts";

const notSettings = new Set(["messages", "tools"]);

/** A native body in the manner of OpenAI's chat completions: gpt-oss, Mistral, Qwen, DeepSeek and others. */
export function readOpenAiRequest(body: Record<string, Json>): Asked {
	const messages = itemsOf(body.messages).map(readMessage);
	const isSystem = ({ role }: Message) =>
		role === "system" || role === "developer";
	return {
		system: messages.filter(isSystem).flatMap(({ blocks }) => blocks),
		messages: messages.filter((message) => !isSystem(message)),
		tools: itemsOf(body.tools).map((tool) => {
			const { name, description, parameters } = membersOf(
				membersOf(tool).function,
			);
			return {
				name: textOf(name),
				description: textOf(description),
				schema: parameters ?? null,
			};
		}),
		settings: Object.entries(body).filter(([name]) => !notSettings.has(name)),
	};
}

/** Its answer, or what the chunks of its stream make together. */
export function readOpenAiReply(
	output: Record<string, Json>,
	events: Json[] | undefined,
): Said {
	if (events) return collect(events);
	const choice = membersOf(itemsOf(output.choices)[0]);
	return {
		blocks: readMessage(choice.message ?? null).blocks,
		stopReason: textOf(choice.finish_reason) || undefined,
	};
}

function readMessage(json: Json): Message {
	const message = membersOf(json);
	const role = textOf(message.role);
	const content = readContent(message.content);
	if (role === "tool")
		return {
			role,
			blocks: [
				{
					kind: "result",
					id: textOf(message.tool_call_id),
					isError: false,
					blocks: content,
				},
			],
		};
	const reasoning = textOf(message.reasoning_content ?? message.reasoning);
	const thought: Block[] = reasoning
		? [{ kind: "reasoning", text: reasoning }]
		: [];
	const calls = itemsOf(message.tool_calls).map(readCall);
	return { role, blocks: [...thought, ...content, ...calls] };
}

function readContent(content: Json | undefined): Block[] {
	if (typeof content === "string")
		return content === "" ? [] : [{ kind: "text", text: content }];
	return itemsOf(content).map((json) => {
		const part = membersOf(json);
		if (part.type === "text") return { kind: "text", text: textOf(part.text) };
		if (part.type !== "image_url")
			return { kind: "other", name: textOf(part.type) || "part", value: json };
		const url = textOf(membersOf(part.image_url).url);
		const format = /^data:image\/(\w+)/u.exec(url)?.[1];
		return {
			kind: "image",
			format: format ?? "image",
			url: format ? url : undefined,
		};
	});
}

function readCall(json: Json): Block {
	const call = membersOf(json);
	const { name, arguments: input } = membersOf(call.function);
	return {
		kind: "call",
		id: textOf(call.id),
		name: textOf(name),
		input: parseInput(textOf(input)),
	};
}

function collect(events: Json[]): Said {
	let text = "";
	let reasoning = "";
	let stopReason: string | undefined;
	const calls: { id: string; name: string; input: string }[] = [];
	for (const json of events) {
		const choice = membersOf(itemsOf(membersOf(json).choices)[0]);
		const delta = membersOf(choice.delta);
		text += textOf(delta.content);
		reasoning += textOf(delta.reasoning_content ?? delta.reasoning);
		stopReason = textOf(choice.finish_reason) || stopReason;
		for (const part of itemsOf(delta.tool_calls).map(membersOf)) {
			const { name, arguments: input } = membersOf(part.function);
			const index = Number(part.index ?? 0);
			const call = calls[index] ?? {
				id: textOf(part.id),
				name: textOf(name),
				input: "",
			};
			call.input += textOf(input);
			calls[index] = call;
		}
	}
	const blocks: Block[] = [];
	if (reasoning) blocks.push({ kind: "reasoning", text: reasoning });
	if (text) blocks.push({ kind: "text", text });
	for (const call of calls)
		blocks.push({ ...call, kind: "call", input: parseInput(call.input) });
	return { blocks, stopReason };
}
