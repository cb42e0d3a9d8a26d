import type { Liquid, Template as LiquidTemplate } from "liquidjs";
import { ServiceError } from "../../errors.ts";
import type { Json } from "../../json.ts";
import { fakeNames } from "./fake.ts";
import type { Scope } from "./scope.ts";

/** Where Liquid's filters find the scope. No name in a template can spell it. */
export const scopeKey = "\u0000scope";

/** Text with places to fill in. */
export interface Template {
	/** First names of what it refers to. */
	readonly names: readonly string[];
	/** The text filled in. */
	render(scope: Scope): string;
	/** A template that is one place and nothing else keeps the type of what fills it. */
	value(scope: Scope): Json;
}

const place = /\\[{}]|\{([A-Za-z_\d][\w-]*(?:\.[\w-]+|\[\d+\])*)\}/g;

/**
 * Compiles a text: `{city}` and `{toolResult.items[0].name}` are filled in, `\{` is a brace. Text that holds `{{` or `{%` is
 * Liquid, where single braces are filled in too. A place that nothing fills stays as it is written.
 *
 * @throws Error on broken Liquid
 */
function compileTemplate(text: string, liquid: Liquid | undefined): Template {
	if (/\{\{|\{%/.test(text)) {
		if (!liquid) throw new Error("The template language is not loaded");
		return compileLiquid(text, liquid);
	}
	const parts: (string | Place)[] = [];
	let start = 0;
	for (const match of text.matchAll(place)) {
		parts.push(text.slice(start, match.index));
		start = match.index + match[0].length;
		const [whole, path] = match;
		parts.push(
			path === undefined
				? whole.slice(1)
				: { written: whole, path: splitPath(path) },
		);
	}
	parts.push(text.slice(start));
	return fromParts(parts.filter((part) => part !== ""));
}

interface Place {
	written: string;
	path: string[];
}

function fromParts(parts: (string | Place)[]): Template {
	const places = parts.filter((part) => typeof part !== "string");
	const names = [...new Set(places.map(({ path }) => path[0] ?? ""))];
	if (places.length === 0) {
		const text = parts.join("");
		return { names, render: () => text, value: () => text };
	}
	const render = (scope: Scope) => {
		let text = "";
		for (const part of parts)
			text += typeof part === "string" ? part : fill(part, scope);
		return text;
	};
	const [only] = parts;
	const single =
		parts.length === 1 && typeof only === "object" ? only : undefined;
	return {
		names,
		render,
		value: single
			? (scope) => scope.get(single.path) ?? single.written
			: render,
	};
}

function splitPath(path: string): string[] {
	return path.split(/[.[\]]+/).filter(Boolean);
}

/** What stands in a place; what nothing fills stays as it is written. */
function fill({ written, path }: Place, scope: Scope): string {
	const value = scope.get(path);
	if (value === undefined) return written;
	return typeof value === "string" ? value : JSON.stringify(value);
}

/** The filter that single braces become in a Liquid template. */
export const placeFilter = "outcrop_place";

/** Fills a place in a Liquid template. */
export function fillPath(path: string, scope: Scope): string {
	return fill({ written: `{${path}}`, path: splitPath(path) }, scope);
}

function compileLiquid(text: string, liquid: Liquid): Template {
	const paths: string[] = [];
	const parsed = liquid.parse(
		singleBraces(text, (path) => {
			paths.push(path);
			return `{{ "${path}" | ${placeFilter} }}`;
		}),
	);
	const globals = liquid.globalVariablesSync(parsed);
	const roots = paths.map((path) => splitPath(path)[0] ?? "");
	const render = (scope: Scope) => renderLiquid(liquid, parsed, globals, scope);
	return { names: [...new Set([...globals, ...roots])], render, value: render };
}

/** Replaces single braces outside of Liquid's own. */
function singleBraces(text: string, write: (path: string) => string): string {
	return text
		.split(/(\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\})/)
		.map((part, index) =>
			index % 2 === 1
				? part
				: part.replace(place, (whole, path?: string) =>
						path === undefined ? whole.slice(1) : write(path),
					),
		)
		.join("");
}

function renderLiquid(
	liquid: Liquid,
	parsed: LiquidTemplate[],
	names: readonly string[],
	scope: Scope,
): string {
	const values: Record<string, unknown> = {};
	for (const name of names)
		values[name] = name === "fake" ? fakes(scope) : scope.root(name);
	try {
		return liquid.renderSync(parsed, values, {
			globals: { [scopeKey]: scope },
		});
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new ServiceError(
			"ValidationException",
			`A template of the script failed: ${reason}. Mend the script.`,
		);
	}
}

/** Members are made up when they are read. */
function fakes(scope: Scope): object {
	const made = {};
	for (const name of fakeNames)
		Object.defineProperty(made, name, {
			enumerable: true,
			get: () => scope.get(["fake", name]),
		});
	return made;
}

/** Plain data in which every text is a template. */
export interface DataTemplate {
	readonly names: readonly string[];
	render(scope: Scope): Json;
}

/** Compiles every text in plain data; keys stay as they are. Data without places is given out as it is. */
export function compileData(
	data: Json,
	liquid: Liquid | undefined,
): DataTemplate {
	const names = new Set<string>();
	const render = compileValue(data, liquid, names);
	return { names: [...names], render: render ?? (() => data) };
}

function compileValue(
	data: Json,
	liquid: Liquid | undefined,
	names: Set<string>,
): ((scope: Scope) => Json) | undefined {
	if (typeof data === "string") {
		const template = compileTemplate(data, liquid);
		for (const name of template.names) names.add(name);
		const constant = template.names.length === 0 && !/[\\{]/.test(data);
		return constant ? undefined : template.value;
	}
	if (typeof data !== "object" || data === null) return undefined;
	const members = Object.entries(data).map(
		([key, value]) => [key, compileValue(value, liquid, names), value] as const,
	);
	if (members.every(([, render]) => render === undefined)) return undefined;
	if (Array.isArray(data))
		return (scope) =>
			members.map(([, render, value]) => (render ? render(scope) : value));
	return (scope) =>
		Object.fromEntries(
			members.map(([key, render, value]) => [
				key,
				render ? render(scope) : value,
			]),
		);
}
