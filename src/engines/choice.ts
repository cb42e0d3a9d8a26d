/** Every engine there is, by the name that the configuration knows it by. */
export const engineNames = [
	"script",
	"replay",
	"openai",
	"local",
	"bedrock",
	"stub",
] as const;

/** The name of an engine. */
export type EngineName = (typeof engineNames)[number];

/** An engine of the configured list. */
export interface EngineChoice {
	readonly name: EngineName;
	/** The models that it is asked for: patterns in which `*` stands for any characters. Empty: all of them. */
	readonly models: readonly string[];
}

/** What the list of engines is made of. */
export interface EngineList {
	/** In the order in which they are asked. */
	readonly engine: readonly EngineChoice[];
	/** Folders of cassettes. */
	readonly record: string | undefined;
	readonly replay: string | undefined;
	/** Model servers. */
	readonly upstream: readonly unknown[];
	readonly proxy: unknown;
	readonly localModel: string | undefined;
}

/**
 * The list with what it need not name: scripts, cassettes, model servers and a local model, in this order, come before what
 * it names.
 */
export function chosenEngines(options: EngineList): EngineChoice[] {
	const { engine, record, replay, upstream, proxy, localModel } = options;
	const needed: [name: EngineName, isNeeded: boolean][] = [
		["script", true],
		["replay", (record ?? replay) !== undefined],
		["openai", proxy !== undefined || upstream.length > 0],
		["local", localModel !== undefined],
	];
	const isNamed = (wanted: EngineName) =>
		engine.some(({ name }) => name === wanted);
	const unnamed = needed
		.filter(([name, isNeeded]) => isNeeded && !isNamed(name))
		.map(([name]) => ({ name, models: [] }));
	return [...unnamed, ...engine];
}

/** Whether one of them asks a model, so that there is something to record. */
export function asksModels(choices: readonly EngineChoice[]): boolean {
	return choices.some(({ name }) =>
		["openai", "local", "bedrock"].includes(name),
	);
}
