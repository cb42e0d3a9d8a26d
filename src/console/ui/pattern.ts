/**
 * The parameters of a path that a pattern such as `exchanges/:id/:part?` fits; undefined when it does not.
 */
export function matchPattern(
	pattern: string,
	path: string,
): Record<string, string> | undefined {
	const wanted = pattern.split("/");
	const given = path.replace(/\/$/u, "").split("/");
	if (given.length > wanted.length) return undefined;
	const parameters: Record<string, string> = {};
	for (const [index, segment] of wanted.entries()) {
		const value = given[index];
		const name = /^:(\w+)(\??)$/u.exec(segment);
		if (!name) {
			if (segment !== value) return undefined;
		} else if (value) parameters[name[1] ?? ""] = decodeURIComponent(value);
		else if (name[2] === "") return undefined;
	}
	return parameters;
}
