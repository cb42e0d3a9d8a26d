/** The blocks that a reply says, from a script to a draft. */

import { readFileSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import type { Citation, ImageFormat } from "@aws-sdk/client-bedrock-runtime";
import { whyUnusable } from "../../file-error.ts";
import type { Json, JsonObject } from "../../json.ts";
import type { DraftBlock } from "../../turn/draft.ts";
import { at } from "./problems.ts";
import type { Scope } from "./scope.ts";
import type {
	BlockSource,
	ImageSource,
	ReplySource,
	ScriptPath,
	ToolSource,
} from "./source.ts";
import type { DataTemplate } from "./template.ts";

/** Compiles the blocks of one reply. */
export class BlockCompiler {
	readonly #path: ScriptPath;
	readonly #file: string | undefined;
	readonly #data: (
		member: string,
		value: Json | undefined,
	) => DataTemplate | undefined;

	/**
	 * @param file - the script's, absolute; undefined: pictures cannot be read from files
	 * @param data - compiles a member's templates
	 */
	constructor(
		path: ScriptPath,
		file: string | undefined,
		data: (member: string, value: Json | undefined) => DataTemplate | undefined,
	) {
		this.#path = path;
		this.#file = file;
		this.#data = data;
	}

	/** Blocks in the order in which models say them: thoughts, text, picture, tool calls. */
	content(source: ReplySource): (scope: Scope) => DraftBlock[] {
		const { reasoning, text, deltas, citations, image, tool, tools } = source;
		const blocks: BlockSource[] = source.content ?? [
			...(reasoning === undefined ? [] : [{ reasoning }]),
			...(text === undefined && deltas === undefined
				? []
				: [{ text, deltas, citations } as BlockSource]),
			...(image === undefined ? [] : [{ image }]),
			...(tool ? [{ tool }] : []),
			...(tools ?? []).map((one) => ({ tool: one })),
		];
		const makers = blocks.map((block, index) => {
			const [kind = "text"] = Object.keys(block);
			const place = source.content ? ["content", index, kind] : [kind];
			return at([...this.#path, ...place], kind, () => this.#block(block));
		});
		return (scope) => makers.map((make) => make(scope));
	}

	#block(block: BlockSource): (scope: Scope) => DraftBlock {
		if (block.tool) return this.#tool(block.tool);
		if (block.reasoning !== undefined) return this.#reasoning(block.reasoning);
		if (block.image !== undefined) {
			const image = readImage(block.image, this.#file);
			return () => ({ image });
		}
		return this.#text(block);
	}

	#text({
		text,
		deltas,
		citations,
	}: BlockSource): (scope: Scope) => DraftBlock {
		const whole = this.#data("text", text ?? deltas?.join("") ?? "");
		const pieces = this.#data("deltas", deltas);
		const cited = this.#data("citations", citations);
		return (scope) => {
			const said = pieces?.render(scope) as string[] | undefined;
			const spoken = said?.map(asText);
			const joined = spoken?.join("") ?? asText(whole?.render(scope));
			if (cited) {
				// The schema of Converse's Citation is the author's to keep.
				const list = cited.render(scope) as unknown as Citation[];
				return { citations: { text: joined, citations: list } };
			}
			return { text: joined, deltas: spoken };
		};
	}

	#tool({
		name,
		input = {},
		id,
		server,
	}: ToolSource): (scope: Scope) => DraftBlock {
		const template = this.#data("tool", { name, input, ...(id && { id }) });
		return (scope) => {
			const rendered = template?.render(scope) as JsonObject;
			return {
				toolUse: {
					name: asText(rendered.name),
					input: rendered.input ?? {},
					toolUseId: id && asText(rendered.id),
					type: server ? "server_tool_use" : undefined,
				},
			};
		};
	}

	#reasoning(
		source: NonNullable<BlockSource["reasoning"]>,
	): (scope: Scope) => DraftBlock {
		const { text, signature, redacted } =
			typeof source === "string" ? { text: source } : { ...source };
		if (redacted !== undefined) {
			const bytes = new Uint8Array(Buffer.from(redacted, "base64"));
			return () => ({ redactedReasoning: bytes });
		}
		const template = this.#data("reasoning", text ?? "");
		return (scope) => ({
			reasoning: { text: asText(template?.render(scope)), signature },
		});
	}
}

function asText(value: Json | undefined): string {
	return typeof value === "string" ? value : JSON.stringify(value ?? "");
}

/** The largest picture, in bytes: what Converse takes of clients. */
const maxImageBytes = 3_750_000;

function readImage(source: ImageSource, file: string | undefined) {
	const image = typeof source === "string" ? { file: source } : source;
	if (image.bytes !== undefined) {
		return {
			format: (image.format ?? "png") as ImageFormat,
			source: { bytes: new Uint8Array(Buffer.from(image.bytes, "base64")) },
		};
	}
	if (file === undefined || image.file === undefined)
		throw new Error("Give the picture as bytes, in base64");
	const bytes = readPicture(resolve(dirname(file), image.file), image.file);
	if (bytes.length > maxImageBytes)
		throw new Error(`${image.file} is larger than ${maxImageBytes} bytes`);
	const extension = extname(image.file).slice(1).replace("jpg", "jpeg");
	return {
		format: (image.format ?? extension) as ImageFormat,
		source: { bytes: new Uint8Array(bytes) },
	};
}

function readPicture(path: string, shown: string): Uint8Array {
	try {
		return readFileSync(path);
	} catch (error) {
		throw new Error(whyUnusable(shown, error));
	}
}
