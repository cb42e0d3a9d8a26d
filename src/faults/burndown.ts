/**
 * How many tokens of a quota one output token takes.
 *
 * Source: the user guide's page on how tokens are counted lists Claude 3.7 Sonnet and the Claude 4 models with 5
 * (documented); the model cards of GPT-5.6 and GPT-6 say 10 (documented). That later Claude models have 5 and the other
 * GPT-5 and GPT-6 models 10 is assumed. All others have 1 (documented).
 */
const rates: readonly [models: RegExp, rate: number][] = [
	[/^anthropic\.claude-(?:v|instant|3-(?!7))/u, 1],
	[/^anthropic\.claude-/u, 5],
	[/^openai\.gpt-\d/u, 10],
];

/** @param baseId - the bare model id */
export function burndownOf(baseId: string): number {
	return rates.find(([models]) => models.test(baseId))?.[1] ?? 1;
}
