/** Cassettes to scripts, with what it takes to read native requests. */

import { stringify } from "yaml";
import { isObject } from "../json.ts";
import { Catalog } from "../models/catalog.ts";
import type { RecordedRequest } from "../recordings/cassette.ts";
import {
	type NamedCassette,
	type ScriptOfCassettes,
	scriptOf,
} from "../recordings/to-script.ts";
import type { Turn } from "../turn/turn.ts";
import { modelResolver } from "./model.ts";

/** The text of a script that says what cassettes say, and the cassettes that it leaves out. */
export function writeScript(cassettes: readonly NamedCassette[]): {
	text: string;
	left: ScriptOfCassettes["left"];
} {
	const resolveModel = modelResolver(new Catalog());
	const { script, left } = scriptOf(cassettes, ({ operation, model, body }) => {
		if (!isObject(body)) return undefined;
		if (operation.startsWith("Converse")) return converseTurn(body);
		if (!operation.startsWith("InvokeModel")) return undefined;
		const { provider, direct } = resolveModel(model);
		if (direct) return undefined;
		try {
			return provider.readTurn(body, model);
		} catch {
			// Bytes that are kept by hash cannot be read again.
			return undefined;
		}
	});
	const text = stringify(script, { lineWidth: 0, blockQuote: "literal" });
	return { text: `# A script of Outcrop, made of cassettes.\n${text}`, left };
}

/** What Converse's JSON says; texts are all that conditions look at. */
function converseTurn(
	body: NonNullable<RecordedRequest["body"]> & object,
): Pick<Turn, "messages" | "system"> | undefined {
	const { messages, system } = body as Partial<Turn>;
	return messages && { messages, system };
}
