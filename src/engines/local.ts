/** Engine `local`: a GGUF file in this very process answers, through node-llama-cpp. */
import type { Engine } from "./engine.ts";
import type { LocalModel, ModelOptions } from "./local/model.ts";

/** Which model answers, and how much of the machine it gets. */
export type LocalOptions = ModelOptions;

/**
 * Loads the model when it starts, so that what is missing is said at once, and lets go of it when it stops. Replies come of
 * the model's own chat template; tools and output schemas are held by grammar; vectors are the model's own.
 */
export function localEngine(options: LocalOptions): Engine {
	let local: LocalModel | undefined;
	const loaded = (): LocalModel => {
		if (local) return local;
		throw new Error("The engine local was asked before it was started.");
	};
	return {
		name: "local",
		// Rerank and image models pass, but it cannot tell which those are: what is refused of theirs is not asked behind it either.
		isLast: (modelId) => modelId !== undefined,
		async start() {
			const { loadModel } = await import("./local/model.ts");
			local = await loadModel(options);
		},
		async stop() {
			await local?.close();
			local = undefined;
		},
		async reply(turn, call) {
			const { generate } = await import("./local/generate.ts");
			return generate(loaded(), turn, call);
		},
		async embed(request, call) {
			const { embed } = await import("./local/embed.ts");
			return embed(loaded(), request, call);
		},
	};
}
