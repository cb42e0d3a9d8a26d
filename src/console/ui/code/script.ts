import type { Exchange, Json } from "../api/types.ts";
import type { Asked, Block, Said } from "../conversation/form.ts";

/** A rule of a script, as docs/scripts.md has it, that answers this exchange's question with its answer. */
export function writeRule(
	exchange: Exchange,
	asked: Asked | undefined,
	said: Said | undefined,
): Record<string, Json> & { name: string } {
	const when = writeConditions(asked);
	return {
		name: `${exchange.operation} ${exchange.id.slice(0, 8)}`,
		...(when && { when }),
		...writeReply(exchange, said),
	};
}

/** The same as a script of its own. */
export function writeScript(
	exchange: Exchange,
	asked: Asked | undefined,
	said: Said | undefined,
): string {
	const { name, ...rest } = writeRule(exchange, asked, said);
	const lines = Object.entries(rest).map(([member, value]) =>
		Array.isArray(value)
			? `    ${member}:\n${value.map((item) => `      - ${flow(item)}\n`).join("")}`
			: `    ${member}: ${flow(value)}\n`,
	);
	return `replies:\n  - name: ${name}\n${lines.join("")}`;
}

/** The last thing that was said: a text of the user's, whole, or the result of a tool. */
function writeConditions(
	asked: Asked | undefined,
): Record<string, Json> | undefined {
	const last = asked?.messages.at(-1);
	const [toolResult] = toolNames(asked, last?.blocks ?? []);
	const user = textsOf(last?.blocks ?? []);
	if (!user && toolResult === undefined) return undefined;
	return {
		...(user && { user: { is: user } }),
		...(toolResult !== undefined && { toolResult }),
	};
}

/** Results name the call, calls name the tool. */
function toolNames(asked: Asked | undefined, blocks: Block[]): string[] {
	const calls = (asked?.messages ?? []).flatMap((message) => message.blocks);
	return blocks.flatMap((block) => {
		if (block.kind !== "result") return [];
		const call = calls.find(
			(one) => one.kind === "call" && one.id === block.id,
		);
		return call?.kind === "call" ? [call.name] : [];
	});
}

function writeReply(
	{ error, events }: Exchange,
	said: Said | undefined,
): Record<string, Json> {
	const blocks = said?.blocks ?? [];
	const reasoning = blocks
		.flatMap((block) => (block.kind === "reasoning" ? block.text : []))
		.join("\n");
	const text = textsOf(blocks);
	const tools = blocks.flatMap((block) =>
		block.kind === "call"
			? { name: block.name, input: templates(block.input) }
			: [],
	);
	const isModelled = error?.name.endsWith("Exception");
	const reply: Record<string, Json> = {
		...(reasoning && { reasoning: escapeTemplate(reasoning) }),
		...(text && { text: escapeTemplate(text) }),
		...(tools.length > 0 && { tools }),
		...(error &&
			isModelled &&
			events && {
				fault: {
					after: `${events.length} events`,
					throw: error.name,
					message: error.message,
				},
			}),
		...(error && isModelled && !events && { error: { ...error } }),
	};
	return Object.keys(reply).length > 0 ? reply : { text: "" };
}

function textsOf(blocks: Block[]): string {
	return blocks
		.flatMap((block) => (block.kind === "text" ? block.text : []))
		.join("\n");
}

/** YAML in one line: JSON, with bare names, and what YAML would read as a line end escaped. */
function flow(value: Json): string {
	if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
	if (typeof value === "object" && value !== null) {
		const members = Object.entries(value).map(
			([name, item]) => `${isBare(name) ? name : flow(name)}: ${flow(item)}`,
		);
		return members.length > 0 ? `{ ${members.join(", ")} }` : "{}";
	}
	return JSON.stringify(value).replace(
		/[\u0085\u2028\u2029\ufeff]/gu,
		(character) =>
			`\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
}

/** Whether YAML takes a name for a text without quotes. */
function isBare(name: string): boolean {
	return /^[a-z_]\w*$/iu.test(name) && !/^(?:true|false|null)$/iu.test(name);
}

/** Has a text say its braces: in a reply they would be filled in. */
export function escapeTemplate(text: string): string {
	// Liquid is recognised by its own braces, whatever stands before them.
	if (text.includes("{%")) return text.replaceAll("{", '{{ "{" }}');
	return text.replaceAll(/[{}]/gu, (brace) => `\\${brace}`);
}

function templates(value: Json): Json {
	if (typeof value === "string") return escapeTemplate(value);
	if (Array.isArray(value)) return value.map(templates);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, item]) => [name, templates(item)]),
	);
}
