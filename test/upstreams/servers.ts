/** The programs of a run: two model servers, and Outcrop by its command line before each. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { answers, freePort, type Server, startServer } from "./server.ts";

const here = import.meta.dirname;

/**
 * llama.cpp's own server: chat, images and vectors, which are the mean over a text's tokens, from one model.
 *
 * @param eyes - the model's vision encoder
 */
export async function startLlamaServer(
	binary: string,
	model: string,
	eyes: string,
): Promise<Server> {
	const port = await freePort();
	const url = `http://127.0.0.1:${port}`;
	return startServer({
		command: binary,
		args: [
			...["--model", model, "--host", "127.0.0.1", "--port", String(port)],
			...["--mmproj", eyes, "--jinja", "--embeddings", "--pooling", "mean"],
			...["--threads", "1", "--ctx-size", "8192", "--parallel", "2"],
			// Left to chance, this model ends some 4 of 100 replies before their first word.
			...["--seed", "1"],
		],
		cwd: here,
		ready: async () =>
			(await answers(`${url}/health`)) ? `${url}/v1` : undefined,
	});
}

/** The key that LiteLLM wants; it starts without one only when it is told to. */
export const liteLlmKey = "sk-outcrop-test";

/** LiteLLM's proxy before another server: requests, streams and errors pass through its own types. */
export async function startLiteLlm(
	program: string,
	folder: string,
	upstream: string,
): Promise<Server> {
	const port = await freePort();
	const url = `http://127.0.0.1:${port}`;
	const config = join(folder, "litellm.yaml");
	const litellm_params = {
		model: "openai/tiny.gguf",
		api_base: upstream,
		api_key: "none",
	};
	const model_list = [{ model_name: "tiny", litellm_params }];
	await writeFile(config, JSON.stringify({ model_list }));
	return startServer({
		command: program,
		args: ["--config", config, "--host", "127.0.0.1", "--port", String(port)],
		env: {
			LITELLM_MASTER_KEY: liteLlmKey,
			// Its list of prices is in the package too.
			LITELLM_LOCAL_MODEL_COST_MAP: "True",
		},
		cwd: folder,
		ready: async () =>
			(await answers(`${url}/health/liveliness`)) ? `${url}/v1` : undefined,
	});
}

/** Outcrop as users start it, from its sources; node-llama-cpp is found in the working folder. */
export function startOutcrop(args: string[]): Promise<Server> {
	const main = join(here, "../../src/cli/main.ts");
	return startServer({
		command: process.execPath,
		args: [main, "start", "--port", "0", ...args],
		cwd: here,
		ready: async (output) => /AWS_ENDPOINT_URL=(\S+)\n/u.exec(output)?.[1],
	});
}
