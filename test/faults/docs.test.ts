import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readFault } from "../../src/faults/fault.ts";
import { resolve } from "../config/resolve.ts";
import { startOutcrop } from "../support/outcrop.ts";

const pages = ["faults.md", "quotas.md"];

/** The fenced blocks of a language. */
function blocks(page: string, language: string): string[] {
	const text = readFileSync(
		new URL(`../../docs/${page}`, import.meta.url),
		"utf8",
	);
	const found = text.matchAll(
		new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gmsu"),
	);
	return [...found].map((match) => match[1] as string);
}

test.each(pages)("the configuration of %s is read", async (page) => {
	for (const block of blocks(page, "yaml")) {
		const config = await resolve({ files: { "outcrop.yaml": block } });
		expect(config.faults.length + config.quotas.length).toBeGreaterThan(2);
	}
	expect(blocks(page, "yaml")).toHaveLength(1);
});

test.each(pages)("every curl of %s is accepted", async (page) => {
	await using outcrop = await startOutcrop();
	const lines = blocks(page, "sh").join("").trim().split("\n");
	for (const line of lines) {
		const [, path, body] = /^curl localhost:4566(\S+) -d '(.*)'$/u.exec(
			line,
		) as unknown as [string, string, string];
		const response = await fetch(outcrop.url + path, { method: "POST", body });
		expect(response.ok).toBe(true);
	}
	expect(lines).toHaveLength(2);
});

test("every header of faults.md is read", () => {
	const lines = blocks("faults.md", "text").join("").trim().split("\n");
	const faults = lines.map((line) =>
		readFault(line.replace("x-outcrop-fault: ", "")),
	);
	expect(faults).toEqual([
		{ throw: "ThrottlingException", times: 1 },
		{ throw: "ThrottlingException", after: 7, message: "Slow down; please" },
		{ break: "cut", after: 3 },
		{ delay: { firstToken: 400 } },
		{ throw: "ModelTimeoutException" },
	]);
});
