import { isObject, type Json, type JsonObject } from "../../json.ts";

/** The reference of a schema; a dynamic one is followed as a plain one (the root's anchor is the one that is meant). */
export function refOf(schema: JsonObject): string | undefined {
	const { $ref, $dynamicRef, $recursiveRef } = schema;
	return [$ref, $dynamicRef, $recursiveRef].find(
		(ref) => typeof ref === "string",
	);
}

/**
 * What a local reference points to: `#`, `#/a/b`, the anchor or `$id` of the root or of one of its definitions, and all of
 * these behind the root's own `$id`.
 */
export function resolveRef(root: Json, reference: string): Json | undefined {
	const ref = relativeTo(root, reference);
	if (ref === "#") return root;
	if (!ref.startsWith("#/")) return findNamed(root, ref);
	let target: Json | undefined = root;
	for (const key of ref.slice(2).split("/")) {
		if (typeof target !== "object" || target === null) return undefined;
		const name = decodeKey(key);
		target = Object.hasOwn(target, name)
			? (target as JsonObject)[name]
			: undefined;
	}
	return target;
}

function relativeTo(root: Json, ref: string): string {
	const id = isObject(root) ? root.$id : undefined;
	if (typeof id !== "string" || id === "") return ref;
	const base = id.replace(/#$/, "");
	if (ref === base) return "#";
	return ref.startsWith(`${base}#`) ? ref.slice(base.length) : ref;
}

function findNamed(root: Json, ref: string): Json | undefined {
	if (!isObject(root)) return undefined;
	if (isNamed(root, ref)) return root;
	for (const group of [root.$defs, root.definitions]) {
		if (!isObject(group)) continue;
		for (const definition of Object.values(group)) {
			if (isObject(definition) && isNamed(definition, ref)) return definition;
		}
	}
	return undefined;
}

function isNamed({ $id, $anchor, $dynamicAnchor }: JsonObject, ref: string) {
	return $id === ref || `#${$anchor}` === ref || `#${$dynamicAnchor}` === ref;
}

function decodeKey(key: string): string {
	const plain = key.replaceAll("~1", "/").replaceAll("~0", "~");
	try {
		return decodeURIComponent(plain);
	} catch {
		return plain;
	}
}
