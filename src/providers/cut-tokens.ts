import { countText, splitText } from "../turn/tokens.ts";

/** More characters than this for a token are white space or noise; they are not looked at, so that counting has an end. */
const maxCharactersPerToken = 20;

/** What became of a text that may have too many tokens. */
export interface CutText {
	text: string;
	/** Tokens before the cut; of a text far too long, those of the part that was looked at. */
	tokens: number;
	/** The text had more than the limit and is shorter now. */
	cut: boolean;
}

/**
 * Shortens a text to a number of tokens, which is an estimate as all counts are.
 *
 * @param keep - which end of the text stays
 */
export function cutTokens(
	text: string,
	limit: number,
	keep: "start" | "end",
	modelId: string,
): CutText {
	// No character is more than four tokens.
	if (text.length * 4 <= limit)
		return { text, tokens: text.length, cut: false };
	const most = limit * maxCharactersPerToken;
	const seen = keep === "start" ? text.slice(0, most) : text.slice(-most);
	const tokens = countText(seen, modelId);
	if (tokens <= limit) return { text: seen, tokens, cut: seen !== text };
	const parts = splitText(seen, modelId);
	// A count is more or fewer than the parts, by the model's calibration.
	const kept = Math.max(1, Math.floor((parts.length * limit) / tokens));
	const left = keep === "start" ? parts.slice(0, kept) : parts.slice(-kept);
	return { text: left.join(""), tokens, cut: true };
}
