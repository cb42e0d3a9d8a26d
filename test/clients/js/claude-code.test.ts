import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Engine } from "../../../src/engines/engine.ts";
import type { Turn } from "../../../src/turn/turn.ts";
import { startOutcrop } from "../../support/outcrop.ts";
import { run } from "../process.ts";
import { engineFirst } from "../scripted-engine.ts";

// Without its install script, which copies a program of 380 MB, this is how the package says to start it.
const launcher = join(
	import.meta.dirname,
	"../node_modules/@anthropic-ai/claude-code/cli-wrapper.cjs",
);
const model = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const prompt = "What is the tallest mountain?";

/** Claude Code in a home of its own, with everything off that is no part of an answer. */
async function claude(url: string, args: string[]) {
	const folder = await mkdtemp(join(tmpdir(), "outcrop-claude-"));
	const [home, work, temporary] = [
		join(folder, "home"),
		join(folder, "work"),
		join(folder, "tmp"),
	];
	for (const each of [home, work, temporary]) await mkdir(each);
	const env = {
		PATH: process.env.PATH,
		HOME: home,
		USERPROFILE: home,
		TMPDIR: temporary,
		CLAUDE_CODE_TMPDIR: temporary,
		CLAUDE_CODE_USE_BEDROCK: "1",
		ANTHROPIC_BEDROCK_BASE_URL: url,
		AWS_REGION: "us-east-1",
		AWS_ACCESS_KEY_ID: "test",
		AWS_SECRET_ACCESS_KEY: "test",
		CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
		DISABLE_TELEMETRY: "1",
		DISABLE_AUTOUPDATER: "1",
		DISABLE_ERROR_REPORTING: "1",
		CLAUDE_CODE_MAX_RETRIES: "0",
	};
	try {
		return await run(process.execPath, [launcher, "--model", model, ...args], {
			cwd: work,
			env,
			timeoutMs: 110_000,
		});
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** Notes who asks the prompt, and passes. */
function noting(asked: string[]): Engine {
	return {
		name: "noting",
		reply(turn, call) {
			if (isPrompt(turn)) asked.push(call.operation);
			return undefined;
		},
	};
}

function isPrompt(turn: Turn): boolean {
	return turn.messages.some((message) =>
		message.content?.some((block) => block.text?.includes(prompt)),
	);
}

// Claude Code hides a broken stream: it asks again without one. So what counts is that the prompt was asked once.
test("Claude Code answers a prompt by one real stream", {
	timeout: 120_000,
}, async () => {
	const asked: string[] = [];
	await using outcrop = await startOutcrop(
		{},
		{ engines: engineFirst(noting(asked)) },
	);
	const answered = await claude(outcrop.url, [
		"-p",
		prompt,
		"--output-format",
		"json",
	]);
	expect(answered.stderr).toBe("");
	expect(JSON.parse(answered.stdout)).toMatchObject({
		is_error: false,
		num_turns: 1,
		result: expect.stringContaining(model),
	});
	expect(asked).toEqual(["InvokeModelWithResponseStream"]);
});
