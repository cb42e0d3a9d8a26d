/**
 * Writes `src/services/<service>/description.json` from the schemas that the AWS SDK ships, joined with the limits,
 * patterns, enums and error lists of `scripts/constraints/<service>.json` and the members that real responses carry
 * though no model says so (`scripts/unmodelled/<service>.json`, all observed).
 *
 *   npm run describe              writes the files
 *   npm run describe -- --check   only tells whether they are up to date (exit 1 when stale)
 */
import { readFileSync, writeFileSync } from "node:fs";
import { NormalizedSchema } from "@smithy/core/schema";
import type {
	DescriptionFile,
	MemberFile,
	ShapeFile,
} from "../src/protocol/description.ts";

interface Facts {
	metadata: { apiVersion: string; serviceId: string; signingName: string };
	operations: Record<string, string[]>;
	shapes: Record<string, FactShape>;
}
interface FactShape {
	type: string;
	min?: number;
	max?: number;
	pattern?: string;
	enum?: string[];
	sensitive?: boolean;
	members?: Record<string, string>;
	member?: string;
	key?: string;
	value?: string;
}
type OperationSchema = [
	9,
	string,
	string,
	{ http: [string, string, number] },
	() => unknown,
	() => unknown,
];

/** The services whose descriptions are derived, and the client each one comes from. */
export const described = [
	{ service: "bedrock-runtime", client: "@aws-sdk/client-bedrock-runtime" },
	{ service: "bedrock", client: "@aws-sdk/client-bedrock" },
];

/** Builds the description of one service; the same SDK and facts give the same object. */
export async function describe(
	service: string,
	client: string,
): Promise<DescriptionFile> {
	const sdk = (await import(client)) as Record<string, unknown>;
	const facts = JSON.parse(
		readFileSync(
			new URL(`./constraints/${service}.json`, import.meta.url),
			"utf8",
		),
	) as Facts;
	const unmodelled = JSON.parse(
		readFileSync(
			new URL(`./unmodelled/${service}.json`, import.meta.url),
			"utf8",
		),
	) as Record<string, Record<string, MemberFile>>;
	const shapes: Record<string, ShapeFile> = {};

	const errorNames = new Set(Object.values(facts.operations).flat());
	const operations: DescriptionFile["operations"] = {};
	for (const schema of Object.values(sdk).filter(isOperation)) {
		const [, , name, traits, input, output] = schema;
		const [method, uri, status] = traits.http;
		operations[name] = {
			method,
			uri,
			status,
			input: visit(NormalizedSchema.of(input as never), undefined),
			output: visit(NormalizedSchema.of(output as never), undefined),
			errors: facts.operations[name] ?? [],
		};
	}
	for (const name of errorNames)
		visit(NormalizedSchema.of(sdk[`${name}$`] as never), undefined);

	return {
		service: {
			name: service,
			sdkId: facts.metadata.serviceId,
			version: facts.metadata.apiVersion,
			signingName: facts.metadata.signingName,
		},
		operations: sorted(operations),
		shapes: sorted(shapes),
	};

	/** Records a schema's shape once and returns its name; `factName` is what AWS's own model calls it. */
	function visit(
		schema: NormalizedSchema,
		factName: string | undefined,
	): string {
		if (schema.isStructSchema()) return visitStructure(schema);
		if (schema.isListSchema()) {
			const name =
				factName ?? `ListOf${nameOf(schema.getValueSchema(), undefined)}`;
			if (shapes[name]) return name;
			const shape: ShapeFile = {
				type: "list",
				member: "",
				...limits(factName),
			};
			shapes[name] = shape;
			shape.member = visit(schema.getValueSchema(), facts.shapes[name]?.member);
			return name;
		}
		if (schema.isMapSchema()) {
			const name =
				factName ?? `MapOf${nameOf(schema.getValueSchema(), undefined)}`;
			if (shapes[name]) return name;
			const shape: ShapeFile = {
				type: "map",
				key: "",
				value: "",
				...limits(factName),
			};
			shapes[name] = shape;
			shape.key = visit(schema.getKeySchema(), facts.shapes[name]?.key);
			shape.value = visit(schema.getValueSchema(), facts.shapes[name]?.value);
			return name;
		}
		return visitSimple(schema, factName);
	}

	function visitStructure(schema: NormalizedSchema): string {
		const name = schema.getName() ?? "Unit";
		if (shapes[name]) return name;
		const known = facts.shapes[name];
		const traits = schema.getMergedTraits() as {
			error?: string;
			httpError?: number;
			streaming?: number;
		};
		const union = schema.isUnionSchema();
		const members: Record<string, MemberFile> = {};
		const shape: ShapeFile = { type: union ? "union" : "structure", members };
		shapes[name] = shape;
		if (union && traits.streaming) shape.eventStream = true;
		if (traits.error)
			shape.error = {
				status: traits.httpError ?? (traits.error === "client" ? 400 : 500),
				fault: traits.error,
			};
		if (known?.sensitive) shape.sensitive = true;
		const required = requiredMembers(schema);
		if (required.length > 0) shape.required = required;
		for (const [memberName, member] of schema.structIterator()) {
			members[memberName] = {
				shape: visit(member, known?.members?.[memberName]),
				...binding(member.getMergedTraits() as Record<string, unknown>),
			};
		}
		for (const [memberName, member] of Object.entries(unmodelled[name] ?? {})) {
			members[memberName] = member;
			shapes[member.shape] ??= {
				type: member.shape.toLowerCase() as "integer",
			};
		}
		shape.members = sorted(members);
		return name;
	}

	function visitSimple(
		schema: NormalizedSchema,
		factName: string | undefined,
	): string {
		const fact = factName === undefined ? undefined : facts.shapes[factName];
		const name = nameOf(schema, factName);
		const type = schema.isDocumentSchema()
			? "document"
			: (fact?.type ?? simpleType(schema));
		shapes[name] ??= { type: type as "string", ...limits(factName) };
		return name;
	}

	function limits(factName: string | undefined): Partial<ShapeFile> {
		const fact = factName === undefined ? undefined : facts.shapes[factName];
		const { min, max, pattern, sensitive } = fact ?? {};
		return JSON.parse(
			JSON.stringify({ min, max, pattern, enum: fact?.enum, sensitive }),
		) as Partial<ShapeFile>;
	}

	function nameOf(
		schema: NormalizedSchema,
		factName: string | undefined,
	): string {
		if (factName !== undefined) return factName;
		if (schema.isStructSchema()) return schema.getName() ?? "Unit";
		const type = schema.isDocumentSchema() ? "document" : simpleType(schema);
		return type.charAt(0).toUpperCase() + type.slice(1);
	}
}

