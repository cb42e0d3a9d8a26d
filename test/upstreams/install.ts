import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { binaryPackage } from "../../src/engines/local/binding.ts";
import { cached, type Install, npm } from "../clients/install.ts";

const here = import.meta.dirname;

/**
 * node-llama-cpp without its optional packages, which would bring CUDA and Vulkan, and of those the one with this machine's
 * binary for the CPU. `npm ci` would miss the other machines' packages in the lock: no registry has all of them.
 *
 * @returns the folder of packages
 */
export async function installLlama(): Promise<Install<string>> {
	const { dependencies } = JSON.parse(
		await readFile(join(here, "package.json"), "utf8"),
	) as { dependencies: Record<string, string> };
	const binary = `${binaryPackage()}@${dependencies["node-llama-cpp"]}`;
	return cached(
		join(here, "node_modules"),
		"../upstreams/package-lock.json",
		`${binary} for Node ${process.version}`,
		async () => [await npm(["install", "--no-save", binary], here)],
	);
}
