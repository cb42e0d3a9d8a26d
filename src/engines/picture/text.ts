/** Letters as coverage: outlines filled without a graphics library. */
import { brotliDecompressSync } from "node:zlib";
import packed from "./font.json" with { type: "json" };

/** Advance in thousandths of the font size, and the outline as `scripts/font.ts` packs it. */
type Glyph = [number, string];

let loaded: Record<string, Glyph> | undefined;

function glyphs(): Record<string, Glyph> {
	loaded ??= JSON.parse(
		brotliDecompressSync(Buffer.from(packed.glyphs, "base64")).toString("utf8"),
	) as Record<string, Glyph>;
	return loaded;
}

/** What stands for characters that the font lacks: a frame. */
const unknown: Glyph = [
	700,
	"M80 0L80 -700L620 -700L620 0M140 -60L560 -60L560 -640L140 -640",
];

function glyphOf(character: string): Glyph {
	const all = glyphs();
	if (Object.hasOwn(all, character)) return all[character] ?? unknown;
	// What cannot be seen takes no room: joiners, marks, control characters.
	return /[\p{M}\p{C}]/u.test(character) ? [0, ""] : unknown;
}

/** Width of a text in pixels at a font size. */
export function textWidth(text: string, size: number): number {
	let width = 0;
	for (const character of text) width += (glyphOf(character)[0] * size) / 1000;
	return width;
}

/**
 * Breaks a text into lines no wider than `width` pixels, between words where it can, at the text's own line breaks always.
 * Past `maxLines` the rest is dropped and the last line ends with `…`.
 */
export function wrapText(
	text: string,
	size: number,
	width: number,
	maxLines: number,
): { lines: string[]; whole: boolean } {
	const lines: string[] = [];
	for (const paragraph of text.split(/\r?\n/)) {
		let line = "";
		for (const word of paragraph.split(/\s+/)) {
			const longer = line === "" ? word : `${line} ${word}`;
			if (textWidth(longer, size) <= width) {
				line = longer;
				continue;
			}
			if (line !== "") lines.push(line);
			line = "";
			for (const character of word) {
				if (line !== "" && textWidth(line + character, size) > width) {
					lines.push(line);
					line = "";
				}
				line += character;
			}
			if (lines.length > maxLines) break;
		}
		if (line !== "") lines.push(line);
		if (lines.length > maxLines) break;
	}
	if (lines.length <= maxLines) return { lines, whole: true };
	const kept = lines.slice(0, maxLines);
	let last = kept[maxLines - 1] ?? "";
	while (last !== "" && textWidth(`${last}…`, size) > width)
		last = [...last].slice(0, -1).join("");
	kept[maxLines - 1] = `${last.trimEnd()}…`;
	return { lines: kept, whole: false };
}

/** How much of each pixel a text covers, 0 to 1, row by row. */
export interface Coverage {
	width: number;
	height: number;
	/** Pixels from the top down to the baseline. */
	baseline: number;
	values: Float32Array;
}

/** Draws one line of text at a font size in pixels. */
export function drawText(text: string, size: number): Coverage {
	const width = Math.ceil(textWidth(text, size)) + 2;
	const baseline = Math.ceil(size * 1.05);
	const height = baseline + Math.ceil(size * 0.35);
	const filling = new Filling(width, height);
	let x = 1;
	for (const character of text) {
		const [advance, outline] = glyphOf(character);
		filling.trace(outline, x, baseline, size / 1000);
		x += (advance * size) / 1000;
	}
	return { width, height, baseline, values: filling.values() };
}

/**
 * Fills outlines by accumulated signed areas: every edge adds to the pixels it crosses what it encloses to their right,
 * and a sum along the row gives exact coverage. The technique of font-rs (documented by its author, Raph Levien).
 */
class Filling {
	readonly #width: number;
	readonly #height: number;
	readonly #areas: Float32Array;

	constructor(width: number, height: number) {
		this.#width = width;
		this.#height = height;
		this.#areas = new Float32Array(width * height + 1);
	}

