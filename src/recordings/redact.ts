/** What must not stand in cassettes, taken out of texts. */
import { ConfigError } from "../errors.ts";

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/** Stands where something was taken out. */
const redacted = "[redacted]";

/**
 * What leaves out all that matches one of the patterns. They run by RE2, in linear time.
 *
 * @throws ConfigError on a broken pattern
 */
export async function compileRedact(
	patterns: readonly string[],
): Promise<Redact> {
	if (patterns.length === 0) return (text) => text;
	const { RE2JS } = await import("re2js");
	const compiled = patterns.map((pattern) => {
		try {
			return RE2JS.compile(RE2JS.translateRegExp(pattern));
		} catch (error) {
			const why = error instanceof Error ? error.message : String(error);
			throw new ConfigError(
				`--redact: ${JSON.stringify(pattern)} is no regular expression (${why}). It takes those of RE2.`,
			);
		}
	});
	return (text) =>
		compiled.reduce(
			(left, pattern) => pattern.matcher(left).replaceAll(redacted),
			text,
		);
}
