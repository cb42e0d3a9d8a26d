import { useState } from "preact/hooks";
import { ApiError, askApi } from "../../api/client.ts";
import { writeRule, writeScript } from "../../code/script.ts";
import { readAsked, readSaid } from "../../conversation/conversation.ts";
import { loadExchange } from "../exchange/load.ts";

/** Has Outcrop give the same answer to the same question from now on, or gives it as a file's text. */
export function SaveScript({ id }: { id: string }) {
	const [said, setSaid] = useState<string>();
	const doing = (what: () => Promise<string>) => () =>
		what().then(setSaid, (error: unknown) =>
			setSaid(error instanceof ApiError ? error.message : `${error}`),
		);
	const save = doing(async () => {
		const { exchange, asked, answer } = await load(id);
		const rule = writeRule(exchange, asked, answer);
		await askApi("scripts", { method: "POST", body: JSON.stringify([rule]) });
		return `The rule ${rule.name} answers this from now on, until Outcrop ends.`;
	});
	const copy = doing(async () => {
		const { exchange, asked, answer } = await load(id);
		const text = writeScript(exchange, asked, answer);
		await navigator.clipboard.writeText(text);
		return "Copied: outcrop --script replies.yaml";
	});
	return (
		<>
			<button type="button" class="quiet" onClick={save}>
				Save as a rule
			</button>
			<button type="button" class="quiet" onClick={copy}>
				Copy as YAML
			</button>
			<span role="status">{said}</span>
		</>
	);
}

async function load(id: string) {
	const { exchange, request } = await loadExchange(id);
	return {
		exchange,
		asked: readAsked(exchange.operation, request),
		answer: readSaid(exchange),
	};
}