function isOperation(value: unknown): value is OperationSchema {
	return Array.isArray(value) && value[0] === 9;
}

/** The SDK orders members required-first and closes a structure's schema with their count. */
function requiredMembers(schema: NormalizedSchema): string[] {
	const raw = schema.getSchema() as unknown as unknown[];
	const count = typeof raw[6] === "number" ? raw[6] : 0;
	return (raw[4] as string[]).slice(0, count);
}

function binding(traits: Record<string, unknown>): Partial<MemberFile> {
	if (traits.httpLabel) return { in: "label" };
	if (typeof traits.httpHeader === "string")
		return { in: "header", name: traits.httpHeader };
	if (typeof traits.httpQuery === "string")
		return { in: "query", name: traits.httpQuery };
	if (traits.httpPayload) return { in: "payload" };
	return traits.idempotencyToken ? { idempotencyToken: true } : {};
}

function simpleType(schema: NormalizedSchema): string {
	if (schema.isBlobSchema()) return "blob";
	if (schema.isBooleanSchema()) return "boolean";
	if (schema.isTimestampSchema()) return "timestamp";
	if (schema.isNumericSchema()) return "double";
	return "string";
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
	return Object.fromEntries(
		Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)),
	);
}

if (import.meta.main) {
	let stale = false;
	for (const { service, client } of described) {
		const file = new URL(
			`../src/services/${service}/description.json`,
			import.meta.url,
		);
		const text = `${JSON.stringify(await describe(service, client), null, 1)}\n`;
		if (!process.argv.includes("--check")) writeFileSync(file, text);
		else if (readFileSync(file, "utf8") !== text) {
			stale = true;
			console.error(
				`${service}: description.json is stale. Run: npm run describe`,
			);
		}
	}
	process.exitCode = stale ? 1 : 0;
}
