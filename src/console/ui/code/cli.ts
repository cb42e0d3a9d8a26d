import { type CallToWrite, splitWords } from "./call.ts";

/** The AWS CLI knows no operation that answers with an event stream: the one that answers whole asks the same. */
const whole: Record<string, string> = {
	ConverseStream: "Converse",
	InvokeModelWithResponseStream: "InvokeModel",
};

/** A call as a command of the AWS CLI, version 2, for a POSIX shell. */
export function writeCli(call: CallToWrite): string {
	const { service, operation, endpoint, region, input } = call;
	const asked = whole[operation] ?? operation;
	const comment =
		asked === operation
			? ""
			: `# The AWS CLI has no ${splitWords(operation, "-")}; this asks the same, and prints the answer whole.\n`;
	const { body, ...rest } = input;
	const command = [
		`aws ${service} ${splitWords(asked, "-")}`,
		`--endpoint-url ${quote(endpoint)}`,
		`--region ${quote(region)}`,
		...(typeof body === "string"
			? [
					...Object.entries(rest).map(
						([name, value]) =>
							`--${splitWords(name, "-")} ${quote(String(value))}`,
					),
					"--cli-binary-format raw-in-base64-out",
					`--body ${quote(body)}`,
					"/dev/stdout",
				]
			: [`--cli-input-json ${quote(JSON.stringify(input))}`]),
	];
	return comment + command.join(" \\\n  ");
}

/** In single quotes nothing means anything to a POSIX shell, but the quote itself. */
export function quote(text: string): string {
	if (/^[\w@%+=:,./-]+$/u.test(text)) return text;
	return `'${text.replaceAll("'", "'\\''")}'`;
}
