/**
 * Packs the outlines of the letters that pictures are labelled with into `src/engines/picture/font.json`, from Inter
 * SemiBold (SIL Open Font License 1.1) as @fontsource/inter ships it: Latin, Greek and Cyrillic.
 *
 *   node scripts/font.ts
 *
 * The file holds the font's licence and `glyphs`: JSON in brotli in base64, which costs a start nothing (as an object it
 * would be parsed with the bundle). A glyph is `[advance, outline]`, the outline closed contours in thousandths of the font
 * size, y down from the baseline: `M x y` begins one, `L x y` is a line, `Q qx qy x y` a curve.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { brotliCompressSync } from "node:zlib";

/** The part of opentype.js that is used here; it ships no types. */
interface OpenType {
	parse(bytes: ArrayBuffer): Font;
}
interface Font {
	unitsPerEm: number;
	charToGlyphIndex(character: string): number;
	charToGlyph(character: string): {
		advanceWidth: number;
		getPath(x: number, y: number, size: number): { commands: Command[] };
	};
}
interface Command {
	type: "M" | "L" | "Q" | "C" | "Z";
	x: number;
	y: number;
	x1: number;
	y1: number;
}

const require = createRequire(import.meta.url);
const opentype = require("opentype.js") as OpenType;

/** Basic Latin to Latin Extended-A, Greek, Cyrillic, and the punctuation of texts. */
const ranges: [number, number][] = [
	[0x20, 0x7e],
	[0xa0, 0x17f],
	[0x218, 0x21b],
	[0x386, 0x3ce],
	[0x400, 0x45f],
	[0x490, 0x491],
	[0x2013, 0x2014],
	[0x2018, 0x201e],
	[0x2022, 0x2022],
	[0x2026, 0x2026],
	[0x20ac, 0x20ac],
	[0xd7, 0xd7],
];

const fonts = ["latin", "latin-ext", "greek", "cyrillic", "cyrillic-ext"].map(
	(subset) => {
		const path = `@fontsource/inter/files/inter-${subset}-600-normal.woff`;
		const bytes = readFileSync(require.resolve(path));
		return opentype.parse(new Uint8Array(bytes).buffer);
	},
);

const glyphs: Record<string, [number, string]> = {};
for (const [first, last] of ranges) {
	for (let code = first; code <= last; code++) {
		const character = String.fromCodePoint(code);
		const font = fonts.find((font) => font.charToGlyphIndex(character) > 0);
		if (font) glyphs[character] = pack(font, character);
	}
}

function pack(font: Font, character: string): [number, string] {
	const glyph = font.charToGlyph(character);
	const { commands } = glyph.getPath(0, 0, 1000);
	let outline = "";
	let last = "";
	for (const { type, x, y, x1, y1 } of commands) {
		if (type === "C") throw new Error(`${character} has cubic curves`);
		if (type === "Z") continue;
		const end = `${Math.round(x)} ${Math.round(y)}`;
		if (type === "L" && end === last) continue;
		outline += type;
		if (type === "Q") outline += `${Math.round(x1)} ${Math.round(y1)} `;
		outline += end;
		last = end;
	}
	const advance = Math.round((glyph.advanceWidth * 1000) / font.unitsPerEm);
	return [advance, outline];
}

const license = readFileSync(
	require.resolve("@fontsource/inter/LICENSE"),
	"utf8",
);
const packed = brotliCompressSync(JSON.stringify(glyphs)).toString("base64");
writeFileSync(
	new URL("../src/engines/picture/font.json", import.meta.url),
	`${JSON.stringify({ license, glyphs: packed }, null, "\t")}\n`,
);
console.log(`${Object.keys(glyphs).length} glyphs`);
