import fc from "fast-check";
import { expect, test } from "vitest";
import { linkDescription, type Shape } from "../../src/protocol/description.ts";
import { readFrames } from "../../src/protocol/frames.ts";
import { writeMembers } from "../../src/protocol/write-json.ts";
import { encodeStreamEvent } from "../../src/protocol/write-stream.ts";
import { bedrockRuntime } from "../../src/services/bedrock-runtime/index.ts";

const member = (shape: string) => ({ shape });
const { shapes } = linkDescription({
	service: { name: "test", sdkId: "", version: "", signingName: "" },
	operations: {},
	shapes: {
		Everything: {
			type: "structure",
			members: {
				again: member("Everything"),
				blob: member("Blob"),
				beside: { ...member("String"), in: "header" },
				boolean: member("Boolean"),
				date: member("Timestamp"),
				document: member("Document"),
				integer: member("Integer"),
				listOfStrings: member("Strings"),
				listOfStructures: member("Structures"),
				mapOfBlobs: member("Blobs"),
				mapOfStructures: member("StructureMap"),
				o: member("String"),
				q: member("Double"),
				text: member("String"),
			},
		},
		Blob: { type: "blob" },
		Boolean: { type: "boolean" },
		Timestamp: { type: "timestamp" },
		Document: { type: "document" },
		Integer: { type: "long" },
		Double: { type: "double" },
		String: { type: "string" },
		Strings: { type: "list", member: "String" },
		Structures: { type: "list", member: "Everything" },
		Blobs: { type: "map", key: "String", value: "Blob" },
		StructureMap: { type: "map", key: "String", value: "Everything" },
	},
});
const everything = shapeOf(shapes, "Everything");

function shapeOf(all: Map<string, Shape>, name: string): Shape {
	const shape = all.get(name);
	if (!shape) throw new Error(`There is no shape ${name}.`);
	return shape;
}

/** Any UTF-16 at all, halves of surrogate pairs among it, and what JSON or JavaScript has trouble with. */
const text = fc.oneof(
	fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }),
	fc.string({ unit: "grapheme" }),
	fc.constantFrom(
		"__proto__",
		"constructor",
		"toJSON",
		"\u2028\u2029",
		"\ud800",
	),
	fc.constantFrom("\0\b\t\n\f\r\x1f\x7f", '"\\/', "\udc00\ud83d", "1", ""),
);
const number = fc.oneof(
	fc.double(),
	fc.integer(),
	fc.constantFrom(-0, 0, Number.NaN, Number.POSITIVE_INFINITY),
	fc.constantFrom(2 ** 53, 2 ** 53 + 2, 1e21, 1e-7),
);
const { document } = fc.letrec<{ document: unknown }>((tie) => ({
	document: fc.oneof(
		{ depthSize: "small", withCrossShrink: true },
		text,
		number,
		fc.boolean(),
		fc.constantFrom(null, undefined),
		fc.array(tie("document"), { maxLength: 3 }),
		fc
			.array(fc.tuple(text, tie("document")), { maxLength: 3 })
			.map((entries) => Object.fromEntries(entries)),
	),
}));

/** Values of a shape, with members that are missing, undefined or null. */
function anyOf(shape: Shape, levelsLeft: number): fc.Arbitrary<unknown> {
	const { type } = shape;
	if (type === "structure" || type === "union")
		return structureOf(shape, levelsLeft);
	const inner = shape.member ?? shape.value;
	const item: fc.Arbitrary<unknown> =
		inner && levelsLeft > 0
			? fc.option(anyOf(inner, levelsLeft - 1), { freq: 9 })
			: fc.constant(null);
	if (type === "list") return fc.array(item, { maxLength: 3 });
	if (type === "map")
		return fc
			.array(fc.tuple(text, fc.oneof(item, fc.constant(undefined))), {
				maxLength: 3,
			})
			.map((entries) => Object.fromEntries(entries));
	// A view of a part, as what comes off a socket is.
	if (type === "blob")
		return fc.uint8Array({ minLength: 1 }).map((bytes) => bytes.subarray(1));
	if (type === "timestamp") return fc.date({ noInvalidDate: true });
	if (type === "boolean") return fc.boolean();
	if (type === "document") return document;
	return type === "string" ? text : number;
}

function structureOf(shape: Shape, levelsLeft: number) {
	const members = levelsLeft > 0 ? shape.members : [];
	return fc.record(
		Object.fromEntries(
			members.map(({ name, target }) => [
				name,
				fc.option(anyOf(target, levelsLeft - 1), {
					nil: name.length % 2 ? null : undefined,
				}),
			]),
		),
		{ requiredKeys: [] },
	);
}

/** What `JSON.stringify` is to be given: the plain object that the text stands for. */
function plain(shape: Shape, value: unknown): unknown {
	if (value === undefined || value === null) return null;
	if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
	if (value instanceof Date) return value.toISOString().replace(".000Z", "Z");
	if (shape.type === "list")
		return [...(value as unknown[])].map((item) =>
			plain(shape.member as Shape, item),
		);
	if (shape.type === "map")
		return Object.fromEntries(
			Object.entries(value)
				.filter(([, item]) => item !== undefined)
				.map(([key, item]) => [key, plain(shape.value as Shape, item)]),
		);
	if (shape.type === "structure" || shape.type === "union")
		return plainMembers(shape, value as Record<string, unknown>);
	return value;
}

function plainMembers(
	shape: Shape,
	value: Record<string, unknown>,
	p?: string,
): Record<string, unknown> {
	const entries: [string, unknown][] = shape.members
		.filter((member) => member.in === "body")
		.filter(({ name }) => value[name] !== undefined && value[name] !== null)
		.map(({ name, target }) => [name, plain(target, value[name])]);
	if (p !== undefined) entries.push(["p", p]);
	return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

test("values of every type are written as JSON.stringify writes them", () => {
	fc.assert(
		fc.property(
			structureOf(everything, 4),
			fc.option(fc.constantFrom("", "abc"), { nil: undefined }),
			(value, p) => {
				expect(writeMembers(everything, value, p)).toBe(
					JSON.stringify(plainMembers(everything, value, p)),
				);
			},
		),
		{ numRuns: 1000, seed: 42 },
	);
});

test("events of ConverseStream are written as JSON.stringify writes them, in alphabetical order", () => {
	const union = shapeOf(
		bedrockRuntime.description.shapes,
		"ConverseStreamOutput",
	);
	const targetOf = (name: string) =>
		shapeOf(
			bedrockRuntime.description.shapes,
			union.memberByName.get(name)?.target.name ?? "",
		);
	const event = fc
		.constantFrom(...union.memberByName.keys())
		.chain((name) => fc.record({ [name]: structureOf(targetOf(name), 8) }));
	fc.assert(
		fc.property(event, (made) => {
			const name = Object.keys(made).join();
			const value = made[name] ?? {};
			const frame = encodeStreamEvent(union, made, "abc");
			const [read] = readFrames(frame);
			expect(read?.headers.get(":event-type")).toBe(name);
			expect(`${read?.payload}`).toBe(
				JSON.stringify(plainMembers(targetOf(name), value, "abc")),
			);
		}),
		{ numRuns: 500, seed: 42 },
	);
});
