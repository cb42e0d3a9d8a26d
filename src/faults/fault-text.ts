import { ConfigError } from "../errors.ts";

/** Longer texts are refused before they are looked at. */
const maxLength = 8192;

/**
 * Takes a fault's short form apart: what fails, then members with `;` between them, as in
 * `throttlingException; after=7; message="Slow down; please"`. What fails is an exception, a way to break, `html` or a
 * status. JSON is read as it is.
 *
 * @returns the mapping that it stands for, its members not yet read
 * @throws ConfigError
 */
export function readFaultText(text: string): unknown {
	if (text.length > maxLength)
		throw new ConfigError(
			`A fault takes at most ${maxLength} characters, not ${text.length}.`,
		);
	const trimmed = text.trim();
	if (trimmed.startsWith("{")) return parseJson(trimmed);
	const read: Record<string, unknown> = {};
	for (const [index, part] of splitParts(trimmed).entries()) {
		const equals = part.indexOf("=");
		if (equals > 0)
			read[part.slice(0, equals).trim()] = unquote(part.slice(equals + 1));
		else if (index === 0) Object.assign(read, whatFails(part));
		else if (part === "html") read.html = true;
		else
			throw new ConfigError(
				`A fault's part ${JSON.stringify(part.slice(0, 60))} is no name=value. Write for example: throttlingException; after=7`,
			);
	}
	return read;
}

/** JSON that a header or body holds. @throws ConfigError */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new ConfigError(`This is no JSON (${why}). Check it.`);
	}
}

function whatFails(word: string): Record<string, unknown> {
	if (word === "html") return { html: true };
	if (/^\d+$/u.test(word)) return { status: word };
	if (/(Exception|Error)$/u.test(word)) return { throw: word };
	return { break: word };
}

/** Splits at `;` outside of double quotes, in which `\` takes the next character as it is. */
function splitParts(text: string): string[] {
	const parts: string[] = [];
	let start = 0;
	let quoted = false;
	for (let index = 0; index < text.length; index++) {
		const character = text[index];
		if (character === "\\" && quoted) index++;
		else if (character === '"') quoted = !quoted;
		else if (character === ";" && !quoted) {
			parts.push(text.slice(start, index));
			start = index + 1;
		}
	}
	parts.push(text.slice(start));
	return parts.map((part) => part.trim()).filter((part) => part !== "");
}

function unquote(value: string): string {
	const trimmed = value.trim();
	if (trimmed.length < 2 || !trimmed.startsWith('"') || !trimmed.endsWith('"'))
		return trimmed;
	return trimmed.slice(1, -1).replace(/\\(.)/gsu, "$1");
}
