import type { ToolCallDelta } from "./chunk.ts";

/** A tool call in the making. */
export interface GrowingCall {
	id: string | undefined;
	name: string;
	/** Arguments that were said already. */
	said: string;
	/** Arguments that came and are not said yet. */
	pending: string;
	isStarted: boolean;
}

/**
 * Tells which call a delta belongs to. Servers number them, or name them, or neither: one that has no number and no id
 * begins a call when it has a name, and goes on with the last one when it has none. Some number all calls 0.
 */
export class ToolCalls {
	/** In the order in which they began. */
	readonly all: GrowingCall[] = [];
	readonly #byKey = new Map<string | number, GrowingCall>();

	take(delta: ToolCallDelta): GrowingCall {
		const name = delta.function?.name ?? "";
		const call = this.#find(delta, name !== "") ?? this.#begin(delta);
		call.id ??= delta.id || undefined;
		call.name ||= name;
		call.pending += writeArguments(delta.function?.arguments);
		return call;
	}

	#find(delta: ToolCallDelta, isNamed: boolean): GrowingCall | undefined {
		const { index, id } = delta;
		if (typeof index === "number") {
			const found = this.#byKey.get(index);
			const isAnother = isNamed && id && found?.id && found.id !== id;
			return isAnother ? undefined : found;
		}
		if (id)
			return this.#byKey.get(id) ?? (isNamed ? undefined : this.all.at(-1));
		return isNamed ? undefined : this.all.at(-1);
	}

	#begin({ index, id }: ToolCallDelta): GrowingCall {
		const call: GrowingCall = {
			id: id || undefined,
			name: "",
			said: "",
			pending: "",
			isStarted: false,
		};
		this.all.push(call);
		if (typeof index === "number") this.#byKey.set(index, call);
		else if (id) this.#byKey.set(id, call);
		return call;
	}
}

function writeArguments(value: unknown): string {
	if (value === undefined || value === null) return "";
	return typeof value === "string" ? value : JSON.stringify(value);
}

/** Whether the arguments of a call are all there, as far as that shows. */
export function isWhole(call: GrowingCall): boolean {
	if (!call.said.trimEnd().endsWith("}")) return false;
	try {
		JSON.parse(call.said);
		return true;
	} catch {
		return false;
	}
}
