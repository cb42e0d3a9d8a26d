/** Why a text that is being written is no JSON; undefined when it is some. */
export function jsonProblem(text: string): string | undefined {
	try {
		JSON.parse(text);
		return undefined;
	} catch (error) {
		return `No JSON yet: ${error instanceof Error ? error.message : String(error)}.`;
	}
}
