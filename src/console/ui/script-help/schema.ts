/** What a JSON Schema says of the places of a document: as much of JSON Schema as the schema of scripts uses. */
export interface Schema {
	$ref?: string;
	description?: string;
	type?: string | string[];
	enum?: unknown[];
	properties?: Record<string, Schema>;
	additionalProperties?: boolean | Schema;
	items?: Schema;
	definitions?: Record<string, Schema>;
}

/** A key that may be written. */
export interface Member {
	name: string;
	description: string;
}

/** The schema of the value at a path; undefined where the schema says nothing. */
function schemaAt(
	root: Schema,
	path: readonly (string | number)[],
): Schema | undefined {
	let schema: Schema | undefined = root;
	for (const segment of path) {
		if (!schema) return undefined;
		schema = followed(root, childOf(schema, segment));
	}
	return schema;
}

function childOf(schema: Schema, segment: string | number): Schema | undefined {
	if (typeof segment === "number") return schema.items;
	const { properties, additionalProperties } = schema;
	if (properties && Object.hasOwn(properties, segment))
		return properties[segment];
	return typeof additionalProperties === "object"
		? additionalProperties
		: undefined;
}

/** What stands beside a reference goes over what it refers to. */
function followed(root: Schema, schema: Schema | undefined) {
	if (schema?.$ref === undefined) return schema;
	const name = schema.$ref.replace("#/definitions/", "");
	const { $ref: _, ...beside } = schema;
	return { ...root.definitions?.[name], ...beside };
}

/** The keys that the mapping at a path may have. */
export function membersAt(
	root: Schema,
	path: readonly (string | number)[],
): Member[] {
	const properties = schemaAt(root, path)?.properties ?? {};
	return Object.entries(properties)
		.filter(([name]) => name !== "$schema")
		.map(([name, schema]) => ({
			name,
			description: followed(root, schema)?.description ?? "",
		}));
}

/** The values that the place at a path may have, where they are few. */
export function valuesAt(
	root: Schema,
	path: readonly (string | number)[],
): string[] {
	const schema = schemaAt(root, path);
	if (!schema) return [];
	if (schema.enum) return schema.enum.map(String);
	return [schema.type ?? []].flat().includes("boolean")
		? ["true", "false"]
		: [];
}

/** What the key at a path is for, and which values it takes. */
export function describeAt(
	root: Schema,
	path: readonly (string | number)[],
): string | undefined {
	const schema = schemaAt(root, path);
	if (!schema) return undefined;
	const values = schema.enum?.map(String).join(", ");
	const parts = [
		schema.description,
		values === undefined ? undefined : `One of ${values}.`,
	].filter((part) => part !== undefined);
	return parts.length > 0 ? parts.join(" ") : undefined;
}
