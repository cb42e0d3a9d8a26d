/** Replies: what a rule says, compiled once. */

import type { StopReason } from "@aws-sdk/client-bedrock-runtime";
import type { Liquid } from "liquidjs";
import type { Call } from "../../call.ts";
import { readFault as readFaultSpec } from "../../faults/fault.ts";
import type { Json, JsonObject } from "../../json.ts";
import type { Pace } from "../../turn/draft.ts";
import type { PlayOptions } from "../../turn/play.ts";
import type { Reply, Turn } from "../../turn/turn.ts";
import { BlockCompiler } from "./blocks.ts";
import { readEngine } from "./engines.ts";
import { exceptionName } from "./exceptions.ts";
import { playReply, type Speech } from "./play-reply.ts";
import { at, ScriptError } from "./problems.ts";
import type { Scope } from "./scope.ts";
import type { BlockSource, ReplySource, ScriptPath } from "./source.ts";
import { compileData } from "./template.ts";

/** What a rule says once. */
export interface CompiledReply {
	/** Beside the other replies of its rule. */
	readonly weight: number | undefined;
	/** Says nothing: the next rule, or the next engine, is asked. */
	readonly next: "rule" | "engine" | undefined;
	/** Says nothing: this engine does. */
	readonly engine: string | undefined;
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
	const engine = readEngine(source.engine, path);
	const names = new Set<string>();
	const says = speaking.some((member) => source[member] !== undefined);
	const others = [
		native,
		chunks,
		events,
		fault,
		error,
		next,
		engine,
		source.fields,
	];
	if (!says && others.every((member) => member === undefined)) {
		throw new ScriptError(
			path,
			"It says nothing. Give it a text, a tool, an error, a fault, or another reply.",
		);
	}
	refuseContradictions(source, path);
	const data = (member: string, value: Json | undefined) => {
		if (value === undefined) return undefined;
		const template = at([...path, member], member, () =>
			compileData(value, around.liquid),
		);
		for (const name of template.names) names.add(name);
		return template;
	};
	const compiler = new BlockCompiler(path, around.file, data);
	const speech: Speech = {
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
		otherFault:
			fault && !isPlainThrow(fault)
				? at([...path, "fault"], "fault", () => readFaultSpec(fault))
				: undefined,
	};
	const words = speech.fault?.message ?? speech.error?.message;
	if (typeof words === "string") speech.message = data("message", words);
	return {
		weight,
		next: next === true ? "rule" : next,
		engine,
		nativeOnly:
			!says &&
			(native !== undefined || chunks !== undefined) &&
			events === undefined &&
			error === undefined,
		names: [...names],
		play: (scope, turn, call, options) =>
			playReply(speech, scope, turn, call, options),
	};
}

/** Members that say the same thing twice, or of which one would be passed over in silence. */
function refuseContradictions(source: ReplySource, path: ScriptPath): void {
	const has = (member: keyof ReplySource) => source[member] !== undefined;
	const refuse = (member: string, message: string) => {
		throw new ScriptError([...path, member], message);
	};
	for (const whole of ["error", "next", "engine", "events"] as const) {
		const beside = speaking.find(has);
		if (has(whole) && beside)
			refuse(beside, `${whole} says no ${beside}. Keep one of them.`);
	}
	const besideEngine = unplayed.find(has);
	if (has("engine") && besideEngine)
		refuse(
			besideEngine,
			`The engine says what it says, without ${besideEngine}. Keep one of them.`,
		);
	const inContent = blockMembers.find(has);
	if (has("content") && inContent)
		refuse(inContent, "content says all blocks. Put this into it.");
	if (has("citations") && !has("text") && !has("deltas"))
		refuse("citations", "citations are of a text. Give one.");
	if (has("text") && has("deltas") && source.deltas?.join("") !== source.text)
		refuse(
			"deltas",
			"Joined, the deltas are not the text. Leave the text out.",
		);
}

/** What a reply may have that another engine's has not. */
const unplayed = [
	"error",
	"next",
	"events",
	"native",
	"chunks",
	"fault",
	"fields",
	"headers",
	"pace",
	"usage",
] as const;

const blockMembers = [
	"text",
	"deltas",
	"citations",
	"reasoning",
	"image",
	"tool",
	"tools",
] as const;

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

function readError(source: ReplySource["error"]): Speech["error"] {
	if (source === undefined) return undefined;
	const error = typeof source === "string" ? { name: source } : source;
	return { ...error, name: exceptionName(error.name) };
}

/** What is broken here; all other faults are the emulator's to play. */
function isPlainThrow(fault: JsonObject): boolean {
	return (
		fault.throw !== undefined &&
		Object.keys(fault).every((key) =>
			["throw", "after", "message"].includes(key),
		)
	);
}

function readFault(source: JsonObject | undefined): Speech["fault"] {
	if (typeof source?.throw !== "string" || !isPlainThrow(source))
		return undefined;
	const { message, after = 0 } = source;
	return {
		name: exceptionName(source.throw),
		after: Number.parseInt(String(after), 10),
		...(typeof message === "string" && { message }),
	};
}
