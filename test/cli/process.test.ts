import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** The command line as a process of its own; ended with the test. */
class Outcrop {
	readonly child: ChildProcess;
	output = "";
	readonly #exited: Promise<unknown[]>;
	#closed = false;

	constructor(...args: string[]) {
		const env = { PATH: process.env.PATH };
		this.child = spawn(process.execPath, [main, ...args], {
			env,
			stdio: ["ignore", "pipe", "pipe"],
		});
		this.#exited = once(this.child, "close");
		this.child.on("close", () => {
			this.#closed = true;
		});
		for (const stream of [this.child.stdout, this.child.stderr]) {
			stream?.on("data", (chunk) => {
				this.output += chunk;
				this.child.emit("output");
			});
		}
		onTestFinished(() => {
			this.child.kill("SIGKILL");
		});
	}

	/** The first match in what was printed, as soon as it is printed. */
	async printed(pattern: RegExp): Promise<string> {
		for (;;) {
			const match = pattern.exec(this.output);
			if (match) return match[1] ?? match[0];
			if (this.#closed)
				throw new Error(`exited with ${this.child.exitCode}:\n${this.output}`);
			await Promise.race([once(this.child, "output"), this.#exited]);
		}
	}

	async exitCode(): Promise<number | null> {
		await this.#exited;
		return this.child.exitCode;
	}
}

const endpoint = /export AWS_ENDPOINT_URL=(\S+)\n/u;

/** Asks for a stream and waits for its first bytes. */
async function openStream(url: string) {
	const response = await fetch(
		`${url}/model/amazon.nova-lite-v1%3A0/converse-stream`,
		{
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({
				messages: [{ role: "user", content: [{ text: "Hello" }] }],
			}),
		},
	);
	const reader = response.body
		?.pipeThrough(new TextDecoderStream("latin1"))
		.getReader();
	if (reader === undefined) throw new Error("The response has no body.");
	const first = await reader.read();
	return { reader, first: first.value ?? "" };
}

test("outcrop prints where it listens, and answers there", async () => {
	const outcrop = new Outcrop("--port", "0");
	const url = await outcrop.printed(endpoint);
	const response = await fetch(
		`${url}/model/amazon.nova-lite-v1%3A0/converse`,
		{
			method: "POST",
			body: JSON.stringify({
				messages: [{ role: "user", content: [{ text: "Hello" }] }],
			}),
		},
	);
	expect(response.status).toBe(200);
});

test.each(["SIGTERM", "SIGINT"] as const)(
	"%s ends outcrop with exit code 0",
	async (signal) => {
		const outcrop = new Outcrop("--port", "0");
		await outcrop.printed(endpoint);
		outcrop.child.kill(signal);
		expect(await outcrop.exitCode()).toBe(0);
	},
);

test("a running stream ends in full after SIGTERM", async () => {
	const outcrop = new Outcrop("--port", "0", "--tokens-per-second", "40");
	const { reader, first } = await openStream(await outcrop.printed(endpoint));
	outcrop.child.kill("SIGTERM");
	let text = first;
	for (let part = await reader.read(); !part.done; part = await reader.read())
		text += part.value;
	expect(first).not.toContain("metadata");
	expect(text).toContain("metadata");
	expect(await outcrop.exitCode()).toBe(0);
});

test("a second signal ends outcrop at once, whatever runs", async () => {
	const outcrop = new Outcrop(
		"--port",
		"0",
		"--tokens-per-second",
		"0.1",
		"--drain-ms",
		"1h",
	);
	const { reader } = await openStream(await outcrop.printed(endpoint));
	outcrop.child.kill("SIGTERM");
	await outcrop.printed(/stopping/u);
	outcrop.child.kill("SIGTERM");
	expect(await outcrop.exitCode()).toBe(143);
	await expect(reader.read()).rejects.toThrow();
});

test("a port in use says what to do, and exits with 1", async () => {
	const first = new Outcrop("--port", "0");
	const port = new URL(await first.printed(endpoint)).port;
	const second = new Outcrop("--port", port);
	expect(await second.exitCode()).toBe(1);
	const by =
		process.platform === "linux" ? ` by node (pid ${first.child.pid})` : "";
	expect(second.output).toBe(
		`outcrop: Port ${port} is in use${by}. Stop it or start with --port ${Number(port) + 1}.\n`,
	);
});

test("a wrong option exits with 2 and no stack", async () => {
	const outcrop = new Outcrop("--prot", "1");
	expect(await outcrop.exitCode()).toBe(2);
	expect(outcrop.output).toBe(
		"outcrop: Unknown option --prot. Did you mean --port? See outcrop --help.\n",
	);
});

test("a configuration file that is not there exits with 2", async () => {
	const outcrop = new Outcrop("--config", "no-such-file.yaml");
	expect(await outcrop.exitCode()).toBe(2);
	expect(outcrop.output).toBe(
		"outcrop: --config: there is no file no-such-file.yaml.\n",
	);
});

test("a reader that has seen enough is no failure", async () => {
	const outcrop = new Outcrop("models", "--all", "--json");
	await outcrop.printed(/modelId/u);
	outcrop.child.stdout?.destroy();
	expect(await outcrop.exitCode()).toBe(0);
	expect(outcrop.output).not.toContain("EPIPE");
});
