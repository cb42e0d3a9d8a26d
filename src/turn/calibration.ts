import { readFileSync } from "node:fs";
import { loadEncoding } from "./bpe.ts";
import { Memo } from "./memo.ts";
import { type EncodingName, vocabularyPath } from "./vocabulary.ts";

/**
 * What a family of models makes of text, in tokens. All but `encoding` and `images` are figures that ai-tokenizer's
 * authors fitted to the providers' own counts (observed by them; 98 to 99.8 % agreement for Claude, they say).
 */
export interface Calibration {
	encoding: EncodingName;
	images: ImageRule;
	/** Times the vocabulary's own count, then rounded, for each block. */
	contentMultiplier: number;
	/** Once a request; may be negative. */
	baseOverhead: number;
	/** Each message, the system prompt being one, beside its role. */
	perMessage: number;
	/** Once when there are tools, and for each tool after the first. */
	toolsExist: number;
	perTool: number;
	perDesc: number;
	perFirstProp: number;
	perAdditionalProp: number;
	perPropDesc: number;
	perEnum: number;
	perNestedObject: number;
	perArrayOfObjects: number;
}

/** How a family counts images, see `imageTokens`. */
export type ImageRule = "claude" | "claude-large" | "nova" | "patches";

let families: [string, Calibration][] | undefined;
const resolved = new Memo<Calibration>(256, 1 << 16);

/**
 * The calibration of a model, by its id, an inference profile id such as `us.amazon.nova-lite-v1:0`, or an ARN that ends
 * in one. A model of an unknown family, or one that the id does not tell (an application inference profile, say), counts
 * with cl100k_base and a plain chat template: an estimate.
 */
export function calibrationOf(modelId: string): Calibration {
	const known = resolved.get(modelId);
	if (known) return known;
	families ??= Object.entries(readCalibrations());
	const row = families.find(([part]) => modelId.includes(part));
	if (!row)
		throw new Error(
			"calibration.json lacks its last row, the one for all other models",
		);
	resolved.set(modelId, row[1]);
	return row[1];
}

/** How many tokens a text is in the family's vocabulary, before its multiplier. */
export function bareTokens(family: Calibration, text: string): number {
	return loadEncoding(family.encoding).count(text);
}

function readCalibrations(): Record<string, Calibration> {
	return JSON.parse(readFileSync(vocabularyPath("calibration.json"), "utf8"));
}
