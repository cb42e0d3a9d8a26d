import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { embedInputs, rankDocuments } from "../../src/engines/similarity.ts";
import { cpuMs } from "../support/cpu.ts";

async function embed(texts: string[], dimensions = 1024): Promise<number[][]> {
	return embedInputs({
		modelId: "m",
		dimensions,
		inputs: texts.map((text) => ({ text })),
	});
}

function dot(one: number[] = [], other: number[] = []): number {
	return one.reduce(
		(sum, value, index) => sum + value * (other[index] ?? 0),
		0,
	);
}

test.each([256, 384, 512, 1024, 1536, 3072])(
	"a vector of %i numbers has unit length",
	async (dimensions) => {
		const [vector] = await embed(["granite"], dimensions);
		expect(vector).toHaveLength(dimensions);
		expect(dot(vector, vector)).toBeCloseTo(1, 5);
	},
);

test("the same text gives the same vector, another one another", async () => {
	const [one, again, other] = await embed([
		"granite cliffs",
		"granite cliffs",
		"basalt columns",
	]);
	expect(again).toEqual(one);
	expect(other).not.toEqual(one);
});

test("the vectors of a new process are the same", async () => {
	const script = `
		import { embedInputs } from "./src/engines/similarity.ts";
		const [vector] = await embedInputs({ modelId: "m", dimensions: 256, inputs: [{ text: "granite cliffs" }] });
		console.log(JSON.stringify(vector));`;
	const { stdout } = await promisify(execFile)(
		process.execPath,
		["--input-type=module", "-e", script],
		{
			cwd: new URL("../..", import.meta.url).pathname,
		},
	);
	const [here] = await embed(["granite cliffs"], 256);
	expect(JSON.parse(stdout)).toEqual(here);
});

test("the first numbers of a text are written down, so that stored vectors stay comparable", async () => {
	const [vector] = await embed(["granite cliffs"], 256);
	expect(vector?.slice(0, 4)).toEqual([
		-0.09993518, -0.05254857, 0.07892343, 0.01814826,
	]);
});

test("texts that share words are closer than texts that share none", async () => {
	const [one, near, far] = await embed([
		"The glacier carved the valley.",
		"A valley that a glacier has carved",
		"Invoices are sent every month.",
	]);
	expect(dot(one, near)).toBeGreaterThan(0.6);
	expect(Math.abs(dot(one, far))).toBeLessThan(0.15);
});

test("forms of one word are close", async () => {
	const [one, other] = await embed([
		"cancelling subscriptions",
		"cancel my subscription",
	]);
	expect(dot(one, other)).toBeGreaterThan(0.6);
});

test("a misspelt word is still near", async () => {
	const [one, misspelt, other] = await embed([
		"authentication",
		"autentication",
		"photosynthesis",
	]);
	expect(dot(one, misspelt)).toBeGreaterThan(dot(one, other) + 0.1);
});

test("synonyms are close", async () => {
	const [one, synonym, other] = await embed([
		"buy a car",
		"purchase an automobile",
		"climb a mountain",
	]);
	expect(dot(one, synonym)).toBeGreaterThan(dot(one, other) + 0.2);
});

test("texts in Chinese are close when they share characters in a row", async () => {
	const [one, near, far] = await embed([
		"取消我的订阅",
		"怎么取消订阅",
		"明天的天气",
	]);
	expect(dot(one, near)).toBeGreaterThan(dot(one, far) + 0.2);
});

test("case and accents make no difference", async () => {
	const [one, other] = await embed(["CAFÉ CRÈME", "cafe creme"]);
	expect(other).toEqual(one);
});

test("equal images have equal vectors, different ones unrelated ones", async () => {
	const inputs = [
		[1, 2, 3],
		[1, 2, 3],
		[1, 2, 4],
	].map((bytes) => ({ media: [Uint8Array.from(bytes)] }));
	const [one, same, other] = await embedInputs({
		modelId: "m",
		dimensions: 1024,
		inputs,
	});
	expect(same).toEqual(one);
	expect(Math.abs(dot(one, other))).toBeLessThan(0.2);
});

test("a vector holds no whole numbers, which clients read as integers", async () => {
	const [picture] = await embedInputs({
		modelId: "m",
		dimensions: 256,
		inputs: [{ media: [Uint8Array.of(1, 2, 3)] }],
	});
	expect(picture?.filter(Number.isInteger)).toEqual([]);
});

test("blank text has a vector of unit length", async () => {
	const [vector] = await embed(["  "]);
	expect(dot(vector, vector)).toBeCloseTo(1, 5);
});

test("hostile text is embedded in no time", async () => {
	const took = await cpuMs(() =>
		embed([
			"a".repeat(2_000_000),
			"a-".repeat(1_000_000),
			"字".repeat(1_000_000),
		]),
	);
	expect(took).toBeLessThan(5_000);
});

test("relevances are between 0 and 1 and higher for the better answer", async () => {
	const [good = 0, bad = 1] = await rankDocuments({
		modelId: "m",
		query: "how long are backups kept",
		documents: [
			"Backups are kept for 35 days.",
			"Espresso needs fine grounds.",
		],
	});
	expect(good).toBeGreaterThan(0.5);
	expect(good).toBeLessThan(1);
	expect(bad).toBeGreaterThan(0);
	expect(bad).toBeLessThan(0.1);
});
