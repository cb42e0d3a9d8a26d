import { expect, test } from "vitest";
import { runCommand } from "../../src/cli/commands.ts";
import { flagName } from "../../src/config/option.ts";
import { options } from "../../src/config.ts";
import { version } from "../../src/version.ts";
import { createTerminal } from "./terminal.ts";

/** What a command prints, after it has ended well. */
async function output(...argv: string[]): Promise<string> {
	const terminal = createTerminal();
	expect(await runCommand(argv, terminal)).toBe(0);
	expect(terminal.printed.stderr).toBe("");
	return terminal.printed.stdout;
}

const pages = [
	["--help"],
	["-h"],
	["help"],
	["help", "start"],
	["help", "check"],
	["start", "--help"],
	["help", "help"],
	["help", "version"],
];

test.each(pages.map((argv) => [argv.join(" "), argv] as const))(
	"outcrop %s fits into 80 columns",
	async (_, argv) => {
		const page = await output(...argv);
		expect(page.split("\n").filter((line) => line.length > 80)).toEqual([]);
		expect(page).toMatch(/^\S.*\S\n$/su);
	},
);

test.each(Object.entries(options))(
	"outcrop --help explains %s",
	async (name, row) => {
		const label =
			"only" in row && row.only === "file"
				? `\n  ${name}:`
				: `\n  ${flagName(name)}`;
		expect(await output("--help")).toMatch(new RegExp(`${label}[ \n]`, "u"));
	},
);

test("outcrop --help says what an option takes, means, and is by default", async () => {
	expect(await output("--help")).toContain(
		"\n  --port PORT               Port to listen on; 0 takes a free one [4566]\n",
	);
});

test("outcrop help start explains stopping", async () => {
	expect(await output("help", "start")).toContain("SIGTERM or Ctrl+C stops it");
});

test("outcrop start --help is outcrop help start", async () => {
	expect(await output("start", "--help")).toBe(await output("help", "start"));
});

test.each(["--version", "-v", "version"])(
	"outcrop %s prints the version",
	async (argument) => {
		expect(await output(argument)).toBe(`${version}\n`);
	},
);

test("help is coloured on a terminal", async () => {
	const terminal = createTerminal({ isTTY: true });
	await runCommand(["--help"], terminal);
	expect(terminal.printed.stdout).toContain("\u001b[1mServer\u001b[22m");
});

test("help is plain with NO_COLOR", async () => {
	const terminal = createTerminal({ isTTY: true, env: { NO_COLOR: "1" } });
	await runCommand(["--help"], terminal);
	expect(terminal.printed.stdout).not.toContain("\u001b");
});

test.each([
	[
		["sart"],
		"outcrop: Unknown command sart. Did you mean start? See outcrop --help.\n",
	],
	[
		["help", "sart"],
		"outcrop: Unknown command sart. Did you mean start? See outcrop --help.\n",
	],
	[
		["frobnicate"],
		"outcrop: Unknown command frobnicate. There are start, models, cassettes, check, help, version. See outcrop --help.\n",
	],
	[
		["help", "start", "help"],
		"outcrop: outcrop help takes the name of one command, not start help.\n",
	],
	[["version", "2"], "outcrop: outcrop version takes no arguments, not 2.\n"],
	[
		["--prot", "1"],
		"outcrop: Unknown option --prot. Did you mean --port? See outcrop --help.\n",
	],
	[
		["start", "--port", "x"],
		'outcrop: --port takes a whole number from 0 to 65535, not "x".\n',
	],
])("outcrop %j is refused with exit code 2", async (argv, message) => {
	const terminal = createTerminal();
	expect(await runCommand(argv, terminal)).toBe(2);
	expect(terminal.printed).toEqual({ stdout: "", stderr: message });
});
