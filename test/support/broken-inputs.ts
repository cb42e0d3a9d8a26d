import fc from "fast-check";
import type { Operation, Shape } from "../../src/protocol/description.ts";

/** One constraint of the description, broken alone. */
export interface BrokenInput {
	/** Where, as AWS spells it: `messages.1.member.role`. */
	path: string;
	constraint: string;
	input: Record<string, unknown>;
}

type Wrap = (value: unknown) => Record<string, unknown>;

const maxDepth = 9;

/** An example that satisfies a shape: required members only, the first alternative of a union, the shortest list. */
export function valid(shape: Shape, depth = 0): unknown {
	switch (shape.type) {
		case "structure":
			return Object.fromEntries(
				shape.members
					.filter((member) => member.required && member.in === "body")
					.map((member) => [member.name, valid(member.target, depth + 1)]),
			);
		case "union": {
			const member =
				shape.members.find((candidate) => candidate.target.type === "string") ??
				shape.members[0];
			return member ? { [member.name]: valid(member.target, depth + 1) } : {};
		}
		case "list":
			return Array.from({ length: shape.min ?? 0 }, () =>
				valid(shape.member as Shape, depth + 1),
			);
		case "map":
			return shape.min
				? {
						[String(valid(shape.key as Shape))]: valid(
							shape.value as Shape,
							depth + 1,
						),
					}
				: {};
		case "string":
			return validString(shape);
		case "integer":
		case "long":
		case "float":
		case "double":
			return shape.min ?? 1;
		case "boolean":
			return true;
		case "timestamp":
			return "2026-11-22T10:00:00Z";
		case "blob":
			return "aGk=";
		case "document":
			return {};
	}
}

function validString(shape: Shape): string {
	if (shape.enum) return shape.enum[0] as string;
	if (shape.pattern !== undefined) {
		const matching = fc.stringMatching(new RegExp(`^(?:${shape.pattern})$`));
		const fitting = matching.filter(
			(text) =>
				text.length >= (shape.min ?? 0) && text.length <= (shape.max ?? 1e9),
		);
		return fc.sample(fitting, { numRuns: 1, seed: 1 })[0] as string;
	}
	return "x".repeat(Math.max(1, shape.min ?? 1));
}

/** Every constraint of an operation's body, each broken in an otherwise valid input. */
export function brokenInputs(operation: Operation): BrokenInput[] {
	const found: BrokenInput[] = [];
	const base = valid(operation.input) as Record<string, unknown>;
	for (const member of operation.input.members) {
		if (member.in !== "body") continue;
		const wrap: Wrap = (value) => ({ ...base, [member.name]: value });
		if (member.required) {
			found.push({
				path: member.name,
				constraint: "required",
				input: { ...base, [member.name]: null },
			});
		}
		breakShape(member.target, member.name, wrap, found, 1, new Set());
	}
	return found;
}

function breakShape(
	shape: Shape,
	path: string,
	wrap: Wrap,
	found: BrokenInput[],
	depth: number,
	above: Set<Shape>,
): void {
	if (depth > maxDepth || above.has(shape)) return;
	const inside = new Set([...above, shape]);
	switch (shape.type) {
		case "structure": {
			const base = valid(shape) as Record<string, unknown>;
			for (const member of shape.members) {
				const at = `${path}.${member.name}`;
				if (member.required) {
					found.push({
						path: at,
						constraint: "required",
						input: wrap({ ...base, [member.name]: null }),
					});
				}
				const inner: Wrap = (value) => wrap({ ...base, [member.name]: value });
				breakShape(member.target, at, inner, found, depth + 1, inside);
			}
			return;
		}
		case "union":
			found.push({ path, constraint: "one member", input: wrap({}) });
			for (const member of shape.members) {
				const inner: Wrap = (value) => wrap({ [member.name]: value });
				breakShape(
					member.target,
					`${path}.${member.name}`,
					inner,
					found,
					depth + 1,
					inside,
				);
			}
			return;
		case "list": {
			const item = valid(shape.member as Shape);
			if (shape.min) found.push({ path, constraint: "min", input: wrap([]) });
			if (shape.max !== undefined && shape.max < 5000) {
				found.push({
					path,
					constraint: "max",
					input: wrap(Array.from({ length: shape.max + 1 }, () => item)),
				});
			}
			const rest = Array.from(
				{ length: Math.max(0, (shape.min ?? 0) - 1) },
				() => item,
			);
			const inner: Wrap = (value) => wrap([value, ...rest]);
			breakShape(
				shape.member as Shape,
				`${path}.1.member`,
				inner,
				found,
				depth + 1,
				inside,
			);
			return;
		}
		case "map":
			if (shape.min) found.push({ path, constraint: "min", input: wrap({}) });
			if (shape.max !== undefined) {
				const keys = Array.from({ length: shape.max + 1 }, (_, index) => [
					`k${index}`,
					valid(shape.value as Shape),
				]);
				found.push({
					path,
					constraint: "max",
					input: wrap(Object.fromEntries(keys)),
				});
			}
			breakShape(
				shape.value as Shape,
				`${path}.k.member`,
				(value) => wrap({ k: value }),
				found,
				depth + 1,
				inside,
			);
			return;
		case "string":
			breakString(shape, path, wrap, found);
			return;
		case "integer":
		case "long":
		case "float":
		case "double":
			if (shape.min !== undefined)
				found.push({ path, constraint: "min", input: wrap(shape.min - 1) });
			if (shape.max !== undefined)
				found.push({ path, constraint: "max", input: wrap(shape.max + 1) });
			return;
		case "blob":
			if (shape.min) found.push({ path, constraint: "min", input: wrap("") });
	}
}

function breakString(
	shape: Shape,
	path: string,
	wrap: Wrap,
	found: BrokenInput[],
): void {
	if (shape.min) found.push({ path, constraint: "min", input: wrap("") });
	if (shape.max !== undefined)
		found.push({
			path,
			constraint: "max",
			input: wrap("x".repeat(shape.max + 1)),
		});
	if (shape.enum)
		found.push({ path, constraint: "enum", input: wrap("no-such-value") });
	if (
		shape.pattern !== undefined &&
		!new RegExp(`^(?:${shape.pattern})$`).test("\u0000")
	) {
		found.push({ path, constraint: "pattern", input: wrap("\u0000") });
	}
}
