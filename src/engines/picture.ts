/** Pictures without a model: a landscape that the seed chooses, with the prompt written on it. */
import { hashText, seededRandom } from "../random.ts";
import type { ImageRequest } from "../turn/image.ts";
import { encodeImage, type Pixels } from "./picture/encode.ts";
import { paintLandscape } from "./picture/landscape.ts";
import { drawText, textWidth, wrapText } from "./picture/text.ts";

/** Text past this many characters would not be legible anyway. */
const maxPromptLength = 1200;

/**
 * One encoded picture for each seed: the same request gives the same picture. It shows the prompt and, small, the model,
 * the seed and what was asked for.
 */
export async function drawPictures(
	request: ImageRequest,
): Promise<Uint8Array[]> {
	const { width, height, format, prompt, seeds, colors } = request;
	const images: Uint8Array[] = [];
	for (const seed of seeds) {
		const data = new Uint8ClampedArray(width * height * 4);
		const pixels: Pixels = { width, height, data };
		paintLandscape(pixels, seededRandom(hashText(prompt, seed)), colors);
		write(pixels, request, seed);
		images.push(
			await encodeImage(pixels, format, `${prompt}\n${caption(request, seed)}`),
		);
		// A large picture takes a while: others may have their turn.
		await new Promise((resolve) => setImmediate(resolve));
	}
	return images;
}

function caption({ modelId, task, sources = [] }: ImageRequest, seed: number) {
	const count = sources.length;
	const given =
		count === 0 ? "" : ` · from ${count} ${count === 1 ? "image" : "images"}`;
	return `${modelId} · ${task}${given} · seed ${seed}`;
}

/** The prompt in the middle on a dark panel, as large as fits; the small print at the bottom. */
function write(pixels: Pixels, request: ImageRequest, seed: number): void {
	const { width, height } = pixels;
	const edge = Math.min(width, height);
	const margin = Math.round(edge * 0.06);
	const small = Math.max(9, Math.round(edge * 0.022));
	const room = width - 4 * margin;
	const lines = wrapText(
		caption(request, seed),
		small,
		width - 2 * margin,
		3,
	).lines;
	const footHeight = Math.round(lines.length * small * 1.35 + small);
	shade(pixels, 0, height - footHeight, width, footHeight, 0.55);
	for (const [index, line] of lines.entries()) {
		const y = height - footHeight + small * 0.5 + index * small * 1.35;
		print(pixels, line, margin, y, small);
	}
	writePrompt(pixels, request, {
		margin,
		small,
		room,
		bottom: height - footHeight,
	});
}

interface Space {
	margin: number;
	small: number;
	room: number;
	bottom: number;
}

function writePrompt(
	pixels: Pixels,
	{ prompt, negativePrompt, task }: ImageRequest,
	{ margin, small, room, bottom }: Space,
): void {
	const text = (prompt.trim() || task).slice(0, maxPromptLength);
	const most = bottom - 4 * margin;
	let size = Math.round(Math.min(pixels.width, pixels.height) * 0.062);
	let wrapped = wrapInto(text, size, room, most);
	while (!wrapped.whole && size > small) {
		size = Math.max(small, Math.floor(size * 0.9));
		wrapped = wrapInto(text, size, room, most);
	}
	const without = negativePrompt
		? wrapText(
				`without: ${negativePrompt.slice(0, maxPromptLength)}`,
				small,
				room,
				2,
			).lines
		: [];
	const textHeight =
		wrapped.lines.length * size * 1.3 + without.length * small * 1.5;
	const boxHeight = Math.round(textHeight + 1.4 * margin);
	const top = Math.max(margin / 2, Math.round((bottom - boxHeight) / 2));
	shade(pixels, margin, top, pixels.width - 2 * margin, boxHeight, 0.45);
	let y = top + 0.7 * margin;
	for (const line of wrapped.lines) {
		print(pixels, line, (pixels.width - textWidth(line, size)) / 2, y, size);
		y += size * 1.3;
	}
	for (const line of without) {
		y += small * 0.15;
		print(pixels, line, (pixels.width - textWidth(line, small)) / 2, y, small);
		y += small * 1.35;
	}
}

function wrapInto(text: string, size: number, width: number, height: number) {
	const maxLines = Math.max(1, Math.floor(height / (size * 1.3)));
	return wrapText(text, size, width, maxLines);
}

/** Darkens a rectangle by a share of 0 to 1. */
function shade(
	{ width, height, data }: Pixels,
	left: number,
	top: number,
	across: number,
	down: number,
	share: number,
): void {
	const [fromX, toX] = [
		Math.max(0, Math.round(left)),
		Math.min(width, Math.round(left + across)),
	];
	const [fromY, toY] = [
		Math.max(0, Math.round(top)),
		Math.min(height, Math.round(top + down)),
	];
	for (let y = fromY; y < toY; y++) {
		for (let at = (y * width + fromX) * 4; at < (y * width + toX) * 4; at++) {
			if (at % 4 !== 3) data[at] = (data[at] ?? 0) * (1 - share);
		}
	}
}

/** White text with its top left corner at a place; what lies outside of the picture is cut off. */
function print(
	{ width, height, data }: Pixels,
	text: string,
	left: number,
	top: number,
	size: number,
): void {
	const cover = drawText(text, size);
	const [x0, y0] = [Math.round(left), Math.round(top)];
	for (let row = 0; row < cover.height; row++) {
		const y = y0 + row;
		if (y < 0 || y >= height) continue;
		for (let column = 0; column < cover.width; column++) {
			const x = x0 + column;
			const share = cover.values[row * cover.width + column] ?? 0;
			if (share === 0 || x < 0 || x >= width) continue;
			for (let at = (y * width + x) * 4; at % 4 !== 3; at++) {
				const value = data[at] ?? 0;
				data[at] = value + (255 - value) * share;
			}
		}
	}
}
