import { spawn } from "node:child_process";
import { once } from "node:events";
import {
	readdirSync,
	readFileSync,
	renameSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import { expect, onTestFinished, test } from "vitest";
import { readCassette } from "../../src/recordings/yaml.ts";
import { startChatServer, textEvents } from "../support/chat-server.ts";
import { startOutcrop } from "../support/outcrop.ts";
import { relayTo, temporaryFolder } from "./support.ts";

const modelId = "amazon.nova-lite-v1:0";
const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

function ask(text: string) {
	return new ConverseCommand({
		modelId,
		messages: [{ role: "user", content: [{ text }] }],
	});
}

/** An Outcrop of its own process that records what a model server answers. */
async function startRecording(folder: string, upstream: string) {
	const child = spawn(
		process.execPath,
		[main, "--port=0", `--record=${folder}`, "--engine=openai", "--log=error"],
		{
			env: {
				PATH: process.env.PATH,
				FLOCI_SERVICES_BEDROCK_RUNTIME_BACKEND: "proxy",
				FLOCI_SERVICES_BEDROCK_RUNTIME_PROXY_URL: upstream,
				FLOCI_SERVICES_BEDROCK_RUNTIME_PROXY_PASSTHROUGH: "true",
			},
			stdio: ["ignore", "pipe", "inherit"],
		},
	);
	onTestFinished(() => {
		child.kill("SIGKILL");
	});
	let printed = "";
	for await (const chunk of child.stdout) {
		printed += chunk;
		const url = /AWS_ENDPOINT_URL=(\S+)\n/u.exec(printed)?.[1];
		if (url !== undefined) return { child, url };
	}
	throw new Error(`It has not started:\n${printed}`);
}

async function converse(url: string, text: string): Promise<boolean> {
	try {
		const response = await fetch(`${url}/model/${modelId}/converse`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({
				messages: [{ role: "user", content: [{ text }] }],
			}),
		});
		await response.json();
		return response.ok;
	} catch {
		return false;
	}
}

test("a process that is killed while it records loses no answer that a client has seen, and leaves no half cassette", async () => {
	using folder = temporaryFolder();
	await using real = await startChatServer(({ body }) => ({
		events: textEvents(`Said ${JSON.stringify(body.messages)}`),
	}));
	const { child, url } = await startRecording(folder.path, real.url);
	const seen: string[] = [];
	const asking = async (worker: number) => {
		for (let count = 0; count < 50; count++) {
			const text = `Question ${worker}-${count}.`;
			if (!(await converse(url, text))) return;
			seen.push(text);
			if (seen.length === 16) child.kill("SIGKILL");
		}
	};
	await Promise.all(Array.from({ length: 4 }, (_, worker) => asking(worker)));
	if (child.exitCode === null && child.signalCode === null)
		await once(child, "exit");
	const cassettes = folder.files().filter((file) => !file.startsWith("."));
	const asked = cassettes.map((file) =>
		JSON.stringify(readCassette(folder.read(file), file).request.body),
	);
	expect(seen.length).toBeGreaterThanOrEqual(16);
	expect(
		seen.filter((text) => !asked.some((one) => one.includes(text))),
	).toEqual([]);
	expect(child.signalCode).toBe("SIGKILL");
});

test("what a killed process left half written is neither replayed nor kept", async () => {
	using folder = temporaryFolder();
	await using real = await startOutcrop();
	const left = join(folder.path, ".1234-1700000000000-1.tmp");
	writeFileSync(left, "cassette: 1\nrequ");
	utimesSync(left, 1_700_000_000, 1_700_000_000);
	await using outcrop = await startOutcrop(
		{ record: folder.path },
		{ engines: [relayTo(() => real.url)] },
	);
	await outcrop.client().send(ask("Hello"));
	expect(folder.files()).toEqual([expect.stringMatching(/^Converse--/u)]);
});

test("a cassette may be renamed and edited by hand, and is read again at once", async () => {
	using folder = temporaryFolder();
	await using real = await startOutcrop();
	await using outcrop = await startOutcrop(
		{ record: folder.path },
		{ engines: [relayTo(() => real.url)] },
	);
	await outcrop.client().send(ask("Hello"));
	const [file = ""] = folder.files();
	renameSync(join(folder.path, file), join(folder.path, "greeting.yaml"));
	await using offline = await startOutcrop({ replay: folder.path });
	const before = await offline.client().send(ask("Hello"));
	expect(before.output?.message?.content?.[0]?.text).toMatch(/^This is/u);

	const edited = folder
		.read("greeting.yaml")
		.replace("This is", "Edited it is");
	writeFileSync(join(folder.path, "greeting.yaml"), edited);
	await expect
		.poll(async () => {
			const { output } = await offline.client().send(ask("Hello"));
			return output?.message?.content?.[0]?.text;
		})
		.toMatch(/^Edited it is/u);
});

test("a file that is no cassette answers nothing, and the others do", async () => {
	using folder = temporaryFolder();
	await using real = await startOutcrop();
	await using outcrop = await startOutcrop(
		{ record: folder.path },
		{ engines: [relayTo(() => real.url)] },
	);
	await outcrop.client().send(ask("Hello"));
	writeFileSync(join(folder.path, "broken.yaml"), "cassette: [");
	writeFileSync(join(folder.path, "other.yaml"), "cassette: 2\n");
	const told: string[] = [];
	await using offline = await startOutcrop(
		{ replay: folder.path },
		{
			log: {
				error: (message) => told.push(message),
				info: (message) => told.push(message),
				debug() {},
			},
		},
	);
	await offline.client().send(ask("Hello"));
	await offline
		.client()
		.send(ask("Bye"))
		.catch(() => {});
	expect(told).toContainEqual(
		expect.stringMatching(/^broken\.yaml is no YAML: /u),
	);
	expect(told).toContainEqual(
		"other.yaml is no cassette of format 1. Delete it and record anew, or move it out of the folder.",
	);
});

test("a thousand cassettes are listed without being read, and one is found among them", async () => {
	using folder = temporaryFolder();
	await using real = await startOutcrop();
	await using outcrop = await startOutcrop(
		{ record: folder.path },
		{ engines: [relayTo(() => real.url)] },
	);
	await outcrop.client().send(ask("Hello"));
	for (let count = 0; count < 1000; count++) {
		const key = count.toString(16).padStart(12, "0");
		writeFileSync(
			join(folder.path, `Converse--model--${key}.yaml`),
			"not read",
		);
	}
	const told: string[] = [];
	const keep = (message: string) => told.push(message);
	await using offline = await startOutcrop(
		{ replay: folder.path },
		{ log: { error: keep, info: keep, debug() {} } },
	);
	await offline.client().send(ask("Hello"));
	expect(told).toEqual([`Replaying 1001 cassettes of ${folder.path}`]);
	expect(readdirSync(folder.path)).toHaveLength(1001);
	expect(
		readFileSync(
			join(folder.path, "Converse--model--000000000000.yaml"),
			"utf8",
		),
	).toBe("not read");
});
