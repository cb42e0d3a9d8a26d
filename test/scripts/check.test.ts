import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommand } from "../../src/cli/commands.ts";
import { createTerminal } from "../cli/terminal.ts";

/** What `outcrop check` says of scripts, given by file name. */
async function check(files: Record<string, string>) {
	const folder = await mkdtemp(join(tmpdir(), "outcrop-check-"));
	try {
		await mkdir(join(folder, "more"));
		for (const [name, text] of Object.entries(files))
			await writeFile(join(folder, name), text);
		const terminal = { ...createTerminal(), cwd: folder };
		const code = await runCommand(["check", "."], terminal);
		return { code, ...terminal.printed };
	} finally {
		await rm(folder, { recursive: true });
	}
}

/** What it says of one script. */
const problemsOf = async (script: string) =>
	(await check({ "a.yaml": script })).stderr.trim().split("\n");

test("outcrop check counts scripts and rules, and leaves with 0 when all is well", async () => {
	const { code, stdout, stderr } = await check({
		"a.yaml": "replies: [{ text: hello }]",
		"more/b.json": '{"replies":[{"when":{"user":"x"},"text":"y"}]}',
	});
	expect(stderr).toBe("");
	expect(stdout).toBe("2 scripts, 2 rules: 0 errors, 0 warnings\n");
	expect(code).toBe(0);
});

test("outcrop check leaves with 1 when there is an error", async () => {
	const { code, stdout } = await check({ "a.yaml": "replies: [{ txt: a }]" });
	expect(stdout).toBe("1 script, 0 rules: 1 error, 0 warnings\n");
	expect(code).toBe(1);
});

test("A warning alone is no failure", async () => {
	const { code, stderr } = await check({
		"a.yaml":
			"replies:\n  - when: { model: amazon.nova-lte-v1:0 }\n    text: a\n",
	});
	expect(stderr).toBe(
		"a.yaml:2:13 warning: No known model is called amazon.nova-lte-v1:0. Did you mean amazon.nova-lite-v1:0?\n",
	);
	expect(code).toBe(0);
});

test("An operation that no rule answers is a warning", async () => {
	const { code, stderr } = await check({
		"a.yaml":
			"replies:\n  - when: { operation: [Convers, '*Stream'] }\n    text: a\n",
	});
	expect(stderr).toBe(
		"a.yaml:2:13 warning: No operation that rules answer is called Convers. Did you mean Converse?\n",
	);
	expect(code).toBe(0);
});

