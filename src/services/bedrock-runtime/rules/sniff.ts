/** What bytes are by their first ones. */
export type Sniffed =
	| "pdf"
	| "zip"
	| "ole"
	| "html"
	| "text"
	| "png"
	| "jpeg"
	| "gif"
	| "webp";

/** How far into a file is looked: PDF readers allow junk before the header, texts need a sample. */
const sampleBytes = 1024;

/** The kind of a file, or undefined when its bytes give none away. Looks at the first 1024 bytes. */
export function sniff(bytes: Uint8Array): Sniffed | undefined {
	const sample = Buffer.from(
		bytes.buffer,
		bytes.byteOffset,
		Math.min(bytes.byteLength, sampleBytes),
	);
	const head = sample.toString("latin1", 0, 12);
	if (head.startsWith("\x89PNG\r\n\x1a\n")) return "png";
	if (head.startsWith("\xff\xd8\xff")) return "jpeg";
	if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "gif";
	if (head.startsWith("RIFF") && head.endsWith("WEBP")) return "webp";
	if (head.startsWith("PK\x03\x04")) return "zip";
	if (head.startsWith("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) return "ole";
	if (sample.includes("%PDF-")) return "pdf";
	if (!isText(sample)) return undefined;
	return /^\s*<(?:!doctype html|html)/i.test(sample.toString("latin1"))
		? "html"
		: "text";
}

/** No control characters but those of texts. */
function isText(sample: Buffer): boolean {
	for (const byte of sample) {
		if (
			byte < 32 &&
			byte !== 9 &&
			byte !== 10 &&
			byte !== 12 &&
			byte !== 13 &&
			byte !== 27
		)
			return false;
		if (byte === 127) return false;
	}
	return sample.length > 0;
}