	/** Follows an outline that is moved to (left, baseline) and scaled. */
	trace(outline: string, left: number, baseline: number, scale: number): void {
		let startX = 0;
		let startY = 0;
		let x = 0;
		let y = 0;
		for (const step of outline.matchAll(/([MLQ])([^MLQ]*)/g)) {
			const [a = 0, b = 0, c = 0, d = 0] = (step[2] ?? "")
				.split(" ")
				.map((value, index) =>
					index % 2 === 0
						? left + Number(value) * scale
						: baseline + Number(value) * scale,
				);
			if (step[1] === "M") {
				this.#line(x, y, startX, startY);
				[startX, startY, x, y] = [a, b, a, b];
			} else if (step[1] === "L") {
				this.#line(x, y, a, b);
				[x, y] = [a, b];
			} else {
				this.#curve(x, y, a, b, c, d);
				[x, y] = [c, d];
			}
		}
		this.#line(x, y, startX, startY);
	}

	values(): Float32Array {
		const values = new Float32Array(this.#width * this.#height);
		for (let row = 0; row < this.#height; row++) {
			let sum = 0;
			for (let column = 0; column < this.#width; column++) {
				const at = row * this.#width + column;
				sum += this.#areas[at] ?? 0;
				values[at] = Math.min(1, Math.abs(sum));
			}
		}
		return values;
	}

	#curve(
		x0: number,
		y0: number,
		x1: number,
		y1: number,
		x2: number,
		y2: number,
	): void {
		const bend = Math.hypot(x0 - 2 * x1 + x2, y0 - 2 * y1 + y2);
		const steps = Math.max(1, Math.min(32, Math.ceil(Math.sqrt(bend) * 2)));
		let fromX = x0;
		let fromY = y0;
		for (let step = 1; step <= steps; step++) {
			const t = step / steps;
			const s = 1 - t;
			const x = s * s * x0 + 2 * s * t * x1 + t * t * x2;
			const y = s * s * y0 + 2 * s * t * y1 + t * t * y2;
			this.#line(fromX, fromY, x, y);
			[fromX, fromY] = [x, y];
		}
	}

	#line(x0: number, y0: number, x1: number, y1: number): void {
		if (y0 === y1) return;
		const direction = y0 < y1 ? 1 : -1;
		const [topX, topY, endX, endY] =
			y0 < y1 ? [x0, y0, x1, y1] : [x1, y1, x0, y0];
		const slope = (endX - topX) / (endY - topY);
		const last = Math.min(this.#height, Math.ceil(endY));
		for (let row = Math.max(0, Math.floor(topY)); row < last; row++) {
			const from = Math.max(row, topY);
			const to = Math.min(row + 1, endY);
			if (to <= from) continue;
			const left = topX + (from - topY) * slope;
			const right = topX + (to - topY) * slope;
			this.#spread(row, left, right, (to - from) * direction);
		}
	}

	/** An edge within one row, from x `one` to x `other`, of height `area`. */
	#spread(row: number, one: number, other: number, area: number): void {
		const limit = this.#width - 1;
		const left = Math.max(0, Math.min(limit, Math.min(one, other)));
		const right = Math.max(0, Math.min(limit, Math.max(one, other)));
		const base = row * this.#width;
		const first = Math.floor(left);
		const end = Math.ceil(right);
		if (end <= first + 1) {
			const inside = 1 - ((left + right) / 2 - first);
			this.#add(base + first, area * inside);
			this.#add(base + first + 1, area * (1 - inside));
			return;
		}
		let before = 0;
		for (let column = first; column < end; column++) {
			const covered = coveredBy(left, right, column);
			this.#add(base + column, area * (covered - before));
			before = covered;
		}
		this.#add(base + end, area * (1 - before));
	}

	#add(at: number, area: number): void {
		if (at < this.#areas.length)
			this.#areas[at] = (this.#areas[at] ?? 0) + area;
	}
}

/** The mean over a pixel of how far an edge from `left` to `right` has passed. */
function coveredBy(left: number, right: number, column: number): number {
	const passed = (x: number) => {
		const at = Math.max(0, Math.min(right - left, x - left));
		return (at * at) / (2 * (right - left)) + Math.max(0, x - right);
	};
	return passed(column + 1) - passed(column);
}