test("outcrop check says where YAML is broken", async () => {
	expect(await problemsOf("replies:\n  - text: 'a\n")).toEqual([
		expect.stringMatching(/^a\.yaml:3:1 Missing closing 'quote\.$/),
	]);
});

test.each([
	[
		"an unknown key",
		"replies:\n  - whn: {}\n    text: a\n",
		"a.yaml:2:5 Unknown key whn. Did you mean when?",
	],
	[
		"a value of the wrong type",
		"replies:\n  - text: [a]\n",
		"a.yaml:2:5 text takes text, not a list.",
	],
	[
		"an unknown exception",
		"replies:\n  - error: ThrotlingException\n",
		'a.yaml:2:5 error does not take "ThrotlingException". Did you mean ThrottlingException?',
	],
	[
		"a broken regular expression",
		"replies:\n  - when: { user: '/a(?=b)/' }\n    text: a\n",
		"a.yaml:2:13 user: error parsing regexp: invalid or unsupported Perl syntax: `(?=`.",
	],
	[
		"a broken JSONPath",
		"replies:\n  - when: { request: { '$.[': 1 } }\n    text: a\n",
		"a.yaml:2:24 $.[: ",
	],
	[
		"a broken template",
		"replies:\n  - text: '{{ a | }'\n",
		"a.yaml:2:5 text: ",
	],
	[
		"a rule that says nothing",
		"replies:\n  - when: { user: a }\n",
		"a.yaml:2:5 It says nothing. Give it a text, a tool, an error, a fault, or another reply.",
	],
	[
		"a wait without a unit that there is",
		"replies:\n  - { text: a, pace: { firstToken: 3 days } }\n",
		'a.yaml:2:24 firstToken does not take "3 days". Such as 400ms or 2s; a number is milliseconds.',
	],
	[
		"a value that nothing is near to",
		"replies:\n  - next: nowhere\n",
		'a.yaml:2:5 next takes one of true, rule, engine, not "nowhere".',
	],
	[
		"a number that is too small",
		"replies:\n  - { text: a, times: 0 }\n",
		"a.yaml:2:16 times takes a number of 1 or more, not 0.",
	],
	[
		"an empty list",
		"replies:\n  - replies: []\n",
		"a.yaml:2:5 replies takes a list that is not empty.",
	],
	[
		"a name that no header has",
		"replies:\n  - { text: a, headers: { a b: c } }\n",
		'a.yaml:2:16 headers does not take "a b". Names of headers are letters, digits and dashes.',
	],
	[
		"a filter that there is not",
		"replies:\n  - text: '{{ user | upcas }}'\n",
		"a.yaml:2:5 text: undefined filter: upcas",
	],
	[
		"a reply beside a list of replies",
		"replies:\n  - replies: [a]\n    text: b\n",
		"a.yaml:3:5 text stands beside replies. Put it into each of them.",
	],
	[
		"a reply beside turns",
		"replies:\n  - turns: [{ text: a }]\n    pace: { jitter: 1 }\n",
		"a.yaml:3:5 pace stands beside turns. Put it into each of them.",
	],
	[
		"a text beside an error",
		"replies:\n  - { error: ThrottlingException, text: b }\n",
		"a.yaml:2:35 error says no text. Keep one of them.",
	],
	[
		"a text beside content",
		"replies:\n  - { content: [{ text: a }], text: b }\n",
		"a.yaml:2:31 content says all blocks. Put this into it.",
	],
	[
		"deltas that are not the text",
		"replies:\n  - { text: abc, deltas: [a, b] }\n",
		"a.yaml:2:18 Joined, the deltas are not the text. Leave the text out.",
	],
	[
		"nth inside any",
		"replies:\n  - when: { any: [{ nth: 2 }] }\n    text: a\n",
		"a.yaml:2:21 nth counts for the whole rule. Put it beside any and not.",
	],
	[
		"a fault that there is not",
		"replies:\n  - { text: a, fault: { brake: cut } }\n",
		"a.yaml:2:16 fault: ",
	],
])("outcrop check finds %s", async (_, script, problem) => {
	const problems = await problemsOf(script);
	expect(problems).toHaveLength(1);
	expect(problems[0]?.slice(0, problem.length)).toBe(problem);
});

test("outcrop check finds rules that are never reached", async () => {
	expect(
		await problemsOf(`replies:
  - when: { user: "weather" }
    text: a
  - when: { user: "weather in {city}", model: amazon.nova-lite-v1:0 }
    text: b
  - text: c
  - when: { user: other }
    text: d
`),
	).toEqual([
		"a.yaml:4:5 It never answers: a.yaml:2, which is asked before it, matches all that it matches.",
		"a.yaml:7:5 It never answers: a.yaml:6, which is asked before it, matches all that it matches.",
	]);
});

test("A rule after one that ends or passes on is reached", async () => {
	const { stderr } = await check({
		"a.yaml": `replies:
  - { when: { user: x }, times: 2, text: a }
  - { when: { user: x, nth: 4 }, text: b }
  - { when: { user: x }, replies: [{ next: rule }, c] }
  - { when: { user: x }, text: d }
`,
	});
	expect(stderr).toBe("");
});

test("outcrop check finds captures that nothing sets", async () => {
	expect(
		await problemsOf(
			'replies:\n  - when: { user: "in {city}" }\n    text: "{citty} \\\\{brace} {user}"\n',
		),
	).toEqual(["a.yaml:2:5 Nothing sets {citty}. Did you mean {city}?"]);
});

test("outcrop check holds tool inputs against the script's schemas", async () => {
	expect(
		await problemsOf(`tools:
  get_weather: { type: object, required: [city], properties: { days: { type: integer }, city: { type: string } } }
replies:
  - when: { user: "weather in {city} for {days} days" }
    replies:
      - tool: { name: get_weather, input: { city: "{city}", days: "{days}" } }
      - tool: { name: get_weather, input: { days: many } }
`),
	).toEqual([
		"a.yaml:7:9 input of get_weather must have required property 'city'.",
		"a.yaml:7:9 input.days of get_weather must be integer.",
	]);
});

test("outcrop check without a path says what it needs", async () => {
	const terminal = createTerminal();
	expect(await runCommand(["check"], terminal)).toBe(2);
	expect(terminal.printed.stderr).toContain("needs a script");
});

test("outcrop check of nothing says so", async () => {
	const terminal = createTerminal();
	expect(await runCommand(["check", "/nowhere.yaml"], terminal)).toBe(2);
	expect(terminal.printed.stderr).toBe(
		"outcrop: The scripts: there is no file /nowhere.yaml.\n",
	);
});

test("outcrop check of a folder without scripts says what they are", async () => {
	const { code, stderr } = await check({ "notes.txt": "replies: []" });
	expect(code).toBe(2);
	expect(stderr).toMatch(
		/^outcrop: There are no scripts in \S+\. They are files that end in \.yaml, \.yml or \.json\.\n$/u,
	);
});

test("outcrop check says that a picture is not there", async () => {
	expect(await problemsOf("replies: [{ image: cat.png }]")).toEqual([
		"a.yaml:1:13 image: there is no file cat.png.",
	]);
});
