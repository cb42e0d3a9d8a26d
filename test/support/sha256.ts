import { createHash, createHmac } from "node:crypto";

/** Node's hashes in the shape that the oracle wants. */
export class Sha256 {
	readonly #hash;
	constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
		const key =
			typeof secret === "string"
				? secret
				: secret && new Uint8Array(toBytes(secret));
		this.#hash =
			key === undefined ? createHash("sha256") : createHmac("sha256", key);
	}
	update(chunk: Uint8Array) {
		this.#hash.update(chunk);
	}
	async digest() {
		return new Uint8Array(this.#hash.digest());
	}
	reset() {}
}

function toBytes(data: ArrayBuffer | ArrayBufferView): Uint8Array {
	return data instanceof ArrayBuffer
		? new Uint8Array(data)
		: new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
