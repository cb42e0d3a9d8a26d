import { resolveModelId } from "../models/resolve.ts";
import { writeMessageChunks } from "./anthropic/chunks.ts";
import { type Claude, readClaude } from "./anthropic/claude.ts";
import { readConverseFields } from "./anthropic/converse-fields.ts";
import { checkEnvelope } from "./anthropic/envelope.ts";
import { readMessagesTurn } from "./anthropic/read.ts";
import { writeMessage } from "./anthropic/write.ts";
import type { Provider } from "./provider.ts";

/** How many ids are remembered; clients use few, and an attacker must not fill the memory. */
const maxRemembered = 1000;
const remembered = new Map<string, Claude>();

/** Pure, so its memory may be shared between emulators. */
function claudeOf(modelId: string): Claude {
	const known = remembered.get(modelId);
	if (known) return known;
	const claude = readClaude(resolveModelId(modelId).baseId);
	if (remembered.size >= maxRemembered) remembered.clear();
	remembered.set(modelId, claude);
	return claude;
}

/** Anthropic Messages: the body of every Claude since 2.1, and what an id that only names Anthropic speaks. */
export const anthropic: Provider = {
	name: "Anthropic",
	family: "Anthropic Messages",
	speaks: ["text", "stream", "tools", "images", "reasoning"],
	models: /(?:^|[./:])anthropic\./,
	readTurn(body, modelId) {
		const claude = claudeOf(modelId);
		checkEnvelope(body, claude);
		return readMessagesTurn(body, modelId, claude);
	},
	readFields: (turn) => readConverseFields(turn, claudeOf(turn.modelId)),
	writeReply: (reply, turn, call) =>
		writeMessage(reply, turn, call, claudeOf(turn.modelId)),
	writeChunks: (reply, turn, call) =>
		writeMessageChunks(reply, turn, call, claudeOf(turn.modelId)),
};
