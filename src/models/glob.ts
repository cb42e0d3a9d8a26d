import { resolveModelId } from "./resolve.ts";

/** True when one of the patterns matches; `*` stands for any characters. Takes time linear in pattern times text. */
export function matchesAny(patterns: readonly string[], text: string): boolean {
	return patterns.some((pattern) => matchesGlob(pattern, text));
}

/** No regular expression: patterns come from clients too, and many stars would make one backtrack. */
export function matchesGlob(pattern: string, text: string): boolean {
	const [first = "", ...rest] = pattern.split("*");
	if (rest.length === 0) return pattern === text;
	const last = rest.pop() ?? "";
	if (!text.startsWith(first) || text.length < first.length + last.length)
		return false;
	let from = first.length;
	for (const part of rest) {
		const at = text.indexOf(part, from);
		if (at < 0) return false;
		from = at + part.length;
	}
	return text.endsWith(last) && text.length - last.length >= from;
}

/**
 * True when one of the patterns matches a model: its identifier as the client gave it, or the id of the foundation model
 * that this names (so `anthropic.*` holds for inference profiles and ARNs too).
 */
export function matchesModel(
	patterns: readonly string[],
	modelId: string,
): boolean {
	return (
		matchesAny(patterns, modelId) ||
		matchesAny(patterns, resolveModelId(modelId).baseId)
	);
}
