import { Liquid } from "liquidjs";
import { upTo } from "./fake.ts";
import type { Scope } from "./scope.ts";
import { fillPath, placeFilter, scopeKey } from "./template.ts";

/** Bounds of one template: its characters, the milliseconds and the items that rendering may take. */
const limits = {
	parseLimit: 100_000,
	renderLimit: 200,
	memoryLimit: 1_000_000,
};

/**
 * The template language of `{{ … }}` and `{% … %}`: Liquid, which runs no code and here reads no files either. Beside its own
 * filters it has `pick` (one of a list), `random` (from a number to another) and `counter`.
 */
export async function createLiquid(): Promise<Liquid> {
	const liquid = new Liquid({
		...limits,
		ownPropertyOnly: true,
		// A misspelt filter is found when the script is read.
		strictFilters: true,
		// Templates that include others find none, whatever the working folder holds.
		templates: {},
	});
	liquid.registerFilter("pick", function (list: unknown) {
		if (!Array.isArray(list)) return list;
		return list[upTo(scopeOf(this.context.globals).random, list.length)];
	});
	liquid.registerFilter("random", function (from: unknown, to: unknown) {
		const [low, high] = [Number(from), Number(to)];
		if (!(high >= low)) return low;
		return low + upTo(scopeOf(this.context.globals).random, high - low + 1);
	});
	liquid.registerFilter("counter", function (name: unknown) {
		return scopeOf(this.context.globals).counter(String(name));
	});
	liquid.registerFilter(placeFilter, function (path: unknown) {
		return fillPath(String(path), scopeOf(this.context.globals));
	});
	return liquid;
}

function scopeOf(globals: object): Scope {
	// The renderer of templates puts it there.
	return (globals as { [scopeKey]: Scope })[scopeKey];
}
