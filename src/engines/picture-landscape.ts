/** Layers of rock under a sky: the background of every picture. */
import type { Random } from "../call.ts";
import type { Pixels } from "./picture-encode.ts";

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
	paintSky(pixels, random, sky, horizon);
	for (let layer = 0; layer < layers; layer++) {
		const near = (layer + 1) / layers;
		const base = given[layer % Math.max(1, given.length)];
		const color = base
			? blend(base, [0, 0, 0], near * 0.5)
			: blend(horizon, rock, 0.25 + 0.75 * near);
		paintRidge(pixels, ridge(pixels, random, 0.42 + 0.12 * layer), color);
	}
}

function paintSky(
	{ width, height, data }: Pixels,
	random: Random,
	top: Color,
	bottom: Color,
): void {
	const edge = Math.min(width, height);
	const sunX = width * (0.2 + 0.6 * random.next());
	const sunY = height * (0.12 + 0.2 * random.next());
	const radius = edge * (0.06 + 0.05 * random.next());
	for (let y = 0; y < height; y++) {
		const [red, green, blue] = blend(
			top,
			bottom,
			Math.min(1, y / (height * 0.75)),
		);
		for (let x = 0; x < width; x++) {
			const distance = Math.hypot(x - sunX, y - sunY);
			// One pixel of border is half covered; the rest is glow.
			const disc = Math.max(0, Math.min(1, radius - distance + 0.5));
			const share = Math.max(disc * 0.9, 0.35 / (1 + (distance / radius) ** 2));
			const at = (y * width + x) * 4;
			data[at] = red + (255 - red) * share;
			data[at + 1] = green + (248 - green) * share;
			data[at + 2] = blue + (225 - blue) * share;
			data[at + 3] = 255;
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

function paintRidge(
	{ width, height, data }: Pixels,
	tops: Float32Array,
	[red, green, blue]: Color,
): void {
	for (let x = 0; x < width; x++) {
		const top = tops[x] ?? height;
		for (let y = Math.max(0, Math.floor(top)); y < height; y++) {
			const share = Math.min(1, y + 1 - top);
			// Strata: bands that follow the ridge.
			const depth = (y - top) / height;
			const band =
				1 -
				0.07 * (0.5 + 0.5 * Math.sin(depth * 90)) -
				0.25 * Math.min(1, depth * 1.5);
			const at = (y * width + x) * 4;
			data[at] = mixed(data[at], red * band, share);
			data[at + 1] = mixed(data[at + 1], green * band, share);
			data[at + 2] = mixed(data[at + 2], blue * band, share);
		}
	}
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
