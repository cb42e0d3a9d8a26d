import type { Exchange } from "../../api/types.ts";
import { Icon, type IconName } from "../../components/icon.tsx";
import { JsonTree } from "../../components/json-tree.tsx";
import type {
	Asked,
	Block,
	Message,
	Said,
} from "../../conversation/conversation.ts";
import { formatPlural } from "../../format.ts";

/** What was said, in order: system, messages, and the answer. */
export function ConversationPart({
	exchange,
	asked,
	said,
}: {
	exchange: Exchange;
	asked: Asked;
	said: Said | undefined;
}) {
	const { system, messages, tools, settings } = asked;
	return (
		<div class="conversation">
			{settings.length > 0 && (
				<p class="settings">
					{settings.map(([name, value]) => (
						<span key={name}>
							{name} <code>{JSON.stringify(value)}</code>
						</span>
					))}
				</p>
			)}
			{tools.length > 0 && <Tools tools={tools} />}
			{system.length > 0 && (
				<Turn message={{ role: "system", blocks: system }} />
			)}
			{messages.map((message, index) => (
				<Turn key={`${index}`} message={message} />
			))}
			<Answer exchange={exchange} said={said} />
		</div>
	);
}

function Tools({ tools }: { tools: Asked["tools"] }) {
	return (
		<details class="tools">
			<summary>
				<Icon name="tool" />
				{formatPlural(tools.length, "tool")}{" "}
				<span class="faint">{tools.map(({ name }) => name).join(", ")}</span>
			</summary>
			{tools.map(({ name, description, schema }) => (
				<div key={name}>
					<h3>{name}</h3>
					<p>{description}</p>
					<JsonTree value={schema} label={`schema of ${name}`} />
				</div>
			))}
		</details>
	);
}

function Answer({
	exchange,
	said,
}: {
	exchange: Exchange;
	said: Said | undefined;
}) {
	const { error, state } = exchange;
	const by = exchange.rule ?? exchange.engine;
	const blocks = said?.blocks ?? [];
	if (blocks.length > 0 || !error)
		return (
			<Turn
				message={{ role: "assistant", blocks }}
				isAnswer
				note={[by && `by ${by}`, said?.stopReason].filter(Boolean).join(" · ")}
				end={
					error
						? `${error.name} in mid-stream: ${error.message}`
						: state === "broken"
							? "The connection was cut here."
							: undefined
				}
			/>
		);
	return (
		<section class="turn turn-error">
			<h3>
				<Icon name="bolt" />
				Refused
			</h3>
			<div class="blocks">
				<p class="said">
					<strong>{error.name}</strong>
					<br />
					{error.message}
				</p>
			</div>
		</section>
	);
}

const icons: Record<string, IconName> = {
	user: "user",
	assistant: "model",
	tool: "tool",
};

function Turn({
	message: { role, blocks },
	isAnswer = false,
	note,
	end,
}: {
	message: Message;
	isAnswer?: boolean;
	note?: string;
	end?: string | undefined;
}) {
	return (
		<section class={`turn turn-${role}${isAnswer ? " is-answer" : ""}`}>
			<h3>
				<Icon name={icons[role] ?? "document"} />
				{isAnswer ? "answer" : role}
				{note && <span class="faint">{note}</span>}
			</h3>
			<div class="blocks">
				{blocks.map((block, index) => (
					<BlockView key={`${index}`} block={block} />
				))}
				{end && <p class="notice notice-error">{end}</p>}
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
