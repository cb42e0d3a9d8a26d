import { seededRandom } from "../../src/random.ts";
import { chatTemplate } from "./chat-template.ts";

/** What a generated model has beside its random weights. */
export interface TinyModel {
	/** Its chat template is a reasoning model's. */
	thinks?: boolean;
	/** Chooses the weights: the same seed, the same bytes. */
	seed?: number;
}

const width = 64;
const layers = 2;
const heads = 4;
const inner = 128;
const contextLength = 4096;

/** Tokens past the 256 bytes: those that a conversation is made with, and those that the model says. */
const control = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
const endOfTurn = 258;
const said = ["<tool_call>", "</tool_call>", "<think>", "</think>"];
const toolCall = 259;
const endOfThought = 262;
const vocabularySize = 256 + control.length + said.length;

/**
 * A model of 2 layers, 64 wide, with a token for each byte, as the bytes of a GGUF file: half a megabyte that any server on
 * llama.cpp loads at once. Its weights are random but for one thing: the first number of every vector is large and tells
 * letters from the rest, so that it babbles in ASCII, begins a tool call now and then, and ends its turn after some twenty
 * tokens.
 *
 * Source: GGUF's specification, version 3 (documented in ggml's docs/gguf.md).
 */
export function tinyGguf(options: TinyModel = {}): Buffer {
	const { thinks = false, seed = 1 } = options;
	const tensors = makeTensors(seed, thinks);
	const head = new Writer();
	head.bytes(Buffer.from("GGUF")).u32(3);
	head.u64(tensors.length).u64(0);
	const counted = head.length - 8;
	const pairs = writeMetadata(head, chatTemplate(thinks));
	let offset = 0;
	for (const { name, shape, values } of tensors) {
		head.text(name).u32(shape.length);
		for (const size of shape) head.u64(size);
		head.u32(0).u64(offset);
		offset += align(values.byteLength);
	}
	const written = head.take();
	written.writeBigUInt64LE(BigInt(pairs), counted);
	return Buffer.concat([
		padded(written),
		...tensors.map(({ values }) => padded(Buffer.from(values.buffer))),
	]);
}

function writeMetadata(head: Writer, template: string): number {
	const pairs: [string, (writer: Writer) => void][] = [
		["general.architecture", (w) => w.u32(8).text("llama")],
		["general.name", (w) => w.u32(8).text("tiny")],
		["llama.context_length", (w) => w.u32(4).u32(contextLength)],
		["llama.embedding_length", (w) => w.u32(4).u32(width)],
		["llama.block_count", (w) => w.u32(4).u32(layers)],
		["llama.feed_forward_length", (w) => w.u32(4).u32(inner)],
		["llama.attention.head_count", (w) => w.u32(4).u32(heads)],
		["llama.rope.dimension_count", (w) => w.u32(4).u32(width / heads)],
		["llama.attention.layer_norm_rms_epsilon", (w) => w.u32(6).f32(1e-5)],
		["tokenizer.ggml.model", (w) => w.u32(8).text("gpt2")],
		["tokenizer.ggml.pre", (w) => w.u32(8).text("gpt-2")],
		["tokenizer.ggml.tokens", (w) => w.list(8, tokens(), (t) => w.text(t))],
		[
			"tokenizer.ggml.token_type",
			(w) => w.list(5, tokens(), (_, index) => w.u32(kindOf(index))),
		],
		["tokenizer.ggml.merges", (w) => w.list(8, [], () => undefined)],
		["tokenizer.ggml.bos_token_id", (w) => w.u32(4).u32(256)],
		["tokenizer.ggml.eos_token_id", (w) => w.u32(4).u32(endOfTurn)],
		["tokenizer.ggml.add_bos_token", (w) => w.u32(7).u8(0)],
		["tokenizer.chat_template", (w) => w.u32(8).text(template)],
	];
	for (const [key, write] of pairs) {
		head.text(key);
		write(head);
	}
	return pairs.length;
}

/** Bytes as GPT-2 spells them: those that print stand for themselves, the others for characters from 256 on. */
function tokens(): string[] {
	let next = 256;
	const bytes = Array.from({ length: 256 }, (_, byte) => {
		const prints =
			(byte >= 33 && byte <= 126) ||
			(byte >= 161 && byte <= 172) ||
			byte >= 174;
		return String.fromCodePoint(prints ? byte : next++);
	});
	return [...bytes, ...control, ...said];
}

/** GGUF's numbers: 1 is a normal token, 3 a control token, which is never said, 4 one that was added to the others. */
function kindOf(token: number): number {
	if (token < 256) return 1;
	return token < 256 + control.length ? 3 : 4;
}

interface Tensor {
	name: string;
	/** Innermost first. */
	shape: number[];
	values: Float32Array;
}

function makeTensors(seed: number, thinks: boolean): Tensor[] {
	const random = seededRandom(seed);
	const matrix = (
		name: string,
		columns: number,
		rows: number,
		spread = 0.4,
	): Tensor => ({
		name,
		shape: [columns, rows],
		values: Float32Array.from(
			{ length: columns * rows },
			() => (random.next() - 0.5) * spread,
		),
	});
	const ones = (name: string): Tensor => ({
		name,
		shape: [width],
		values: new Float32Array(width).fill(1),
	});
	const embedding = matrix("token_embd.weight", width, vocabularySize);
	const output = matrix("output.weight", width, vocabularySize, 0.2);
	for (let token = 0; token < vocabularySize; token++) {
		embedding.values[token * width] = 4;
		output.values[token * width] = likelihood(token, thinks);
	}
	const blocks = Array.from({ length: layers }, (_, layer) => [
		ones(`blk.${layer}.attn_norm.weight`),
		...["q", "k", "v", "output"].map((part) =>
			matrix(`blk.${layer}.attn_${part}.weight`, width, width),
		),
		ones(`blk.${layer}.ffn_norm.weight`),
		matrix(`blk.${layer}.ffn_gate.weight`, width, inner),
		matrix(`blk.${layer}.ffn_up.weight`, width, inner),
		matrix(`blk.${layer}.ffn_down.weight`, inner, width),
	]);
	return [embedding, ...blocks.flat(), ones("output_norm.weight"), output];
}

/** What a token gets of the large first number: about 3.5 times as much is added to its logit. */
function likelihood(token: number, thinks: boolean): number {
	const isLetter = token >= 97 && token <= 122;
	if (isLetter || token === 32 || token === toolCall) return 1;
	// A quote ends a string where a grammar asks for JSON.
	if (token === endOfTurn || token === 34) return 1.2;
	if (token === endOfThought) return thinks ? 1.15 : -2;
	return token >= 33 && token <= 126 ? 0.5 : -2;
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
class Writer {
	readonly #parts: Buffer[] = [];
	length = 0;

	bytes(part: Buffer): this {
		this.#parts.push(part);
		this.length += part.length;
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
