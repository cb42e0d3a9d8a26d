import { writeBoto3 } from "../../code/boto3.ts";
import type { CallToWrite } from "../../code/call.ts";
import { writeCli } from "../../code/cli.ts";
import { writeJavaScript } from "../../code/javascript.ts";
import { writeScript } from "../../code/script.ts";
import { Code } from "../../components/copy.tsx";
import type { Asked, Said } from "../../conversation/form.ts";
import { membersOf } from "../../conversation/json.ts";
import { openDraft } from "../scripts/drafts.ts";
import type { LoadedExchange } from "./load.ts";

/** The same call as code, and its answer as a script. */
export function CodePart({
	exchange,
	request,
	requestText,
	asked,
	said,
}: LoadedExchange & { asked: Asked | undefined; said: Said | undefined }) {
	const { service, operation, modelId, input, identity } = exchange;
	const isNative = operation.startsWith("InvokeModel");
	const call: CallToWrite = {
		service,
		operation,
		endpoint: location.origin,
		region: identity.region,
		// Bytes are cut in what the journal shows of the input, and whole in what travelled.
		input: isNative
			? { modelId: modelId ?? "", body: requestText }
			: modelId === undefined
				? membersOf(input)
				: { modelId, ...membersOf(request) },
	};
	const pieces: [title: string, text: string, about?: string][] = [
		["AWS CLI", writeCli(call)],
		["boto3", writeBoto3(call)],
		["JavaScript", writeJavaScript(call)],
	];
	if (asked)
		pieces.push([
			"Script",
			writeScript(exchange, asked, said),
			"Answers this question with this answer: outcrop --script replies.yaml",
		]);
	return (
		<div class="stack codes">
			{pieces.map(([title, text, about]) => (
				<section key={title}>
					<h3>{title}</h3>
					{about && <p class="faint">{about}</p>}
					<Code text={text} label={title} />
					{title === "Script" && (
						<button type="button" onClick={() => openDraft(text)}>
							Edit and add
						</button>
					)}
				</section>
			))}
		</div>
	);
}
