/** Prompts that hold a whole conversation in one text, with the marks of a model's chat template between its parts. */
import type { ContentBlock, Message } from "@aws-sdk/client-bedrock-runtime";
import type { Turn } from "../turn/turn.ts";

/** What one speaker says in a prompt. */
export interface PromptPart {
	role: "system" | "user" | "assistant";
	text: string;
}

/** A stretch of a prompt: the mark it begins with (none for what stands before the first), and the text up to the next. */
export interface MarkedText {
	mark: string | undefined;
	text: string;
}

/**
 * Cuts a prompt at its marks, in one pass.
 *
 * @param marks - a global pattern of fixed words: the client chooses the text, so nothing in it may repeat
 */
export function splitAtMarks(prompt: string, marks: RegExp): MarkedText[] {
	const found: MarkedText[] = [];
	let mark: string | undefined;
	let at = 0;
	for (const match of prompt.matchAll(marks)) {
		found.push({ mark, text: prompt.slice(at, match.index) });
		mark = match[0];
		at = match.index + mark.length;
	}
	found.push({ mark, text: prompt.slice(at) });
	return found;
}

/**
 * The turn that the parts are through Converse: texts without the space around them, empty ones left out (the open last
 * answer is one). A prompt that says nothing but a system text asks with it (assumed: a turn needs a message).
 */
export function turnOfParts(
	parts: readonly PromptPart[],
): Pick<Turn, "messages" | "system"> {
	const said = parts
		.map(({ role, text }) => ({ role, text: text.trim() }))
		.filter(({ text }) => text !== "");
	const messages: Message[] = said.flatMap(({ role, text }) =>
		role === "system" ? [] : [{ role, content: [{ text }] }],
	);
	const system = said
		.filter(({ role }) => role === "system")
		.map(({ text }) => ({ text }));
	if (messages.length === 0)
		return turnOfText(system.map(({ text }) => text).join("\n"));
	return { messages, ...(system.length > 0 && { system }) };
}

/** A prompt without a template: one message of the user, as it is. */
export function turnOfText(text: string): Pick<Turn, "messages"> {
	return { messages: [{ role: "user", content: [{ text }] }] };
}

const instMarks = /<s>|<\/s>|\[INST\]|\[\/INST\]|<<SYS>>|<<\/SYS>>/g;

/**
 * Reads the template of Llama 2 and of Mistral: `<s>[INST] <<SYS>>…<</SYS>> user [/INST] assistant </s>[INST] … [/INST]`.
 * Undefined when there is no `[INST]` in the prompt.
 *
 * Source: the model cards of both (documented); text before the first `[INST]` is the user's (assumed).
 */
export function readInstPrompt(
	prompt: string,
): Pick<Turn, "messages" | "system"> | undefined {
	if (!prompt.includes("[INST]")) return undefined;
	let asked = false;
	const parts = splitAtMarks(prompt, instMarks).map(
		({ mark, text }): PromptPart => {
			if (mark === "[INST]") asked = true;
			if (mark === "<<SYS>>") return { role: "system", text };
			const inside = mark === "[INST]" || mark === "<</SYS>>" || !asked;
			return { role: inside ? "user" : "assistant", text };
		},
	);
	return turnOfParts(parts);
}

/** The text of a reply, for families whose answer is one text; blocks without any are left out. */
export function textOf(content: readonly ContentBlock[]): string {
	return content
		.map(
			({ text, citationsContent }) =>
				text ?? textOf(citationsContent?.content ?? []),
		)
		.join("");
}
