import type { Exchange, Json } from "../api/types.ts";
import type { Asked, Block, Said } from "../conversation/conversation.ts";

/**
 * A script with one rule, as docs/scripts.md has it, that answers this exchange's question with its answer.
 */
export function writeScript(
	exchange: Exchange,
	asked: Asked | undefined,
	said: Said | undefined,
): string {
	const rule = [
		"replies:",
		`  - name: ${exchange.operation} ${exchange.id.slice(0, 8)}`,
	];
	const conditions = writeConditions(asked);
	if (conditions) rule.push(`    when: ${conditions}`);
	for (const [name, value] of writeReply(exchange, said))
		rule.push(`    ${name}: ${value}`);
	return `${rule.join("\n")}\n`;
}

/** The last thing that was said: a text of the user's, whole, or the result of a tool. */
function writeConditions(asked: Asked | undefined): string | undefined {
	const last = asked?.messages.at(-1);
	const names = toolNames(asked, last?.blocks ?? []);
	const user = textsOf(last?.blocks ?? []);
	const conditions = [
		...(user ? [`user: { is: ${flow(user)} }`] : []),
		...(names.length > 0 ? [`toolResult: ${flow(names[0] ?? "")}`] : []),
	];
	return conditions.length > 0 ? `{ ${conditions.join(", ")} }` : undefined;
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
	exchange: Exchange,
	said: Said | undefined,
): [name: string, value: string][] {
	const reply: [string, string][] = [];
	const blocks = said?.blocks ?? [];
	const reasoning = blocks
		.flatMap((block) => (block.kind === "reasoning" ? block.text : []))
		.join("\n");
	const text = textsOf(blocks);
	const calls = blocks.filter((block) => block.kind === "call");
	if (reasoning) reply.push(["reasoning", template(reasoning)]);
	if (text) reply.push(["text", template(text)]);
	if (calls.length > 0)
		reply.push([
			"tools",
			`\n${calls
				.map(
					({ name, input }) =>
						`      - { name: ${flow(name)}, input: ${flow(templates(input))} }`,
				)
				.join("\n")}`,
		]);
	const { error, events } = exchange;
	if (error?.name.endsWith("Exception") && events)
		reply.push([
			"fault",
			`{ after: ${events.length} events, throw: ${flow(error.name)}, message: ${flow(error.message)} }`,
		]);
	else if (error?.name.endsWith("Exception"))
		reply.push([
			"error",
			`{ name: ${flow(error.name)}, message: ${flow(error.message)} }`,
		]);
	return reply.length > 0 ? reply : [["text", '""']];
}

function textsOf(blocks: Block[]): string {
	return blocks
		.flatMap((block) => (block.kind === "text" ? block.text : []))
		.join("\n");
}

/** JSON is YAML; what YAML would read as a line end in it is escaped. */
function flow(value: Json): string {
	return JSON.stringify(value).replace(
		/[\u0085\u2028\u2029\ufeff]/gu,
		(character) =>
			`\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
}

function template(text: string): string {
	return flow(escapeTemplate(text));
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
