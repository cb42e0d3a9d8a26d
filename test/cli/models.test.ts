import { expect, test } from "vitest";
import { runCommand } from "../../src/cli/commands.ts";
import type { Model } from "../../src/models/catalog.ts";
import { createTerminal } from "./terminal.ts";

async function models(...argv: string[]) {
	const terminal = createTerminal();
	const code = await runCommand(["models", ...argv], terminal);
	return { code, ...terminal.printed };
}

test("outcrop models finds by words of id, name and provider", async () => {
	const { code, stdout } = await models("AMAZON", "lite", "nova-2");
	expect(code).toBe(0);
	expect(stdout).toContain(
		"Amazon\namazon.nova-2-lite-v1:0  text+img+vid  1M/66k  STDRCP  0.3/2.5\n",
	);
	expect(stdout).toMatch(/\b1 model; 1 more that /);
});

test("the whole table fits into 100 columns", async () => {
	const { stdout } = await models();
	const lines = stdout.split("\n");
	expect(lines.length).toBeGreaterThan(100);
	expect(lines.filter((line) => line.length > 100)).toEqual([]);
});

test("retired models are shown with --all", async () => {
	const hidden = await models("titan-text-lite");
	expect(hidden.code).toBe(1);
	expect(hidden.stdout).toMatch(/^No model matches\. There are 2 more that /);
	const shown = await models("titan-text-lite", "--all");
	expect(shown.stdout).toMatch(/amazon\.titan-text-lite-v1 .* ended\n/);
});

test("--json prints all that is known", async () => {
	const { stdout } = await models("nova-micro", "--json");
	const rows = JSON.parse(stdout) as Model[];
	expect(rows.map((row) => row.modelId)).toEqual(["amazon.nova-micro-v1:0"]);
	expect(rows[0]).toMatchObject({ contextWindow: 128_000, toolUse: true });
});

test("--region shows what can be called from there", async () => {
	const { stdout } = await models("--region", "eu-west-1", "stability");
	expect(stdout).toMatch(/^No model matches/);
	expect((await models("--region", "us-west-2", "stability")).code).toBe(0);
});

test("--region takes what Regions are called", async () => {
	const { code, stderr } = await models("--region", "mars");
	expect(code).toBe(2);
	expect(stderr).toBe(
		'outcrop: --region takes a Region such as us-east-1, not "mars".\n',
	);
});

test("an unknown option is refused with those there are", async () => {
	const { code, stderr } = await models("--regoin", "x");
	expect(code).toBe(2);
	expect(stderr).toContain("--regoin");
	expect(stderr).toContain("--all, --json, --region, --upstream, --config");
});

test("outcrop help models fits into 80 columns", async () => {
	const { stdout } = await models("--help");
	expect(stdout).toMatch(/^Usage\n {2}outcrop models/);
	expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
});
