import { existsSync } from "node:fs";
import {
	copyFile,
	mkdir,
	mkdtemp,
	readFile,
	rename,
	rm,
} from "node:fs/promises";
import { availableParallelism, homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Install } from "../clients/install.ts";
import { lastLines } from "../clients/install.ts";
import { run } from "../clients/process.ts";

/**
 * llama.cpp's server, built from the source that the package node-llama-cpp carries as a git bundle, without optimisation: the
 * model it serves has 115,392 weights. It is kept in the user's cache folder, one for each version of the package.
 *
 * @param packages - the folder that holds node-llama-cpp
 */
export async function buildLlamaServer(
	packages: string,
): Promise<Install<string>> {
	const source = join(packages, "node-llama-cpp");
	const { version } = JSON.parse(
		await readFile(join(source, "package.json"), "utf8"),
	) as { version: string };
	const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
	const name = `${version}-${process.platform}-${process.arch}`;
	const binary = join(cache, "outcrop/llama-server", name, "llama-server");
	if (existsSync(binary)) return { ok: true, value: binary };
	for (const tool of ["git", "cmake", "c++"]) {
		if ((await run(tool, ["--version"], { cwd: tmpdir() })).code !== 0)
			return { ok: false, reason: `there is no ${tool} on PATH; install it` };
	}
	const startedMs = Date.now();
	console.log("Building llama-server (some 4 minutes, once) ...");
	const folder = await mkdtemp(join(tmpdir(), "outcrop-llama-server-"));
	try {
		const failure = await build(
			join(source, "llama/gitRelease.bundle"),
			folder,
		);
		if (failure) return { ok: false, reason: failure };
		// The name stands for a whole file only.
		await mkdir(dirname(binary), { recursive: true });
		await copyFile(join(folder, "build/bin/llama-server"), `${binary}.new`);
		await rename(`${binary}.new`, binary);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
	const seconds = Math.round((Date.now() - startedMs) / 1000);
	console.log(`Built llama-server in ${seconds} s: ${binary}`);
	return { ok: true, value: binary };
}

/** @returns why it failed */
async function build(
	bundle: string,
	folder: string,
): Promise<string | undefined> {
	const steps: [string, string[]][] = [
		["git", ["clone", "--quiet", bundle, "source"]],
		["cmake", ["-S", "source", "-B", "build", ...settings]],
		[
			"cmake",
			[
				...["--build", "build", "--target", "llama-server"],
				...["--parallel", String(availableParallelism())],
			],
		],
	];
	for (const [command, args] of steps) {
		const ran = await run(command, args, { cwd: folder });
		if (ran.code !== 0)
			return `${ran.command} failed: ${lastLines(ran.output)}`;
	}
	return undefined;
}

/** A static program for any processor of its kind, without a web page, TLS and child processes; nothing is downloaded. */
const settings = [
	"-DCMAKE_BUILD_TYPE=Release",
	"-DCMAKE_CXX_FLAGS_RELEASE=-O0",
	"-DCMAKE_C_FLAGS_RELEASE=-O1",
	...off("BUILD_SHARED_LIBS"),
	...off("LLAMA_BUILD_TESTS", "LLAMA_BUILD_EXAMPLES", "LLAMA_BUILD_APP"),
	...off("LLAMA_BUILD_UI", "LLAMA_USE_PREBUILT_UI", "LLAMA_OPENSSL"),
	...off("LLAMA_SUBPROCESS", "LLAMA_ALL_WARNINGS", "GGML_ALL_WARNINGS"),
	...off("GGML_NATIVE", "GGML_OPENMP", "GGML_LLAMAFILE", "GGML_CPU_REPACK"),
	...off("GGML_AVX", "GGML_AVX2", "GGML_FMA", "GGML_F16C", "GGML_SSE42"),
	...off("GGML_BMI2", "GGML_METAL"),
];

function off(...names: string[]): string[] {
	return names.map((name) => `-D${name}=OFF`);
}
