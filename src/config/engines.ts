import {
	type EngineChoice,
	type EngineName,
	engineNames,
} from "../engines/choice.ts";
import { isObject } from "../json.ts";
import { nearestName } from "../nearest.ts";
import { readEach, type ValueType, WrongValue } from "./value-type.ts";

/**
 * The engines, in the order in which they are asked: `replay,openai=anthropic.*,stub`, or in a file a list of names and of
 * `{ engine: openai, models: anthropic.* }`. A model pattern may be a list there.
 */
export function engineList(): ValueType<EngineChoice[]> {
	return {
		placeholder: "NAME[=MODELS]",
		takes: `names such as ${engineNames.join(", ")}; several with commas between them, each with the models it is for (openai=anthropic.*)`,
		form: "list",
		show: (choices) => choices.map(showChoice).join(","),
		read(value) {
			const items = Array.isArray(value) ? value : [value];
			const choices = readEach(items, (item) =>
				splitText(item).map(readChoice),
			).flat();
			if (choices.length === 0) throw new WrongValue();
			return choices;
		},
	};
}

/** An engine as the command line writes it. */
function showChoice({ name, models }: EngineChoice): string {
	return models.length === 0 ? name : `${name}=${models.join("|")}`;
}

function splitText(item: unknown): unknown[] {
	return typeof item === "string" ? item.split(",") : [item];
}

function readChoice(item: unknown): EngineChoice {
	if (typeof item === "string") {
		const [name = "", models] = item.split(/=(.*)/su);
		return { name: readName(name), models: readModels(models?.split("|")) };
	}
	if (!isObject(item)) throw new WrongValue();
	const { engine, models, ...rest } = item;
	const [unknown] = Object.keys(rest);
	if (unknown !== undefined)
		throw new WrongValue(
			`: an engine has no ${unknown}. It has engine and models.`,
		);
	return { name: readName(engine), models: readModels(models) };
}

function readName(value: unknown): EngineName {
	const given = typeof value === "string" ? value.trim() : "";
	const name = engineNames.find((known) => known === given);
	if (name !== undefined) return name;
	const nearest = nearestName(given, engineNames);
	throw new WrongValue(
		nearest === undefined || given === ""
			? undefined
			: `: there is no engine ${given}. Did you mean ${nearest}?`,
	);
}

function readModels(value: unknown): string[] {
	if (value === undefined) return [];
	return (Array.isArray(value) ? value : [value]).map((pattern: unknown) => {
		if (typeof pattern === "string" && pattern.trim() !== "")
			return pattern.trim();
		throw new WrongValue(
			": models takes patterns of model ids such as anthropic.*.",
		);
	});
}
