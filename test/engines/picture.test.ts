import { expect, test } from "vitest";
import {
	drawText,
	textWidth,
	wrapText,
} from "../../src/engines/picture/text.ts";
import { drawPictures } from "../../src/engines/picture.ts";
import type { ImageRequest } from "../../src/turn/image.ts";
import { type Decoded, decodeLossy, decodePng } from "../support/pictures.ts";

const request: ImageRequest = {
	modelId: "amazon.nova-canvas-v1:0",
	task: "text to image",
	prompt: "a granite cliff",
	width: 320,
	height: 320,
	format: "png",
	seeds: [7],
};

async function draw(more: Partial<ImageRequest> = {}): Promise<Uint8Array> {
	const [image] = await drawPictures({ ...request, ...more });
	return image ?? new Uint8Array();
}

/** How many pixels are nearly white. */
function whitePixels({ data }: Decoded): number {
	let count = 0;
	for (let at = 0; at < data.length; at += 3) {
		if (Math.min(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0) > 250)
			count++;
	}
	return count;
}

test("a PNG has the asked size, and every pixel", async () => {
	const decoded = decodePng(await draw({ width: 336, height: 1344 }));
	expect([decoded.width, decoded.height]).toEqual([336, 1344]);
});

test.each(["jpeg", "webp"] as const)(
	"a %s file can be decoded and looks like the PNG",
	async (format) => {
		const decoded = await decodeLossy(await draw({ format }), format);
		const exact = decodePng(await draw());
		expect([decoded.width, decoded.height]).toEqual([320, 320]);
		let difference = 0;
		for (let pixel = 0; pixel < 320 * 320; pixel++) {
			for (let channel = 0; channel < 3; channel++) {
				difference += Math.abs(
					(decoded.data[pixel * 4 + channel] ?? 0) -
						(exact.data[pixel * 3 + channel] ?? 0),
				);
			}
		}
		expect(difference / (320 * 320 * 3)).toBeLessThan(4);
	},
);

test("the same request gives the same bytes", async () => {
	expect(Buffer.from(await draw()).equals(await draw())).toBe(true);
});

test("another seed gives another picture, and so does another prompt", async () => {
	const picture = Buffer.from(await draw());
	expect(picture.equals(await draw({ seeds: [8] }))).toBe(false);
	expect(picture.equals(await draw({ prompt: "a granite clif" }))).toBe(false);
});

test("the prompt is written in white", async () => {
	const short = whitePixels(decodePng(await draw({ prompt: "i" })));
	const long = whitePixels(
		decodePng(await draw({ prompt: "MMMM MMMM MMMM MMMM" })),
	);
	expect(long).toBeGreaterThan(short + 500);
});

test("the description of a PNG says prompt, model and seed", async () => {
	const text = Buffer.from(await draw()).toString("latin1");
	expect(text).toContain("a granite cliff\namazon.nova-canvas-v1:0");
	expect(text).toContain("seed 7");
});

test("given colours colour the sky", async () => {
	const { data } = decodePng(await draw({ colors: ["#ff0000"] }));
	expect(data[0]).toBeGreaterThan(200);
	expect(data[1]).toBeLessThan(140);
});

test("a prompt of 10,000 characters in any script is drawn", async () => {
	const decoded = decodePng(
		await draw({ prompt: "漢字🙂\u200b ".repeat(2500) }),
	);
	expect(decoded.width).toBe(320);
});

test("a stem is as wide as its outline, and as dark", () => {
	const { values, width, baseline } = drawText("l", 100);
	const row = [
		...values.subarray((baseline - 30) * width, (baseline - 29) * width),
	];
	const covered = row.reduce((sum, value) => sum + value, 0);
	expect(covered).toBeGreaterThan(8);
	expect(covered).toBeLessThan(20);
	expect(Math.max(...row)).toBeCloseTo(1, 3);
	expect(row[0]).toBeCloseTo(0, 5);
	expect(row.at(-1)).toBeCloseTo(0, 5);
});

test("lines are no wider than they may be, in words where it goes", () => {
	const { lines, whole } = wrapText("granite and basalt", 20, 100, 9);
	expect(lines).toEqual(["granite", "and basalt"]);
	expect(whole).toBe(true);
	for (const line of lines)
		expect(textWidth(line, 20)).toBeLessThanOrEqual(100);
});

test("what does not fit ends with an ellipsis", () => {
	const { lines, whole } = wrapText(
		"granite and basalt and marble",
		20,
		100,
		2,
	);
	expect(whole).toBe(false);
	expect(lines).toHaveLength(2);
	expect(lines[1]).toMatch(/…$/);
});
