/**
 * Has real models answer behind Outcrop, and runs clients against it: `npm run test:upstreams [-- NAME...]`. Installs and starts
 * what it needs: llama.cpp's server, LiteLLM's proxy before it, and the engine local. The model is generated: its weights
 * are random, so that what it says means nothing, but the shape of everything is real. What cannot be had is skipped by name
 * and aloud; where `CI` is set that is a failure. The last line is `N passed, N failed, N skipped`.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
	type Install,
	installNode,
	installPython,
} from "../clients/install.ts";
import {
	type Counts,
	runPytest,
	runTypes,
	runVitest,
} from "../clients/suites.ts";
import { installLlama } from "./install.ts";
import { buildLlamaServer } from "./llama-server.ts";
import type { Server } from "./server.ts";
import {
	liteLlmKey,
	startLiteLlm,
	startLlamaServer,
	startOutcrop,
} from "./servers.ts";
import { tinyEyes } from "./tiny-eyes.ts";
import { tinyGguf } from "./tiny-gguf.ts";

const here = import.meta.dirname;
const names = ["llama-server", "litellm", "local"] as const;
type Name = (typeof names)[number];

async function main(wanted: string[]): Promise<number> {
	const unknown = wanted.filter((name) => !names.some((one) => one === name));
	if (unknown.length > 0) {
		console.error(
			`No upstream is named ${unknown.join(", ")}. There are: ${names.join(", ")}.`,
		);
		return 1;
	}
	const total: Counts = { passed: 0, failed: 0, skipped: 0 };
	const folder = await mkdtemp(join(tmpdir(), "outcrop-upstreams-"));
	const run = new Run(folder, total);
	try {
		await writeFile(join(folder, "tiny.gguf"), tinyGguf());
		await writeFile(join(folder, "eyes.gguf"), tinyEyes());
		for (const name of names)
			if (wanted.length === 0 || wanted.includes(name))
				await run.upstream(name);
	} finally {
		await run.stop();
		await rm(folder, { recursive: true, force: true });
	}
	console.log(
		`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`,
	);
	return total.failed > 0 || (process.env.CI && total.skipped > 0) ? 1 : 0;
}

/** Something that could not be had; the message says why. */
class Missing extends Error {}

/** What one run has installed and started, each once. */
class Run {
	readonly #folder: string;
	readonly #total: Counts;
	readonly #servers: Server[] = [];
	#llama: Promise<Server> | undefined;

	constructor(folder: string, total: Counts) {
		this.#folder = folder;
		this.#total = total;
	}

	async upstream(name: Name): Promise<void> {
		try {
			const packages = need(await installLlama());
			if (name === "local") await this.#testEngineLocal();
			await this.#testClients(name, await this.#start[name](packages));
		} catch (error) {
			if (!(error instanceof Missing)) throw error;
			console.log(`SKIPPED upstream ${name}: ${error.message}`);
			this.#total.skipped++;
		}
	}

	async stop(): Promise<void> {
		for (const server of this.#servers.reverse()) await server.stop();
	}

	/** How Outcrop is told of each. */
	readonly #start: Record<Name, (packages: string) => Promise<string[]>> = {
		local: async () => [
			...["--engine", "local", "--local-gpu", "off"],
			...["--local-model", join(this.#folder, "tiny.gguf")],
		],
		"llama-server": async (packages) => {
			const { url } = await this.#llamaServer(packages);
			return this.#configure({ url, model: "tiny.gguf" });
		},
		litellm: async (packages) => {
			const { python } = need(await installPython("../upstreams"));
			const llama = await this.#llamaServer(packages);
			const program = join(dirname(python), "litellm");
			const { url } = this.#keep(
				await startLiteLlm(program, this.#folder, llama.url),
			);
			return this.#configure({ url, model: "tiny", apiKey: liteLlmKey });
		},
	};

	#llamaServer(packages: string): Promise<Server> {
		this.#llama ??= buildLlamaServer(packages).then(async (built) => {
			const model = join(this.#folder, "tiny.gguf");
			const eyes = join(this.#folder, "eyes.gguf");
			return this.#keep(await startLlamaServer(need(built), model, eyes));
		});
		return this.#llama;
	}

	async #configure(server: {
		url: string;
		model: string;
		apiKey?: string;
	}): Promise<string[]> {
		const { url, model, apiKey } = server;
		const upstream = { url, apiKey, models: { "*": model } };
		const file = join(this.#folder, `${model}.json`);
		await writeFile(file, JSON.stringify({ upstreams: [upstream] }));
		return ["--config", file, "--engine", "openai"];
	}

	#keep(server: Server): Server {
		this.#servers.push(server);
		return server;
	}

	/** Runs the clients' suites for real models against one Outcrop. */
	async #testClients(name: Name, args: string[]): Promise<void> {
		need(await installNode());
		const boto = need(await installPython());
		const frameworks = need(await installPython("frameworks"));
		const outcrop = await startOutcrop(args);
		console.log(`\n== ${name}: ${outcrop.url}`);
		const env = { OUTCROP_URL: outcrop.url, OUTCROP_UPSTREAM: name };
		try {
			this.#add(await runVitest(["js/real-model.test.ts"], env));
			this.#add(await runPytest(["python/test_real_model.py"], boto, env));
			this.#add(
				await runPytest(["frameworks/test_real_model.py"], frameworks, env),
			);
		} finally {
			await outcrop.stop();
		}
		for (const line of outcrop.output().match(/^\S+ error .*$/gmu) ?? []) {
			console.log(`FAILED Outcrop logged an unexpected error: ${line}`);
			this.#total.failed++;
		}
	}

	async #testEngineLocal(): Promise<void> {
		console.log("\n== the engine local, test by test");
		this.#add(await runTypes(here));
		this.#add(await runVitest(["local.test.ts"], {}, here));
	}

	#add(more: Counts): void {
		this.#total.passed += more.passed;
		this.#total.failed += more.failed;
		this.#total.skipped += more.skipped;
	}
}

/** @throws Missing */
function need<T>(install: Install<T>): T {
	if (!install.ok) throw new Missing(install.reason);
	return install.value;
}

process.exitCode = await main(process.argv.slice(2));
