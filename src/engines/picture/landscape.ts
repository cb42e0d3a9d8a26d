/** Layers of rock under a sky: the background of every picture. */
import type { Random } from "../../call.ts";
import type { Pixels } from "./encode.ts";

type Color = [red: number, green: number, blue: number];

const layers = 5;

/**
 * Fills the picture: a sky that fades downwards, a sun, and ridges that grow darker towards the viewer.
 *
 * @param colors - as `#rrggbb`; without them chance chooses
 */
export function paintLandscape(
	pixels: Pixels,
	random: Random,
	colors: string[] | undefined,
): void {
	const hue = random.next() * 360;
	const given = colors?.map(readColor) ?? [];
	const sky = given[0] ?? hsl(hue, 0.55, 0.42);
	const horizon = given[1] ?? given[0] ?? hsl(hue + 40, 0.7, 0.78);
	const rock = given.at(-1) ?? hsl(hue + 190, 0.35, 0.3);
	const sun = placeSun(pixels, random);
	const ridges = Array.from({ length: layers }, (_, layer) =>
		ridge(pixels, random, 0.42 + 0.12 * layer),
	);
	// What nearer ridges hide is not painted: down to where each column of them is opaque.
	const hidden = new Float32Array(pixels.width).fill(pixels.height);
	const ends: Float32Array[] = [];
	for (const tops of ridges.toReversed()) {
		ends.unshift(hidden.slice());
		for (const [x, top] of tops.entries())
			hidden[x] = Math.min(hidden[x] ?? 0, Math.max(0, Math.ceil(top)));
	}
	paintSky(pixels, sun, [sky, horizon], hidden);
	for (const [layer, tops] of ridges.entries()) {
		const near = (layer + 1) / layers;
		const base = given[layer % Math.max(1, given.length)];
		const color = base
			? blend(base, [0, 0, 0], near * 0.5)
			: blend(horizon, rock, 0.25 + 0.75 * near);
		paintRidge(pixels, tops, ends[layer] ?? hidden, color);
	}
}

interface Sun {
	x: number;
	y: number;
	radius: number;
}

function placeSun({ width, height }: Pixels, random: Random): Sun {
	return {
		x: width * (0.2 + 0.6 * random.next()),
		y: height * (0.1 + 0.1 * random.next()),
		radius: Math.min(width, height) * (0.06 + 0.05 * random.next()),
	};
}

/** @param ends - for each column, the first row that needs no sky */
function paintSky(
	{ width, height, data }: Pixels,
	sun: Sun,
	[top, bottom]: [Color, Color],
	ends: Float32Array,
): void {
	for (let y = 0; y < height; y++) {
		const share = Math.min(1, y / (height * 0.75));
		const [red, green, blue] = blend(top, bottom, share);
		for (let x = 0; x < width; x++) {
			const at = (y * width + x) * 4;
			data[at + 3] = 255;
			if (y >= (ends[x] ?? height)) continue;
			const distance = Math.sqrt((x - sun.x) ** 2 + (y - sun.y) ** 2);
			// One pixel of border is half covered; the rest is glow.
			const disc = Math.max(0, Math.min(1, sun.radius - distance + 0.5));
			const glow = 0.35 / (1 + (distance / sun.radius) ** 2);
			const light = Math.max(disc * 0.9, glow);
			data[at] = red + (255 - red) * light;
			data[at + 1] = green + (248 - green) * light;
			data[at + 2] = blue + (225 - blue) * light;
		}
	}
}

/** The height of a ridge in every column: a few waves of falling length, sharpened so that there are peaks. */
function ridge(
	{ width, height }: Pixels,
	random: Random,
	level: number,
): Float32Array {
	const waves = Array.from({ length: 5 }, (_, index) => ({
		frequency: (0.9 + 0.8 * random.next()) * 2 ** index,
		phase: random.next() * 2 * Math.PI,
		size: 0.095 / 2.1 ** index,
	}));
	return Float32Array.from({ length: width }, (_, x) => {
		let y = level;
		for (const { frequency, phase, size } of waves) {
			y +=
				size *
				(1 - 2 * Math.abs(Math.sin((x / width) * frequency * Math.PI + phase)));
		}
		return y * height;
	});
}

/**
 * @param tops - for each column, the row where the ridge begins
 * @param ends - for each column, the first row that nearer ridges hide
 */
function paintRidge(
	{ width, height, data }: Pixels,
	tops: Float32Array,
	ends: Float32Array,
	[red, green, blue]: Color,
): void {
	const bands = strata(height);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const top = tops[x] ?? height;
			if (y + 1 <= top || y >= (ends[x] ?? height)) continue;
			const share = Math.min(1, y + 1 - top);
			const band = bands[Math.max(0, Math.round(y - top))] ?? 1;
			const at = (y * width + x) * 4;
			data[at] = mixed(data[at], red * band, share);
			data[at + 1] = mixed(data[at + 1], green * band, share);
			data[at + 2] = mixed(data[at + 2], blue * band, share);
		}
	}
}

/** How bright the rock is by its depth in pixels: bands that follow the ridge, darker below. */
function strata(height: number): Float32Array {
	return Float32Array.from({ length: 2 * height }, (_, pixels) => {
		const depth = pixels / height;
		const wave = 0.5 + 0.5 * Math.sin(depth * 90);
		return 1 - 0.07 * wave - 0.25 * Math.min(1, depth * 1.5);
	});
}

function mixed(under: number | undefined, over: number, share: number): number {
	return (under ?? 0) * (1 - share) + over * share;
}

function blend(one: Color, other: Color, share: number): Color {
	return [
		one[0] + (other[0] - one[0]) * share,
		one[1] + (other[1] - one[1]) * share,
		one[2] + (other[2] - one[2]) * share,
	];
}

function readColor(hex: string): Color {
	const value = Number.parseInt(hex.slice(1), 16);
	return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** @param hue - degrees */
function hsl(hue: number, saturation: number, lightness: number): Color {
	const reach = saturation * Math.min(lightness, 1 - lightness);
	const channel = (offset: number) => {
		const turn = (offset + hue / 30) % 12;
		return (
			255 * (lightness - reach * Math.max(-1, Math.min(turn - 3, 9 - turn, 1)))
		);
	};
	return [channel(0), channel(8), channel(4)];
}
