/** What of Claude's behaviour depends on which Claude it is. */

/** A Claude model, as far as its id tells. */
export interface Claude {
	/** Anthropic's own name, such as `claude-3-haiku-20240307`. */
	name: string;
	/** 3, 3.5, 3.7, 4, 4.1, 4.5, …; 4.5 when the id does not say. */
	version: number;
}

const unknownVersion = 4.5;

/**
 * Those whose ids do not say. AWS's router has Claude 3 and 3.5 behind it (documented); Mythos Preview thinks adaptively
 * (documented), the rest is assumed to be as on 4.6.
 */
const versions: [RegExp, number][] = [
	[/anthropic\.claude:\d/, 3.5],
	[/claude-mythos-preview/, 4.6],
];

/**
 * Reads `claude-3-5-sonnet-20241022-v2:0`, `claude-opus-4-6-v1`, `claude-sonnet-5`, `claude-v2:1`, `claude-instant-v1`.
 *
 * @param baseId - a bare model id
 */
export function readClaude(baseId: string): Claude {
	const [model = ""] = baseId
		.slice(baseId.indexOf("anthropic.") + "anthropic.".length)
		.split(":");
	const name = model.replace(/-v\d+$/, "");
	if (baseId.includes("claude-instant")) return { name, version: 1 };
	const legacy = /claude-v(\d)/.exec(baseId);
	if (legacy) return { name, version: Number(legacy[1]) };
	const numbers = /claude-(?:[a-z]+-)?(\d{1,2})(?:-(\d{1,2}))?(?![\d])/.exec(
		baseId,
	);
	if (!numbers) {
		const [, version = unknownVersion] =
			versions.find(([id]) => id.test(baseId)) ?? [];
		return { name, version };
	}
	return { name, version: Number(`${numbers[1]}.${numbers[2] ?? 0}`) };
}

/** Bedrock's own schema check stands before Claude 3 and 3.5; later ones check for themselves (observed 2024 to 2026). */
export function isSchemaChecked({ version }: Claude): boolean {
	return version < 3.7;
}

/** Thinks with a budget or adaptively. */
export function canThink({ version }: Claude): boolean {
	return version >= 3.7;
}

/** Takes `thinking: {"type": "adaptive"}` (documented). */
export function thinksAdaptively({ version }: Claude): boolean {
	return version >= 4.6;
}

/** Takes `thinking: {"type": "between_tools"}` (observed by pydantic-ai, 2026: its way to switch thinking off). */
export function thinksBetweenTools({ name, version }: Claude): boolean {
	return version >= 5.5 && name.includes("sonnet");
}

/** Refuses budgets, and temperature, top_p and top_k off their defaults (observed 2026). */
export function decidesForItself({ version }: Claude): boolean {
	return version >= 4.7;
}

/** Takes one of temperature and top_p, not both (observed on 4.5 and 4.6, documented for Opus 4.1). */
export function takesOneSampler({ version }: Claude): boolean {
	return version >= 4.1 && version < 4.7;
}

/** Does not continue a last assistant message (observed 2026). */
export function refusesPrefill({ version }: Claude): boolean {
	return version >= 4.6;
}

/** Takes messages of role `system` between others (documented for the newest models; since which version is assumed). */
export function takesSystemMessages({ version }: Claude): boolean {
	return version >= 4.8;
}
