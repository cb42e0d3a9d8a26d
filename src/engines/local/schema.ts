/** JSON Schema as far as node-llama-cpp's grammars hold a reply to it. */
import { isObject, type Json, type JsonObject } from "../../json.ts";

/** A schema for a grammar, and the keywords of the original that no grammar holds. */
export interface GrammarSchema {
	schema: JsonObject;
	/** Such as `properties.age.minimum`. */
	lost: string[];
}

/** Any JSON value. */
const anything: JsonObject = {
	oneOf: [
		{ type: ["string", "number", "boolean", "null"] },
		{ type: "array" },
		{ type: "object", additionalProperties: true },
	],
};

/** Keywords that say something of the value, which a grammar of this kind cannot see. */
const unheld = new Set([
	...["pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
	...["multipleOf", "uniqueItems", "contains", "not", "if", "then", "else"],
	...["patternProperties", "propertyNames", "dependentRequired"],
	...["dependentSchemas", "unevaluatedProperties", "unevaluatedItems"],
]);

/** Longer repetitions make grammars that llama.cpp refuses (observed: beyond 2,000). */
const longestRepetition = 1000;

/**
 * Rewrites a JSON Schema in the words that the grammar knows: `anyOf` as `oneOf`, `definitions` as `$defs`, objects without
 * properties as open ones. A grammar says all properties of an object, so that `required` needs no word.
 */
export function grammarSchema(schema: Json): GrammarSchema {
	const rewriting = new Rewriting();
	return { schema: rewriting.rewrite(schema, ""), lost: rewriting.lost };
}

class Rewriting {
	readonly lost: string[] = [];

	rewrite(schema: Json, path: string): JsonObject {
		if (!isObject(schema)) return anything;
		for (const key of Object.keys(schema)) {
			if (unheld.has(key)) this.lost.push(`${path}${key}`);
		}
		const rewritten = this.#rewriteKind(schema, path);
		const definitions = schema.$defs ?? schema.definitions;
		if (isObject(definitions))
			rewritten.$defs = this.#each(definitions, `${path}$defs.`);
		if (typeof schema.description === "string")
			rewritten.description = schema.description;
		return rewritten;
	}

	#rewriteKind(schema: JsonObject, path: string): JsonObject {
		const { $ref, allOf, type } = schema;
		const choices = schema.anyOf ?? schema.oneOf;
		if (typeof $ref === "string") return this.#reference($ref, path);
		if (schema.const !== undefined && !isObject(schema.const))
			return { const: schema.const };
		if (Array.isArray(schema.enum) && schema.enum.every(isScalar))
			return { enum: schema.enum };
		if (Array.isArray(choices) && choices.length > 0)
			return {
				oneOf: choices.map((choice, index) =>
					this.rewrite(choice, `${path}${index}.`),
				),
			};
		if (Array.isArray(allOf)) return this.#merge(schema, allOf, path);
		if (Array.isArray(type)) return this.#oneOfTypes(schema, type, path);
		return this.#rewriteType(schema, typeOf(schema), path);
	}

	#reference(reference: string, path: string): JsonObject {
		const [, name] =
			/^#\/(?:\$defs|definitions)\/([^/]+)$/u.exec(reference) ?? [];
		if (name !== undefined) return { $ref: `#/$defs/${name}` };
		this.lost.push(`${path}$ref`);
		return { ...anything };
	}

	/** Objects that each say some properties, as class hierarchies are written. */
	#merge(schema: JsonObject, parts: Json[], path: string): JsonObject {
		const { allOf: _, ...own } = schema;
		const objects = [...parts.filter(isObject), own];
		if (objects.some((part) => part.$ref !== undefined) && objects.length > 2) {
			this.lost.push(`${path}allOf`);
			return { ...anything };
		}
		const merged: JsonObject = Object.assign({}, ...objects);
		const properties = objects.map((part) => part.properties).filter(isObject);
		if (properties.length > 0)
			merged.properties = Object.assign({}, ...properties);
		return this.#rewriteKind(merged, path);
	}

	#oneOfTypes(schema: JsonObject, types: Json[], path: string): JsonObject {
		const oneOf = types.map((type) =>
			this.#rewriteType(schema, String(type), path),
		);
		return oneOf.length === 1 ? (oneOf[0] as JsonObject) : { oneOf };
	}

	#rewriteType(
		schema: JsonObject,
		type: string | undefined,
		path: string,
	): JsonObject {
		if (type === "object") return this.#object(schema, path);
		if (type === "array") return this.#array(schema, path);
		if (type === "string") return this.#string(schema, path);
		return type === undefined ? { ...anything } : { type };
	}

	#object(schema: JsonObject, path: string): JsonObject {
		const { properties, additionalProperties } = schema;
		const rewritten: JsonObject = { type: "object" };
		if (isObject(properties))
			rewritten.properties = this.#each(properties, `${path}properties.`);
		const isOpen = !isObject(properties) && additionalProperties !== false;
		if (isObject(additionalProperties))
			rewritten.additionalProperties = this.rewrite(
				additionalProperties,
				`${path}additionalProperties.`,
			);
		else if (isOpen) rewritten.additionalProperties = true;
		if (rewritten.additionalProperties !== undefined)
			this.#lengths(
				schema,
				["minProperties", "maxProperties"],
				rewritten,
				path,
			);
		return rewritten;
	}

	#array(schema: JsonObject, path: string): JsonObject {
		const { items, prefixItems } = schema;
		const rewritten: JsonObject = { type: "array" };
		if (isObject(items)) rewritten.items = this.rewrite(items, `${path}items.`);
		if (Array.isArray(prefixItems))
			rewritten.prefixItems = prefixItems.map((item, index) =>
				this.rewrite(item, `${path}prefixItems.${index}.`),
			);
		this.#lengths(schema, ["minItems", "maxItems"], rewritten, path);
		return rewritten;
	}

	#string(schema: JsonObject, path: string): JsonObject {
		const { format } = schema;
		const rewritten: JsonObject = { type: "string" };
		if (format === "date" || format === "time" || format === "date-time")
			return { ...rewritten, format };
		if (format !== undefined) this.lost.push(`${path}format`);
		this.#lengths(schema, ["minLength", "maxLength"], rewritten, path);
		return rewritten;
	}

	#lengths(
		schema: JsonObject,
		names: string[],
		into: JsonObject,
		path: string,
	): void {
		for (const name of names) {
			const length = schema[name];
			if (typeof length !== "number") continue;
			if (length <= longestRepetition) into[name] = length;
			else this.lost.push(`${path}${name}`);
		}
	}

	#each(schemas: JsonObject, path: string): JsonObject {
		return Object.fromEntries(
			Object.entries(schemas).map(([name, schema]) => [
				name,
				this.rewrite(schema, `${path}${name}.`),
			]),
		);
	}
}

function typeOf(schema: JsonObject): string | undefined {
	if (typeof schema.type === "string") return schema.type;
	if (schema.properties !== undefined) return "object";
	return schema.items === undefined ? undefined : "array";
}

function isScalar(value: Json): boolean {
	return typeof value !== "object" || value === null;
}
