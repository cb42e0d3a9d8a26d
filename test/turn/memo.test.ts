import { expect, test } from "vitest";
import { Memo } from "../../src/turn/memo.ts";

test("a memo gives back what was set", () => {
	const memo = new Memo<number>(2, 100);
	memo.set("a", 1);
	expect(memo.get("a")).toBe(1);
	expect(memo.get("b")).toBeUndefined();
});

test("a memo holds at most twice its entries", () => {
	const memo = new Memo<number>(3, 1000);
	for (let index = 0; index < 100; index++) memo.set(`text ${index}`, index);
	expect(memo.size).toBeLessThanOrEqual(6);
	expect(memo.get("text 99")).toBe(99);
	expect(memo.get("text 1")).toBeUndefined();
});

test("a memo bounds the length of its texts", () => {
	const memo = new Memo<number>(100, 10);
	memo.set("1234567", 1);
	memo.set("abcdefg", 2);
	memo.set("ABCDEFG", 3);
	expect(memo.get("1234567")).toBeUndefined();
	expect(memo.get("ABCDEFG")).toBe(3);
});

test("a memo does not hold a text longer than its bound", () => {
	const memo = new Memo<number>(100, 10);
	memo.set("12345678901", 1);
	expect(memo.get("12345678901")).toBeUndefined();
});

test("a memo keeps what is asked for again and again", () => {
	const memo = new Memo<number>(2, 1000);
	memo.set("kept", 1);
	for (let index = 0; index < 20; index++) {
		memo.set(`other ${index}`, index);
		expect(memo.get("kept")).toBe(1);
	}
});

test("a memo tells apart texts that differ in a single letter, wherever it stands", () => {
	const memo = new Memo<number>(1000, 1_000_000);
	const text = "a".repeat(500);
	const texts = Array.from(
		{ length: 8 },
		(_, at) => `${text.slice(0, 60 * at)}b${text.slice(60 * at + 1)}`,
	);
	for (const [value, other] of texts.entries()) memo.set(other, value);
	expect(texts.map((other) => memo.get(other))).toEqual([
		0, 1, 2, 3, 4, 5, 6, 7,
	]);
	expect(memo.get(text)).toBeUndefined();
});

test("a memo of very many texts that look alike forgets the older ones", () => {
	const memo = new Memo<number>(1000, 1_000_000);
	const alike = (at: number) =>
		`${"a".repeat(1000 + 33)}${String(at).padStart(3, "0")}${"a".repeat(28 + 992)}`;
	for (let at = 0; at < 500; at++) memo.set(alike(at), at);
	expect(memo.get(alike(499))).toBe(499);
	expect(memo.get(alike(0))).toBeUndefined();
});
