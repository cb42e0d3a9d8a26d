import type { Tool } from "@aws-sdk/client-bedrock-runtime";
import { isObject } from "../json.ts";
import { bareTokens, type Calibration } from "./calibration.ts";

/** Schemas nested deeper weigh nothing more: clients write them. */
const maxSchemaDepth = 32;

/**
 * How many tokens the definition of a tool is: its name, its description, and its schema property by property. The
 * family's multiplier does not apply, as in the calibration it comes from.
 */
export function toolTokens(family: Calibration, tool: Tool): number {
	if (tool.systemTool) return bareTokens(family, tool.systemTool.name ?? "");
	const spec = tool.toolSpec;
	if (!spec) return 0;
	let tokens = bareTokens(family, spec.name ?? "");
	if (spec.description)
		tokens += family.perDesc + bareTokens(family, spec.description);
	return tokens + schemaTokens(family, spec.inputSchema?.json, 0);
}

function schemaTokens(
	family: Calibration,
	schema: unknown,
	depth: number,
): number {
	if (
		!isObject(schema) ||
		!isObject(schema.properties) ||
		depth === maxSchemaDepth
	)
		return 0;
	let tokens = 0;
	let perProperty = family.perFirstProp;
	for (const [name, property] of Object.entries(schema.properties)) {
		tokens +=
			perProperty +
			bareTokens(family, name) +
			propertyTokens(family, property, depth);
		perProperty = family.perAdditionalProp;
	}
	return tokens;
}

function propertyTokens(
	family: Calibration,
	property: unknown,
	depth: number,
): number {
	if (!isObject(property)) return 0;
	let tokens = 0;
	if (typeof property.description === "string" && property.description !== "") {
		tokens += family.perPropDesc + bareTokens(family, property.description);
	}
	if (Array.isArray(property.enum)) {
		tokens += family.perEnum;
		for (const value of property.enum)
			tokens += bareTokens(family, String(value));
	}
	if (isObject(property.properties)) {
		return (
			tokens +
			family.perNestedObject +
			schemaTokens(family, property, depth + 1)
		);
	}
	if (isObject(property.items) && isObject(property.items.properties)) {
		return (
			tokens +
			family.perArrayOfObjects +
			schemaTokens(family, property.items, depth + 1)
		);
	}
	return tokens;
}
