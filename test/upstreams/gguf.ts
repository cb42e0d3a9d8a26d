/**
 * Writes GGUF files, the models of llama.cpp.
 *
 * Source: GGUF's specification, version 3 (documented in ggml's docs/gguf.md).
 */
import { seededRandom } from "../../src/random.ts";

/** Keys, and what writes the value of each: its type's number, then the value. */
export type Metadata = [key: string, write: (writer: Writer) => void][];

/** One tensor of 32-bit floats. */
export interface Tensor {
	name: string;
	/** Innermost first. */
	shape: number[];
	values: Float32Array<ArrayBuffer>;
}

/** The bytes of a file. */
export function writeGguf(metadata: Metadata, tensors: Tensor[]): Buffer {
	const head = new Writer();
	head.bytes(Buffer.from("GGUF")).u32(3);
	head.u64(tensors.length).u64(metadata.length);
	for (const [key, write] of metadata) write(head.text(key));
	let offset = 0;
	for (const { name, shape, values } of tensors) {
		head.text(name).u32(shape.length);
		for (const size of shape) head.u64(size);
		head.u32(0).u64(offset);
		offset += align(values.byteLength);
	}
	return Buffer.concat([
		padded(head.take()),
		...tensors.map(({ values }) => padded(Buffer.from(values.buffer))),
	]);
}

/** Makes tensors of random numbers around 0, and vectors of ones, as norms begin with. */
export function randomTensors(seed: number) {
	const random = seededRandom(seed);
	return {
		matrix: (name: string, shape: number[], spread = 0.4): Tensor => ({
			name,
			shape,
			values: Float32Array.from(
				{ length: shape.reduce((product, size) => product * size) },
				() => (random.next() - 0.5) * spread,
			),
		}),
		vector: (name: string, length: number, value = 1): Tensor => ({
			name,
			shape: [length],
			values: new Float32Array(length).fill(value),
		}),
	};
}

const alignment = 32;

function align(length: number): number {
	return Math.ceil(length / alignment) * alignment;
}

function padded(bytes: Buffer): Buffer {
	return Buffer.concat([
		bytes,
		Buffer.alloc(align(bytes.length) - bytes.length),
	]);
}

/** Little-endian, as GGUF has it. */
export class Writer {
	readonly #parts: Buffer[] = [];

	bytes(part: Buffer): this {
		this.#parts.push(part);
		return this;
	}

	u8(value: number): this {
		return this.bytes(Buffer.from([value]));
	}

	u32(value: number): this {
		const part = Buffer.alloc(4);
		part.writeUInt32LE(value);
		return this.bytes(part);
	}

	u64(value: number): this {
		const part = Buffer.alloc(8);
		part.writeBigUInt64LE(BigInt(value));
		return this.bytes(part);
	}

	f32(value: number): this {
		const part = Buffer.alloc(4);
		part.writeFloatLE(value);
		return this.bytes(part);
	}

	text(value: string): this {
		const part = Buffer.from(value);
		return this.u64(part.length).bytes(part);
	}

	/** @param kind - GGUF's number for the type of the items */
	list<T>(
		kind: number,
		items: T[],
		write: (item: T, index: number) => void,
	): this {
		this.u32(9).u32(kind).u64(items.length);
		items.forEach(write);
		return this;
	}

	take(): Buffer {
		return Buffer.concat(this.#parts);
	}
}
