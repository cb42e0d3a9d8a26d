import type { Model } from "../models/catalog.ts";
import { mapping } from "./mapping.ts";
import { boolean, list, number, oneOf, text, wholeNumber } from "./types.ts";
import { readAs, readEach, type ValueType, WrongValue } from "./value-type.ts";

const price = number(0, Number.POSITIVE_INFINITY);
const tokens = wholeNumber(1, Number.MAX_SAFE_INTEGER);
const words = list(text("WORD"));
const date = text(
	"DATE",
	"a date such as 2026-09-10T08:00:00Z",
	/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/u,
);

/** The members of a row that users may give, as the catalogue spells them. */
const members: Record<string, ValueType<unknown>> = {
	modelId: text("ID", "a model id such as acme.model-1", /^[^\s*]{1,2048}$/u),
	modelName: text("NAME"),
	providerName: text("NAME"),
	inputModalities: words,
	outputModalities: words,
	responseStreamingSupported: boolean(),
	customizationsSupported: words,
	inferenceTypesSupported: list(
		oneOf("ON_DEMAND", "PROVISIONED", "INFERENCE_PROFILE"),
	),
	lifecycle: mapping({
		status: oneOf("ACTIVE", "LEGACY", "EOL"),
		startOfLifeTime: date,
		legacyTime: date,
		publicExtendedAccessTime: date,
		endOfLifeTime: date,
	}),
	contextWindow: tokens,
	maxOutputTokens: tokens,
	converse: boolean(),
	systemPrompts: boolean(),
	toolUse: boolean(),
	streamingToolUse: boolean(),
	imageInput: boolean(),
	documentInput: boolean(),
	documentTypes: words,
	videoInput: boolean(),
	reasoning: boolean(),
	promptCaching: boolean(),
	inferenceProfiles: list(text("PREFIX", "a prefix such as us.", /\.$/u)),
	prices: mapping({
		input: price,
		output: price,
		cacheRead: price,
		cacheWrite: price,
		image: price,
	}),
	regions: words,
	onDemandRegions: words,
};

/** Rows over the catalogue of models: `modelId` and the members that differ. */
export function modelRows(): ValueType<Model[]> {
	const row = mapping(members);
	return {
		placeholder: "[{ modelId: … }]",
		takes: "a list such as [{ modelId: acme.model-1, contextWindow: 8000 }]",
		form: "plain",
		show: () => "",
		read(value) {
			if (!Array.isArray(value)) throw new WrongValue();
			return readEach(value, (item, index) => readRow(row, item, index));
		},
	};
}

function readRow(
	row: ValueType<Record<string, unknown>>,
	item: unknown,
	index: number,
): Model {
	const wrong: string[] = [];
	let place: WrongValue["path"] = [];
	const label = (path: WrongValue["path"]) => {
		place = path;
		return `row ${index + 1}`;
	};
	const read = readAs(row, item, label, (problem) => wrong.push(problem));
	if (read && typeof read.modelId !== "string")
		wrong.push(`row ${index + 1} has no modelId.`);
	if (wrong.length > 0) throw new WrongValue(`: ${wrong.join(" ")}`, place);
	// Each member was read by its own type; the checker cannot follow names through a loop.
	return read as unknown as Model;
}
