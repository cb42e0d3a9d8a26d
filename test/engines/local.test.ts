import { expect, test } from "vitest";
import type { Config } from "../../src/config.ts";
import { startOutcrop } from "../support/outcrop.ts";

// What the engine answers needs node-llama-cpp: see test/upstreams/local.test.ts.

function start(config: Partial<Config>) {
	return startOutcrop({ engine: [{ name: "local", models: [] }], ...config });
}

test("without a model the start says how to name one", async () => {
	await expect(start({})).rejects.toThrow(
		"The engine local has no model. Name a GGUF file with --local-model.",
	);
});

test("a model that is not there stops the start", async () => {
	await expect(start({ localModel: "/no/such.gguf" })).rejects.toThrow(
		"The engine local finds no model at /no/such.gguf. Name a GGUF file with --local-model.",
	);
});

test("without node-llama-cpp the start gives the command that installs it", async () => {
	await expect(start({ localModel: import.meta.filename })).rejects.toThrow(
		/^The engine local needs the package node-llama-cpp, which is neither beside Outcrop nor in .+\. Install it: npm install node-llama-cpp@3 .+ npm install --omit=optional --ignore-scripts node-llama-cpp@3 @node-llama-cpp\/\S+@3$/u,
	);
});
