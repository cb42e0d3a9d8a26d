/** Replies: what a rule says, compiled once, and played for each request that it answers. */
import { readFileSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import type {
	Citation,
	ImageFormat,
	StopReason,
} from "@aws-sdk/client-bedrock-runtime";
import type { Liquid } from "liquidjs";
import type { Call } from "../../call.ts";
import { ServiceError } from "../../errors.ts";
import type { Draft, DraftBlock, Pace } from "../../turn/draft.ts";
import { type PlayOptions, play } from "../../turn/play.ts";
import type {
	Json,
	JsonObject,
	Reply,
	ReplyEvent,
	ReplyExtras,
	Turn,
} from "../../turn/turn.ts";
import { exceptionMessage, exceptionName } from "./exceptions.ts";
import { at, ScriptError } from "./problems.ts";
import { breakAfter, playEvents } from "./raw-events.ts";
import type { Scope } from "./scope.ts";
import type {
	BlockSource,
	ImageSource,
	ReplySource,
	ScriptPath,
	ToolSource,
} from "./source.ts";
import { compileData, type DataTemplate } from "./template.ts";

/** What a rule says once. */
export interface CompiledReply {
	/** Beside the other replies of its rule. */
	readonly weight: number | undefined;
	/** Says nothing: the next rule, or the next engine, is asked. */
	readonly next: "rule" | "engine" | undefined;
	/** Says something in native bodies only, so other operations cannot have it. */
	readonly nativeOnly: boolean;
	/** First names that its templates refer to. */
	readonly names: readonly string[];
	/** @throws ServiceError the one that the script asks for, before the reply begins */
	play(scope: Scope, turn: Turn, call: Call, options: PlayOptions): Reply;
}

/** What compiling a reply needs beside its source. */
export interface ReplyAround {
	/** The rule's name. */
	rule: string;
	/** The script's file, absolute; undefined: pictures cannot be read from files. */
	file: string | undefined;
	liquid: Liquid | undefined;
}

const speaking = [
	"text",
	"deltas",
	"reasoning",
	"tool",
	"tools",
	"image",
	"content",
	"stopReason",
] as const;

/**
 * Compiles one reply.
 *
 * @throws ScriptError
 */
export function compileReply(
	source: ReplySource & { weight?: number },
	path: ScriptPath,
	around: ReplyAround,
): CompiledReply {
	const { weight, next, native, chunks, events, fault, error } = source;
	const names = new Set<string>();
	const says = speaking.some((member) => source[member] !== undefined);
	const says2 = [native, chunks, events, fault, error, next, source.fields];
	if (!says && says2.every((member) => member === undefined)) {
		throw new ScriptError(
			path,
			"It says nothing. Give it a text, a tool, an error, a fault, or another reply.",
		);
	}
	const data = (member: string, value: Json | undefined) => {
		if (value === undefined) return undefined;
		const template = at([...path, member], member, () =>
			compileData(value, around.liquid),
		);
		for (const name of template.names) names.add(name);
		return template;
	};
	const compiler = new BlockCompiler(path, around, data);
	const compiled: Compiled = {
		rule: around.rule,
		content: compiler.content(says ? source : fillerOf(source, around.rule)),
		stopReason: source.stopReason as StopReason | undefined,
		usage: source.usage,
		pace: readPace(source.pace),
		fields: data("fields", source.fields),
		headers: data("headers", source.headers),
		native: data("native", native),
		chunks: data("chunks", chunks),
		events: data("events", events),
		error: readError(error),
		message: undefined,
		fault: readFault(fault),
		otherFault: fault?.throw === undefined ? fault : undefined,
	};
	const words = compiled.fault?.message ?? compiled.error?.message;
	if (typeof words === "string") compiled.message = data("message", words);
	return {
		weight,
		next: next === true ? "rule" : next,
		nativeOnly:
			!says &&
			(native !== undefined || chunks !== undefined) &&
			events === undefined &&
			error === undefined,
		names: [...names],
		play: (scope, turn, call, options) =>
			playReply(compiled, scope, turn, call, options),
	};
}

interface Compiled {
	rule: string;
	content: (scope: Scope) => DraftBlock[];
	stopReason: StopReason | undefined;
	usage: Draft["usage"];
	pace: Partial<Pace> | undefined;
	fields: DataTemplate | undefined;
	headers: DataTemplate | undefined;
	native: DataTemplate | undefined;
	chunks: DataTemplate | undefined;
	events: DataTemplate | undefined;
	error: ({ name: string; message?: string } & JsonObject) | undefined;
	/** Of the error or the fault. */
	message: DataTemplate | undefined;
	fault: { name: string; after: number; message?: string } | undefined;
	/** For the faults of the emulator. */
	otherFault: JsonObject | undefined;
}

function playReply(
	compiled: Compiled,
	scope: Scope,
	turn: Turn,
	call: Call,
	options: PlayOptions,
): Reply {
	const { error, fault, events } = compiled;
	if (error) throw makeError(error.name, error, compiled, scope);
	const extras = makeExtras(compiled, scope);
	let reply: Reply;
	if (events) {
		reply = playEvents(events.render(scope) as ReplyEvent[] & Json, call);
	} else {
		const pace = compiled.pace && { ...options.pace, ...compiled.pace };
		const fields = compiled.fields?.render(scope) as JsonObject | undefined;
		const draft: Draft = {
			content: compiled.content(scope),
			stopReason: compiled.stopReason,
			usage: compiled.usage,
			pace,
			additionalModelResponseFields: fields,
		};
		reply = play(draft, turn, call, options);
	}
	if (fault) {
		const failure = makeError(fault.name, fault, compiled, scope);
		call.notes.faults ??= [];
		call.notes.faults.push(`${fault.name} after ${fault.after} events`);
		reply = breakAfter(reply, fault.after, failure);
		if (extras?.chunks)
			extras.chunks = breakAfter(extras.chunks, fault.after, failure);
	}
	return extras ? Object.assign(reply, { extras }) : reply;
}

function makeError(
	name: string,
	{ message }: { message?: string },
	compiled: Compiled,
	scope: Scope,
): ServiceError {
	const words = compiled.message?.render(scope) ?? message;
	const { name: _, message: __, ...members } = compiled.error ?? {};
	return new ServiceError(
		name,
		String(words ?? exceptionMessage(name, compiled.rule)),
		members,
	);
}

function makeExtras(compiled: Compiled, scope: Scope): ReplyExtras | undefined {
	const { headers, native, chunks, otherFault } = compiled;
	if (!headers && !native && !chunks && !otherFault) return undefined;
	const extras: ReplyExtras = {};
	if (headers) {
		const rendered = headers.render(scope) as JsonObject;
		extras.headers = Object.fromEntries(
			Object.entries(rendered).map(([name, value]) => [
				name,
				// What a template takes from the request must not end the header.
				String(value).replace(/[^\x20-\x7e]/g, " "),
			]),
		);
	}
	const body = native?.render(scope);
	if (body !== undefined) extras.native = body;
	const list = chunks?.render(scope) as Json[] | undefined;
	if (list ?? body !== undefined)
		extras.chunks = inOrder(list ?? [body ?? null]);
	if (otherFault) extras.fault = otherFault;
	return extras;
}

async function* inOrder<T>(items: readonly T[]): AsyncGenerator<T> {
	yield* items;
}

/** A reply that only says how it fails needs something to fail in: enough words for the fault to come in time. */
function fillerOf(source: ReplySource, rule: string): BlockSource {
	const { fault } = source;
	if (fault === undefined || source.events) return {};
	const { after } = readFault(fault) ?? { after: 0 };
	const words = `This reply breaks, as the rule ${rule} of the script says. `;
	const times = Math.ceil((Math.min(after, 10_000) + 8) / 8);
	return { text: words.repeat(times).trim() };
}

function readPace(source: ReplySource["pace"]): Partial<Pace> | undefined {
	if (!source) return undefined;
	const { firstToken, tokensPerSecond, jitter } = source;
	return {
		...(firstToken !== undefined && { firstTokenMs: readDuration(firstToken) }),
		...(tokensPerSecond !== undefined && { tokensPerSecond }),
		...(jitter !== undefined && { jitter }),
	};
}

const units: Record<string, number> = { "": 1, ms: 1, s: 1000, m: 60_000 };

/** Milliseconds of `400ms`, `2s`, `1m` or a number. The schema has seen to the form. */
function readDuration(source: number | string): number {
	const [, amount, unit] = /^([\d.]+)\s*(\w*)$/.exec(String(source)) ?? [];
	return Number(amount) * (units[unit ?? ""] ?? 1);
}

function readError(source: ReplySource["error"]): Compiled["error"] {
	if (source === undefined) return undefined;
	const error = typeof source === "string" ? { name: source } : source;
	return { ...error, name: exceptionName(error.name) };
}

function readFault(source: JsonObject | undefined): Compiled["fault"] {
	if (typeof source?.throw !== "string") return undefined;
	const { message, after = 0 } = source;
	return {
		name: exceptionName(source.throw),
		after: Number.parseInt(String(after), 10),
		...(typeof message === "string" && { message }),
	};
}

/** Compiles the blocks of one reply. */
class BlockCompiler {
	readonly #path: ScriptPath;
	readonly #around: ReplyAround;
	readonly #data: (
		member: string,
		value: Json | undefined,
	) => DataTemplate | undefined;

	constructor(
		path: ScriptPath,
		around: ReplyAround,
		data: (member: string, value: Json | undefined) => DataTemplate | undefined,
	) {
		this.#path = path;
		this.#around = around;
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
			const image = readImage(block.image, this.#around.file);
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
	const bytes = readFileSync(resolve(dirname(file), image.file));
	if (bytes.length > maxImageBytes)
		throw new Error(`${image.file} is larger than ${maxImageBytes} bytes`);
	const extension = extname(image.file).slice(1).replace("jpg", "jpeg");
	return {
		format: (image.format ?? extension) as ImageFormat,
		source: { bytes: new Uint8Array(bytes) },
	};
}
