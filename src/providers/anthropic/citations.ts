import type {
	Citation,
	CitationLocation,
	CitationsDelta,
} from "@aws-sdk/client-bedrock-runtime";
import { isObject, type Json, type JsonObject } from "../../json.ts";

/**
 * How each of Claude's locations is called in Converse, and the names of its members. Both count alike: from 0, pages from 1
 * (documented on both sides).
 */
const locations = [
	{
		type: "char_location",
		member: "documentChar",
		index: "document_index",
		range: "char_index",
	},
	{
		type: "page_location",
		member: "documentPage",
		index: "document_index",
		range: "page_number",
	},
	{
		type: "content_block_location",
		member: "documentChunk",
		index: "document_index",
		range: "block_index",
	},
	{
		type: "search_result_location",
		member: "searchResultLocation",
		index: "search_result_index",
		range: "block_index",
	},
] as const;

type Place = {
	documentIndex?: number;
	searchResultIndex?: number;
	start?: number;
	end?: number;
};

/** One of Claude's citations in Converse's form. Members of a wrong type are left out. */
export function readCitation(native: Json): Citation {
	if (!isObject(native)) return {};
	const title = textOf(native.document_title) ?? textOf(native.title);
	const source = textOf(native.source);
	const cited = textOf(native.cited_text);
	const location = readLocation(native);
	return {
		...(title !== undefined && { title }),
		...(source !== undefined && { source }),
		...(cited !== undefined && { sourceContent: [{ text: cited }] }),
		...(location && { location }),
	};
}

function readLocation(native: JsonObject): CitationLocation | undefined {
	if (native.type === "web_search_result_location")
		return { web: { url: textOf(native.url) } };
	const known = locations.find(({ type }) => type === native.type);
	if (!known) return undefined;
	const { member, index, range } = known;
	const indexName =
		member === "searchResultLocation" ? "searchResultIndex" : "documentIndex";
	const place: Place = {
		[indexName]: numberOf(native[index]),
		start: numberOf(native[`start_${range}`]),
		end: numberOf(native[`end_${range}`]),
	};
	// The three document places and the search place have the members that `place` was given for them.
	return { [member]: place } as unknown as CitationLocation;
}

/** A citation as Claude says it; key order as documented. */
export function writeCitation(citation: Citation | CitationsDelta): JsonObject {
	const sources: { text?: string | undefined }[] = citation.sourceContent ?? [];
	const cited = sources.map(({ text }) => text ?? "").join("");
	const { location, title = null, source = null } = citation;
	if (location?.web) {
		return {
			type: "web_search_result_location",
			cited_text: cited,
			url: location.web.url ?? null,
			title,
		};
	}
	const known =
		locations.find(({ member }) => location?.[member]) ?? locations[0];
	const place: Place = location?.[known.member] ?? {};
	const head: JsonObject =
		known.member === "searchResultLocation"
			? { source, title, search_result_index: place.searchResultIndex ?? 0 }
			: { document_index: place.documentIndex ?? 0, document_title: title };
	return {
		type: known.type,
		cited_text: cited,
		...head,
		[`start_${known.range}`]: place.start ?? 0,
		[`end_${known.range}`]: place.end ?? 0,
	};
}

function textOf(value: Json | undefined): string | undefined {
	return typeof value === "string" ? value : undefined;
}

function numberOf(value: Json | undefined): number | undefined {
	return typeof value === "number" ? value : undefined;
}
