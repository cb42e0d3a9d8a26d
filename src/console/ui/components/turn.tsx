import type { ComponentChildren } from "preact";
import type { Block, Message } from "../conversation/form.ts";
import { Icon, type IconName } from "./icon.tsx";
import { JsonTree } from "./json-tree.tsx";

const icons: Record<string, IconName> = {
	user: "user",
	assistant: "model",
	tool: "tool",
};

/** What one side said: its pieces in order. */
export function Turn({
	message: { role, blocks },
	isAnswer = false,
	note,
	end,
	actions,
	children,
}: {
	message: Message;
	isAnswer?: boolean;
	note?: string | undefined;
	/** What went wrong at its end. */
	end?: string | undefined;
	/** Beside the role. */
	actions?: ComponentChildren;
	/** Below what was said. */
	children?: ComponentChildren;
}) {
	return (
		<section class={`turn turn-${role}${isAnswer ? " is-answer" : ""}`}>
			<h3>
				<Icon name={icons[role] ?? "document"} />
				{isAnswer ? "answer" : role}
				{note && <span class="faint">{note}</span>}
				{actions}
			</h3>
			<div class="blocks">
				{blocks.map((block, index) => (
					<BlockView key={`${index}`} block={block} />
				))}
				{end && <p class="notice notice-error">{end}</p>}
				{children}
			</div>
		</section>
	);
}

function BlockView({ block }: { block: Block }) {
	switch (block.kind) {
		case "text":
			return <p class="said">{block.text}</p>;
		case "reasoning":
			return (
				<details class="reasoning">
					<summary>
						<Icon name="thought" />
						Reasoning
					</summary>
					<p class="said">{block.text}</p>
				</details>
			);
		case "call":
			return (
				<div class="call">
					<p>
						<Icon name="tool" />
						calls <strong>{block.name}</strong>{" "}
						<code class="faint">{block.id}</code>
					</p>
					<JsonTree value={block.input} label={`input of ${block.name}`} />
				</div>
			);
		case "result":
			return (
				<div class={block.isError ? "call call-error" : "call"}>
					<p>
						<Icon name="tool" />
						{block.isError ? "error of the tool" : "result"}{" "}
						<code class="faint">{block.id}</code>
					</p>
					{block.blocks.map((inner, index) => (
						<BlockView key={`${index}`} block={inner} />
					))}
				</div>
			);
		case "image":
			return block.url ? (
				<img
					class="picture"
					src={block.url}
					alt={`${block.format} in the message`}
				/>
			) : (
				<p class="attached">
					<Icon name="document" />
					{block.format}, kept elsewhere
				</p>
			);
		case "document":
			return (
				<p class="attached">
					<Icon name="document" />
					{block.name} <span class="faint">{block.format}</span>
				</p>
			);
		case "other":
			return (
				<JsonTree
					value={
						block.name === "json" ? block.value : { [block.name]: block.value }
					}
					label={block.name}
				/>
			);
	}
}
