/** What a cassette was recorded against: the catalogue's row and AWS's description, hashed, so that stale ones are found. */

import { createHash } from "node:crypto";
import type { Json, JsonObject } from "../json.ts";
import type { Model } from "../models/catalog.ts";
import type { Operation, Shape } from "../protocol/description.ts";
import { sorted } from "./request.ts";

/** They change without the model's answers. */
const leftOut = new Set([
	"confidence",
	"listed",
	"onDemandRegions",
	"prices",
	"pricesByProfile",
	"regions",
]);

/** What the catalogue says of a model that bears on its answers. */
export function factsOf(row: Model): JsonObject {
	const kept = Object.entries(row).filter(
		([name, value]) => !leftOut.has(name) && value !== undefined,
	);
	return sorted(Object.fromEntries(kept));
}

/** 12 hexadecimal digits. */
export function hashFacts(facts: Json): string {
	return shortHash(JSON.stringify(facts));
}

/** 12 hexadecimal digits: what AWS's description says of an operation's input and output. */
export function hashOperation({ name, input, output }: Operation): string {
	const seen = new Map<string, string>();
	for (const shape of [input, output]) describe(shape, seen);
	return shortHash(name + [...seen.values()].sort().join("\n"));
}

function describe(shape: Shape, seen: Map<string, string>): void {
	if (seen.has(shape.name)) return;
	const members = shape.members.map(
		({ name, wireName, target, required, in: place }) =>
			`${name} ${wireName} ${target.name} ${required} ${place}`,
	);
	const { type, min, max, pattern, enum: words } = shape;
	seen.set(
		shape.name,
		JSON.stringify([shape.name, type, min, max, pattern, words, members]),
	);
	for (const { target } of shape.members) describe(target, seen);
	for (const inner of [shape.member, shape.key, shape.value])
		if (inner) describe(inner, seen);
}

function shortHash(text: string): string {
	return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
