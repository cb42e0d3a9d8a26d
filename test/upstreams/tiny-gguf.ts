import { chatTemplate } from "./chat-template.ts";
import {
	type Metadata,
	randomTensors,
	type Tensor,
	writeGguf,
} from "./gguf.ts";

/** What a generated model has beside its random weights. */
export interface TinyModel {
	/** Its chat template is a reasoning model's. */
	thinks?: boolean;
	/** Chooses the weights: the same seed, the same bytes. */
	seed?: number;
}

/** Numbers of a vector. */
export const width = 64;
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
 * letters from the rest, so that it babbles in ASCII, begins a tool call now and then, and ends its turn after a call or
 * some thirty tokens.
 */
export function tinyGguf(options: TinyModel = {}): Buffer {
	const { thinks = false, seed = 1 } = options;
	return writeGguf(metadata(chatTemplate(thinks)), makeTensors(seed, thinks));
}

function metadata(template: string): Metadata {
	return [
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

function makeTensors(seed: number, thinks: boolean): Tensor[] {
	const { matrix, vector } = randomTensors(seed);
	const ones = (name: string) => vector(name, width);
	const embedding = matrix("token_embd.weight", [width, vocabularySize]);
	const output = matrix("output.weight", [width, vocabularySize], 0.2);
	for (let token = 0; token < vocabularySize; token++) {
		embedding.values[token * width] = 4;
		output.values[token * width] = likelihood(token, thinks);
	}
	// The second number is large after > alone, and says that the turn ends: one call is enough.
	embedding.values[62 * width + 1] = 8;
	output.values[endOfTurn * width + 1] = 1;
	const blocks = Array.from({ length: layers }, (_, layer) => [
		ones(`blk.${layer}.attn_norm.weight`),
		...["q", "k", "v", "output"].map((part) =>
			matrix(`blk.${layer}.attn_${part}.weight`, [width, width]),
		),
		ones(`blk.${layer}.ffn_norm.weight`),
		matrix(`blk.${layer}.ffn_gate.weight`, [width, inner]),
		matrix(`blk.${layer}.ffn_up.weight`, [width, inner]),
		matrix(`blk.${layer}.ffn_down.weight`, [inner, width]),
	]);
	return [embedding, ...blocks.flat(), ones("output_norm.weight"), output];
}

/** What a token gets of the large first number: about 3.5 times as much is added to its logit. */
function likelihood(token: number, thinks: boolean): number {
	const isLetter = token >= 97 && token <= 122;
	if (isLetter || token === 32) return 1;
	// A quote ends a string where a grammar asks for JSON.
	if (token === toolCall || token === 34) return 1.2;
	if (token === endOfTurn) return 1.25;
	if (token === endOfThought) return thinks ? 1.15 : -2;
	return token >= 33 && token <= 126 ? 0.5 : -2;
}
