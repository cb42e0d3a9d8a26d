/** Values nested deeper are all alike to the hash: clients write them. */
const maxDepth = 64;

/** A hash of a prompt that grows: after each value added it stands for the model and all values so far. */
export class PrefixHash {
	readonly #hash = process.getBuiltinModule("node:crypto").hash;
	#state: string;

	constructor(modelId: string) {
		this.#state = modelId;
	}

	/** @returns the hash of everything so far: 40 hexadecimal digits, the same in every process */
	add(value: unknown): string {
		this.#state = this.#hash(
			"sha1",
			`${this.#state}\n${this.#written(value, 0)}`,
		);
		return this.#state;
	}

	/** JSON with bytes as their hash; members stand in the client's order, since the prompt that is made of them does. */
	#written(value: unknown, depth: number): string {
		if (typeof value !== "object" || value === null)
			return JSON.stringify(value) ?? "";
		if (value instanceof Uint8Array) return this.#hash("sha1", value);
		if (depth === maxDepth) return "…";
		if (Array.isArray(value))
			return `[${value.map((item) => this.#written(item, depth + 1)).join(",")}]`;
		const members = Object.entries(value).filter(
			([, member]) => member !== undefined,
		);
		return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${this.#written(member, depth + 1)}`).join(",")}}`;
	}
}
