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
