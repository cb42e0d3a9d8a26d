import {
	type Metadata,
	randomTensors,
	type Tensor,
	writeGguf,
} from "./gguf.ts";
import { width as modelWidth } from "./tiny-gguf.ts";

const width = 32;
const inner = 64;
/** An image is scaled to 32 x 32 pixels and cut into 4 patches, each of which becomes a token. */
const imageSize = 32;
const patchSize = 16;
const layers = 2;

/**
 * Eyes for the model of `tinyGguf`: a vision encoder with a projector as LLaVA has it, of random weights, as a GGUF file
 * that llama.cpp's server takes by `--mmproj`. What it sees means nothing, but it is really looked at.
 *
 * Source: llama.cpp v0.5.0, tools/mtmd/clip.cpp (observed: what it demands of projector type mlp).
 */
export function tinyEyes(): Buffer {
	return writeGguf(metadata, makeTensors());
}

const metadata: Metadata = [
	["general.architecture", (w) => w.u32(8).text("clip")],
	["clip.has_vision_encoder", (w) => w.u32(7).u8(1)],
	["clip.projector_type", (w) => w.u32(8).text("mlp")],
	["clip.use_gelu", (w) => w.u32(7).u8(1)],
	["clip.vision.image_size", (w) => w.u32(4).u32(imageSize)],
	["clip.vision.patch_size", (w) => w.u32(4).u32(patchSize)],
	["clip.vision.embedding_length", (w) => w.u32(4).u32(width)],
	["clip.vision.feed_forward_length", (w) => w.u32(4).u32(inner)],
	["clip.vision.block_count", (w) => w.u32(4).u32(layers)],
	["clip.vision.projection_dim", (w) => w.u32(4).u32(modelWidth)],
	["clip.vision.attention.head_count", (w) => w.u32(4).u32(2)],
	["clip.vision.attention.layer_norm_epsilon", (w) => w.u32(6).f32(1e-5)],
	[
		"clip.vision.image_mean",
		(w) => w.list(6, [0.5, 0.5, 0.5], (n) => w.f32(n)),
	],
	["clip.vision.image_std", (w) => w.list(6, [0.5, 0.5, 0.5], (n) => w.f32(n))],
];

function makeTensors(): Tensor[] {
	const { matrix, vector } = randomTensors(1);
	const norm = (name: string) => [
		vector(`${name}.weight`, width),
		vector(`${name}.bias`, width, 0),
	];
	const linear = (name: string, from: number, to: number) => [
		matrix(`${name}.weight`, [from, to]),
		vector(`${name}.bias`, to, 0),
	];
	const blocks = Array.from({ length: layers }, (_, layer) => [
		...norm(`v.blk.${layer}.ln1`),
		...["q", "k", "v", "out"].flatMap((part) =>
			linear(`v.blk.${layer}.attn_${part}`, width, width),
		),
		...norm(`v.blk.${layer}.ln2`),
		...linear(`v.blk.${layer}.ffn_up`, width, inner),
		...linear(`v.blk.${layer}.ffn_down`, inner, width),
	]);
	const patches = (imageSize / patchSize) ** 2;
	return [
		matrix("v.patch_embd.weight", [patchSize, patchSize, 3, width]),
		matrix("v.position_embd.weight", [width, patches]),
		...blocks.flat(),
		...linear("mm.0", width, modelWidth),
		...linear("mm.2", modelWidth, modelWidth),
	];
}
