import type { ImageRule } from "./calibration.ts";
import { type ImageSize, imageSize } from "./image-size.ts";

/** Where the size cannot be read: an object in S3, or no image at all (assumed). */
const typicalSize: ImageSize = { width: 1024, height: 1024 };

/**
 * How many tokens an image is.
 *
 * claude: a token for 750 pixels, after scaling it down to a long edge of 1568 pixels and 1600 tokens (documented; sizes
 * beyond were counted as 1560, observed by others). claude-large: the same with 2576 pixels (observed by others on
 * Opus 4.7; assumed for later ones) and 4784 tokens (assumed). nova: a line through the five sizes of the Nova user guide, which it meets within 12 %, after
 * scaling up to 900 pixels; no more than the guide's largest (assumed). patches: one for 28 x 28 pixels of at most
 * 1024 x 1024, as open vision models do (assumed).
 */
export function imageTokens(
	rule: ImageRule,
	bytes: Uint8Array | undefined,
): number {
	const size = (bytes && imageSize(bytes)) ?? typicalSize;
	return Math.max(1, rules[rule](size.width, size.height));
}

const rules: Record<ImageRule, (width: number, height: number) => number> = {
	claude: (width, height) => claudeTokens(width, height, 1568, 1600),
	"claude-large": (width, height) => claudeTokens(width, height, 2576, 4784),
	nova(width, height) {
		const scale = Math.max(1, 900 / Math.max(width, height));
		return Math.min(
			2600,
			Math.round(230 + (width * height * scale * scale) / 710),
		);
	},
	patches(width, height) {
		const scale = Math.min(1, 1024 / Math.max(width, height));
		return Math.ceil((width * scale) / 28) * Math.ceil((height * scale) / 28);
	},
};

function claudeTokens(
	width: number,
	height: number,
	maxEdge: number,
	maxTokens: number,
): number {
	const scale = Math.min(1, maxEdge / Math.max(width, height));
	return Math.min(maxTokens, Math.ceil((width * height * scale * scale) / 750));
}

/**
 * How many tokens a video is: 288 a frame (assumed), a frame a second and at most 960 (documented for Nova), at 1 Mbit/s
 * (assumed). Unknown size, as in S3: a minute (assumed).
 */
export function videoTokens(bytes: Uint8Array | undefined): number {
	const seconds = bytes ? Math.ceil(bytes.length / 125_000) : 60;
	return 288 * Math.min(960, Math.max(1, seconds));
}

/** How many tokens a sound is: 25 a second at 128 kbit/s; unknown size: a minute (assumed). */
export function audioTokens(bytes: Uint8Array | undefined): number {
	const seconds = bytes ? Math.ceil(bytes.length / 16_000) : 60;
	return 25 * Math.max(1, seconds);
}

const textFormats = ["txt", "md", "csv", "html"];

/** The text of a document that is text; undefined for PDF, Word and Excel files. Broken UTF-8 becomes U+FFFD. */
export function documentText(
	bytes: Uint8Array,
	format: string | undefined,
): string | undefined {
	return format && textFormats.includes(format)
		? Buffer.from(bytes).toString("utf8")
		: undefined;
}

/**
 * How many tokens a document is whose text we do not read: 2000 a page of a PDF for models that see its pages (1,592 to
 * 2,278 observed by others on Claude 4.5), 350 for those that get its text alone (documented: about 1,000 for three pages;
 * that Llama and Pixtral get no more is observed, pydantic-ai's recordings). 50 KB are a page when none is found; a token
 * for 10 bytes of the packed Office formats; 2000 for one in S3 (all assumed).
 */
export function documentTokens(
	bytes: Uint8Array | undefined,
	format: string | undefined,
	images: ImageRule,
): number {
	if (!bytes) return 2000;
	if (format !== "pdf") return Math.max(1, Math.ceil(bytes.length / 10));
	const pages =
		pdfPages(bytes) || Math.max(1, Math.ceil(bytes.length / 50_000));
	return pages * (images === "patches" ? 350 : 2000);
}

/** Page objects that stand in the open; those within compressed object streams are not seen. */
function pdfPages(bytes: Uint8Array): number {
	const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let pages = 0;
	for (const sign of ["/Type /Page", "/Type/Page"]) {
		for (
			let at = file.indexOf(sign);
			at >= 0;
			at = file.indexOf(sign, at + sign.length)
		) {
			if (file[at + sign.length] !== 0x73) pages++; // not "/Pages"
		}
	}
	return pages;
}
