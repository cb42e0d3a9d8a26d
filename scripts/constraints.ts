/**
 * Distils one AWS API model (botocore's `service-2.json` layout) into the facts that no SDK schema carries:
 * which simple shape a member uses, limits, patterns, enums, and the errors of each operation.
 *
 *   node scripts/constraints.ts path/to/service-2.json scripts/constraints/bedrock-runtime.json
 */
import { readFileSync, writeFileSync } from "node:fs";

interface ModelShape {
	type: string;
	members?: Record<string, { shape: string; idempotencyToken?: boolean }>;
	member?: { shape: string };
	key?: { shape: string };
	value?: { shape: string };
	[fact: string]: unknown;
}

interface Model {
	source?: string;
	metadata: Record<string, unknown>;
	operations: Record<string, { errors?: { shape: string }[] }>;
	shapes: Record<string, ModelShape>;
}

const [from, to] = process.argv.slice(2);
if (!from || !to) {
	console.error("usage: node scripts/constraints.ts MODEL.json OUT.json");
	process.exit(2);
}
const model = JSON.parse(readFileSync(from, "utf8")) as Model;

const kept = [
	"min",
	"max",
	"pattern",
	"enum",
	"sensitive",
	"timestampFormat",
	"document",
];
const shapes = Object.fromEntries(
	Object.entries(model.shapes)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([name, shape]) => {
			const facts: Record<string, unknown> = { type: shape.type };
			for (const key of kept)
				if (shape[key] !== undefined) facts[key] = shape[key];
			if (shape.members) {
				facts.members = Object.fromEntries(
					Object.entries(shape.members).map(([member, target]) => [
						member,
						target.shape,
					]),
				);
			}
			for (const key of ["member", "key", "value"] as const)
				if (shape[key]) facts[key] = shape[key].shape;
			return [name, facts];
		}),
);
const operations = Object.fromEntries(
	Object.entries(model.operations).map(([name, operation]) => [
		name,
		(operation.errors ?? []).map((error) => error.shape),
	]),
);
writeFileSync(
	to,
	`${JSON.stringify({ source: model.source, metadata: model.metadata, operations, shapes }, null, 1)}\n`,
);
