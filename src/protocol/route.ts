import type { Description, Operation } from "./description.ts";

/** A described operation that a request asks for, with its path labels, percent-decoded once. Shared: not to be changed. */
export interface Match {
	readonly operation: Operation;
	readonly labels: Readonly<Record<string, string>>;
}

/** Finds the operation of a method and raw path. */
export type Route = (method: string, path: string) => Match | undefined;

interface Template {
	operation: Operation;
	/** Literal text between labels: `literals[0] label[0] literals[1] label[1] … literals[n]`. */
	literals: string[];
	labels: string[];
}

/**
 * Derives a service's routing from the URI templates of its description.
 *
 * A label takes everything up to the literal that follows it, seen from the end of the path, so that an ARN with raw
 * slashes is one label (clients send model ids with `/` and `:` raw or percent-encoded).
 */
export function routeOf(description: Description): Route {
	const byMethod = new Map<string, Template[]>();
	for (const operation of description.operations.values()) {
		const literals: string[] = [];
		const labels: string[] = [];
		for (const [index, part] of operation.uri
			.split(/\{([^}]+?)\+?\}/)
			.entries()) {
			(index % 2 === 0 ? literals : labels).push(part);
		}
		const templates = byMethod.get(operation.method) ?? [];
		templates.push({ operation, literals, labels });
		byMethod.set(operation.method, templates);
	}
	// The most literal text wins: `/async-invoke` before `/async-invoke/{arn}`, `…/converse-stream` before `…/converse`.
	for (const templates of byMethod.values()) {
		templates.sort(
			(a, b) => b.literals.join("").length - a.literals.join("").length,
		);
	}
	// Clients ask for few paths, again and again.
	const remembered = new Map<string, Match>();
	return (method, path) => {
		const key = method === "POST" ? path : `${method} ${path}`;
		const known = remembered.get(key);
		if (known) return known;
		for (const template of byMethod.get(method) ?? []) {
			const labels = matchTemplate(template, path);
			if (!labels) continue;
			const match = { operation: template.operation, labels };
			if (remembered.size >= maxRemembered) remembered.clear();
			if (path.length <= longestRemembered) remembered.set(key, match);
			return match;
		}
		return undefined;
	};
}

/** How many paths are remembered, and how long ones: what clients send must not fill the memory. */
const maxRemembered = 1000;
const longestRemembered = 500;

function matchTemplate(
	template: Template,
	path: string,
): Record<string, string> | undefined {
	const { literals, labels } = template;
	const first = literals[0] as string;
	if (labels.length === 0)
		return path === first || path === `${first}/` ? {} : undefined;
	if (!path.startsWith(first)) return undefined;
	const values: Record<string, string> = {};
	let end = path.length;
	for (let index = labels.length - 1; index >= 0; index--) {
		const after = literals[index + 1] as string;
		const at = after === "" ? end : path.lastIndexOf(after, end - after.length);
		if (index === labels.length - 1 && at + after.length !== path.length)
			return undefined;
		const before = literals[index] as string;
		const start =
			index === 0
				? first.length
				: path.lastIndexOf(before, at - 1) + before.length;
		if (start >= at || start < first.length) return undefined;
		values[labels[index] as string] = decodeLabel(path.slice(start, at));
		end = at;
	}
	return values;
}

/** What is not valid percent-encoding stays as it came. */
function decodeLabel(label: string): string {
	if (!label.includes("%")) return label;
	try {
		return decodeURIComponent(label);
	} catch {
		return label;
	}
}
