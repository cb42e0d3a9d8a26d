/** Prompts to models whose family nobody tells: the marks in a prompt say by which chat template it was written. */
import type { Turn } from "../turn/turn.ts";
import { readR1Prompt } from "./deepseek-r1.ts";
import { readLlamaPrompt } from "./meta.ts";
import {
	type MarkedText,
	type PromptPart,
	splitAtMarks,
	turnOfParts,
	turnOfText,
} from "./prompt.ts";

const llamaMark = /<\|(?:start_header_id|header_start)\|>|\[INST\]/;
const chatMlMarks = /<\|im_start\|>|<\|im_end\|>/g;

/**
 * Reads the templates of Llama, Mistral, DeepSeek R1 and ChatML (Qwen and others); a prompt without their marks is one message
 * of the user.
 */
export function readTemplate(
	prompt: string,
): Pick<Turn, "messages" | "system"> {
	if (llamaMark.test(prompt)) return readLlamaPrompt(prompt);
	if (prompt.includes("<｜User｜>")) return readR1Prompt(prompt);
	if (prompt.includes("<|im_start|>")) return readChatMl(prompt);
	return turnOfText(prompt);
}

/** `<|im_start|>role`, a line end, the text, `<|im_end|>`. Source: the model cards of Qwen (documented). */
function readChatMl(prompt: string): Pick<Turn, "messages" | "system"> {
	return turnOfParts(splitAtMarks(prompt, chatMlMarks).map(readChatMlPart));
}

function readChatMlPart({ mark, text }: MarkedText): PromptPart {
	if (mark !== "<|im_start|>") return { role: "user", text };
	const end = text.indexOf("\n");
	if (end === -1) return { role: "user", text: "" };
	const name = text.slice(0, end);
	const isOther = name === "system" || name === "assistant";
	return { role: isOther ? name : "user", text: text.slice(end + 1) };
}
