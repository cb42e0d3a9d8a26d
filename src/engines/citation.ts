import type {
	CitationLocation,
	DocumentBlock,
} from "@aws-sdk/client-bedrock-runtime";
import type { DraftBlock } from "../turn/draft.ts";
import { documentText } from "../turn/media.ts";
import type { Turn } from "../turn/turn.ts";

/**
 * A passage that cites the first document of a turn that may be cited; undefined when there is none. The passage is where
 * the document begins: nothing is looked for.
 *
 * Source: what points into text, chunks and PDF files, that the end is behind the last, and that pages count from 1
 * (observed: Claude Sonnet 5 in langchain-aws's recordings).
 */
export function citeDocument(turn: Turn): DraftBlock | undefined {
	// By hand: every turn comes by here, and hardly one has a document.
	let index = 0;
	for (const { content } of turn.messages) {
		for (const { document } of content ?? []) {
			if (!document) continue;
			if (document.citations?.enabled) return cite(document, index);
			index++;
		}
	}
	return undefined;
}

function cite(document: DocumentBlock, index: number): DraftBlock {
	const { text, location } = beginningOf(document, index);
	return {
		citations: {
			text,
			citations: [
				{
					title: document.name ?? "",
					sourceContent: [{ text }],
					location,
				},
			],
		},
	};
}

function beginningOf(
	{ source, format }: DocumentBlock,
	documentIndex: number,
): { text: string; location: CitationLocation } {
	const chunk = source?.content?.[0]?.text;
	if (chunk !== undefined) {
		return {
			text: chunk,
			location: { documentChunk: { documentIndex, start: 0, end: 1 } },
		};
	}
	const read =
		source?.text ?? (source?.bytes && documentText(source.bytes, format));
	if (read !== undefined) {
		const text = firstSentence(read);
		return {
			text,
			location: { documentChar: { documentIndex, start: 0, end: text.length } },
		};
	}
	return {
		text: "What a page says, the stub engine does not read.",
		location: { documentPage: { documentIndex, start: 1, end: 2 } },
	};
}

function firstSentence(text: string): string {
	const end = text.slice(0, 200).indexOf(". ");
	return end < 0 ? text.slice(0, 200) : text.slice(0, end + 2);
}
