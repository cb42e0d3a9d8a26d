import type { ReplyEvent } from "../../turn/turn.ts";
import type { ParamsChunk, ResponseChunk } from "./binding.ts";

/** Turns what node-llama-cpp reports while it generates into the events of content blocks. */
export class Blocks {
	readonly #emit: (event: ReplyEvent) => void;
	readonly #toolUseId: () => string;
	#index = -1;
	#open: string | undefined;
	/** Line feeds at the end of a call's input: four of them end it, and are none of it. */
	#heldBack = "";
	#calls = 0;

	constructor(emit: (event: ReplyEvent) => void, toolUseId: () => string) {
		this.#emit = emit;
		this.#toolUseId = toolUseId;
	}

	/** Text, or what the model thinks. */
	say({ type, text }: ResponseChunk): void {
		if (text === "") return;
		this.#turnTo(type === "segment" ? "reasoning" : "text");
		this.#delta(type === "segment" ? { reasoningContent: { text } } : { text });
	}

	/** A piece of a call's input. */
	addInput({ callIndex, functionName, paramsChunk }: ParamsChunk): void {
		this.#beginCall(callIndex, functionName);
		const text = this.#heldBack + paramsChunk;
		const said = text.replace(/\n+$/u, "");
		this.#heldBack = text.slice(said.length);
		if (said !== "") this.#delta({ toolUse: { input: said } });
	}

	/** A call is whole. One without input was not reported before. */
	endCall(functionName: string): void {
		this.#beginCall(this.#calls, functionName);
		this.#calls++;
		this.#heldBack = "";
	}

	/** Closes the last block; a reply that said nothing is an empty text. */
	end(): void {
		if (this.#open === undefined) {
			this.#turnTo("text");
			this.#delta({ text: "" });
		}
		this.#emit({ contentBlockStop: { contentBlockIndex: this.#index } });
	}

	#beginCall(callIndex: number, name: string): void {
		const kind = `call ${callIndex}`;
		if (this.#open === kind) return;
		this.#turnTo(kind);
		const toolUse = { toolUseId: this.#toolUseId(), name };
		this.#emit({
			contentBlockStart: { contentBlockIndex: this.#index, start: { toolUse } },
		});
	}

	#delta(delta: NonNullable<ReplyEvent["contentBlockDelta"]>["delta"]): void {
		this.#emit({
			contentBlockDelta: { contentBlockIndex: this.#index, delta },
		});
	}

	#turnTo(kind: string): void {
		if (this.#open === kind) return;
		if (this.#open !== undefined)
			this.#emit({ contentBlockStop: { contentBlockIndex: this.#index } });
		this.#open = kind;
		this.#index++;
	}
}
