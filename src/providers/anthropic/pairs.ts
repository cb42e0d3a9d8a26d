import type { ContentBlock, Message } from "@aws-sdk/client-bedrock-runtime";
import { invalid } from "../../errors.ts";

/** Consecutive messages of one role, which Claude joins into one. */
interface Run {
	role: string | undefined;
	/** Of its last message. */
	lastIndex: number;
	blocks: { block: ContentBlock; path: string; index: number }[];
}

/**
 * Checks that every tool use is answered by the very next message, and every tool result answers the one before.
 *
 * @param messages - the messages as sent
 * @throws ServiceError in Claude's words. Source of the texts: observed.
 */
export function checkToolPairs(messages: Message[]): void {
	const seen = new Set<string>();
	let asked: string[] = [];
	let askedAt = 0;
	for (const run of runsOf(messages)) {
		if (run.role === "assistant") {
			asked = readAsked(run, seen);
			askedAt = run.lastIndex;
		} else {
			checkAnswers(run, asked, askedAt);
			asked = [];
		}
	}
	refuseUnanswered(asked, askedAt);
}

function runsOf(messages: Message[]): Run[] {
	const runs: Run[] = [];
	for (const [index, { role, content = [] }] of messages.entries()) {
		const last = runs.at(-1);
		const run: Run =
			last && last.role === role
				? last
				: { role, lastIndex: index, blocks: [] };
		if (run !== last) runs.push(run);
		run.lastIndex = index;
		let at = 0;
		for (const block of content) {
			run.blocks.push({
				block,
				path: `messages.${index}.content.${at}`,
				index,
			});
			// Cache points are marks on the block before them and no blocks of Claude's.
			if (!block.cachePoint) at++;
		}
	}
	return runs;
}

function readAsked(run: Run, seen: Set<string>): string[] {
	const asked: string[] = [];
	for (const { block, path, index } of run.blocks) {
		// What the service's own tools return stands in the assistant's message, and has a type.
		if (block.toolResult && block.toolResult.type === undefined) {
			throw invalid(
				`messages.${index}: \`tool_result\` blocks can only be in \`user\` messages`,
			);
		}
		const id = block.toolUse?.toolUseId;
		if (id === undefined || block.toolUse?.type === "server_tool_use") continue;
		if (seen.has(id)) throw invalid(`${path}: \`tool_use\` ids must be unique`);
		seen.add(id);
		asked.push(id);
	}
	return asked;
}

function checkAnswers(run: Run, asked: string[], askedAt: number): void {
	const open = new Set(asked);
	const expected = new Set(asked);
	for (const { block, path, index } of run.blocks) {
		if (block.toolUse)
			throw invalid(
				`messages.${index}: \`tool_use\` blocks can only be in \`assistant\` messages`,
			);
		const id = block.toolResult?.toolUseId;
		if (id === undefined) continue;
		if (!expected.has(id)) {
			throw invalid(
				`${path}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. ` +
					"Each `tool_result` block must have a corresponding `tool_use` block in the previous message.",
			);
		}
		open.delete(id);
	}
	refuseUnanswered([...open], askedAt);
}

function refuseUnanswered(ids: string[], askedAt: number): void {
	if (ids.length === 0) return;
	throw invalid(
		`messages.${askedAt}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids.join(", ")}. ` +
			"Each `tool_use` block must have a corresponding `tool_result` block in the next message.",
	);
}
