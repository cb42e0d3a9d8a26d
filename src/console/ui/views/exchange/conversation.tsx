import type { Exchange } from "../../api/types.ts";
import { Icon } from "../../components/icon.tsx";
import { JsonTree } from "../../components/json-tree.tsx";
import { Turn } from "../../components/turn.tsx";
import type { Asked, Said } from "../../conversation/form.ts";
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
