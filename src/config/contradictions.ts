import type { Config } from "../config.ts";
import { asksModels, chosenEngines } from "../engines/choice.ts";
import { isOwn } from "../http/hops.ts";
import { bedrockContradictions } from "./bedrock.ts";

/** What of a configuration cannot be meant: options that exclude each other, or do nothing without another. */
export function contradictions(config: Config): string[] {
	const found: string[] = [];
	if (config.strict && config.compat !== undefined) {
		found.push(
			`--strict and --compat ${config.compat} exclude each other. Keep one of them.`,
		);
	}
	if (config.deniedModels.length > 0 && !config.strict) {
		found.push(
			"--denied-models counts only with --strict. Add it, or leave the models out.",
		);
	}
	const { forward, host, port } = config;
	if (forward !== undefined && isOwn(forward, host, port)) {
		found.push(
			`--forward ${forward} is this Outcrop itself. Name another emulator, or move one of them to another --port.`,
		);
	}
	found.push(...bedrockContradictions(config));
	if ((config.tlsCert === undefined) !== (config.tlsKey === undefined)) {
		found.push(
			"--tls-cert and --tls-key belong together. Give both, or neither for a self-signed certificate.",
		);
	}
	if (config.proxy && config.upstream.length > 0) {
		found.push(
			"--upstream and Floci's proxy both say which server answers. Keep one of them.",
		);
	}
	if (config.record !== undefined && config.replay !== undefined) {
		found.push(
			"--record and --replay exclude each other. To replay what is there and record the rest: --record DIR --record-mode missing.",
		);
	}
	if (
		config.record !== undefined &&
		config.recordMode !== "none" &&
		!asksModels(chosenEngines(config))
	) {
		found.push(
			"--record has nobody to record: scripts and the stub are not. Name a model server (--upstream URL), a local model (--local-model FILE) or the real Bedrock (--engine bedrock).",
		);
	}
	for (const [given, flag] of [
		[config.recordMode !== undefined, "--record-mode"],
		[config.recordErrors, "--record-errors"],
	] as const)
		if (given && config.record === undefined)
			found.push(
				`${flag} counts only with --record DIR. Add it${config.replay === undefined ? "" : " in place of --replay"}, or leave it out.`,
			);
	if (
		config.verifySignatures &&
		config.keys.credentials.size + config.keys.bearerKeys.size === 0
	) {
		found.push(
			"--verify-signatures has no keys to check with. List some in a file and name it with --keys.",
		);
	}
	return found;
}
