import type { ReplyEvent } from "../../turn/turn.ts";
import {
	type Delta,
	reasoningOf,
	type ToolCallDelta,
	textOf,
	toolCallsOf,
} from "./chunk.ts";
import { BrokenStream } from "./failures.ts";
import { ThinkTags } from "./think.ts";
import { type GrowingCall, isWhole, ToolCalls } from "./tool-calls.ts";

/** Where blocks get what a server does not give them. */
export interface BlockNames {
	toolUseId(): string;
	signature: (() => string) | undefined;
}

/** Opens and closes content blocks as the kind of what comes changes: one is open at a time, as Bedrock has it. */
export class Blocks {
	/** All that was said, to be counted where the server does not count. */
	said = "";
	readonly #names: BlockNames;
	readonly #tags = new ThinkTags();
	readonly #calls = new ToolCalls();
	#index = -1;
	#open: "text" | "reasoning" | GrowingCall | undefined;

	constructor(names: BlockNames) {
		this.#names = names;
	}

	get calledTools(): boolean {
		return this.#calls.all.length > 0;
	}

	/** The events of a delta. */
	*take(delta: Delta): Generator<ReplyEvent> {
		yield* this.#say("reasoning", reasoningOf(delta));
		const text = textOf(delta);
		if (text !== "")
			for (const [kind, piece] of this.#tags.take(text))
				yield* this.#say(kind, piece);
		for (const call of toolCallsOf(delta)) yield* this.#toolCall(call);
	}

	/**
	 * Says what is left and closes the last block; a reply that said nothing is an empty text.
	 *
	 * @throws BrokenStream when a tool call never got its name
	 */
	*end(): Generator<ReplyEvent> {
		for (const [kind, piece] of this.#tags.end()) yield* this.#say(kind, piece);
		for (const call of this.#calls.all) yield* this.#sayCall(call);
		if (this.#calls.all.some(({ name }) => name === ""))
			throw new BrokenStream("the server called a tool without a name");
		if (this.#open === undefined) {
			yield* this.#turnTo("text");
			yield {
				contentBlockDelta: {
					contentBlockIndex: this.#index,
					delta: { text: "" },
				},
			};
		}
		yield { contentBlockStop: { contentBlockIndex: this.#index } };
	}

	*#say(kind: "text" | "reasoning", text: string): Generator<ReplyEvent> {
		// Empty lines alone are no thought: templates of models that may think put them there.
		if (text === "") return;
		if (kind === "reasoning" && this.#open !== kind && text.trim() === "")
			return;
		yield* this.#turnTo(kind);
		this.said += text;
		const delta = kind === "text" ? { text } : { reasoningContent: { text } };
		yield { contentBlockDelta: { contentBlockIndex: this.#index, delta } };
	}

	/** Calls whose deltas come by turns are said one after another: a later one waits until the open one is whole. */
	*#toolCall(delta: ToolCallDelta): Generator<ReplyEvent> {
		// What was held back came before it.
		for (const [kind, piece] of this.#tags.end()) yield* this.#say(kind, piece);
		const call = this.#calls.take(delta);
		const open = this.#open;
		const waits = typeof open === "object" && open !== call && !isWhole(open);
		if (!waits) yield* this.#sayCall(call);
	}

	*#sayCall(call: GrowingCall): Generator<ReplyEvent> {
		if (call.name === "") return;
		if (!call.isStarted) {
			yield* this.#turnTo(call);
			call.isStarted = true;
			const toolUseId = call.id ?? this.#names.toolUseId();
			yield {
				contentBlockStart: {
					contentBlockIndex: this.#index,
					start: { toolUse: { toolUseId, name: call.name } },
				},
			};
		}
		// What comes for a call after its whole input is no input.
		if (this.#open !== call || call.pending === "") return;
		const input = call.pending;
		call.pending = "";
		call.said += input;
		this.said += input;
		yield {
			contentBlockDelta: {
				contentBlockIndex: this.#index,
				delta: { toolUse: { input } },
			},
		};
	}

	/** Only a thought that was thought to its end is signed; clients have to send the signature back. */
	*#sign(): Generator<ReplyEvent> {
		const signature = this.#names.signature?.();
		if (signature === undefined) return;
		yield {
			contentBlockDelta: {
				contentBlockIndex: this.#index,
				delta: { reasoningContent: { signature } },
			},
		};
	}

	*#turnTo(kind: "text" | "reasoning" | GrowingCall): Generator<ReplyEvent> {
		if (this.#open === kind) return;
		if (this.#open === "reasoning") yield* this.#sign();
		if (this.#open !== undefined)
			yield { contentBlockStop: { contentBlockIndex: this.#index } };
		this.#open = kind;
		this.#index++;
	}
}
