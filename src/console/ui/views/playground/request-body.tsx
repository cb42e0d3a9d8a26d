import { useState } from "preact/hooks";
import { CopyButton } from "../../components/copy.tsx";
import { formatBytes } from "../../format.ts";
import { jsonProblem } from "../../json-problem.ts";
import { body, draft, editedBody } from "./state.ts";

/** What is longer is no text to edit: pictures. */
const longestShown = 400_000;

/** The request as it will be sent: follows the fields until it is changed itself. */
export function RequestBody() {
	const [isOpen, setOpen] = useState(false);
	const isEdited = editedBody.value !== undefined;
	return (
		<details
			class="request-body"
			open={isOpen || isEdited}
			onToggle={(event) => setOpen(event.currentTarget.open)}
		>
			<summary>
				Request body
				{isEdited && <span class="state state-legacy">changed by hand</span>}
			</summary>
			{(isOpen || isEdited) && <Editor />}
		</details>
	);
}

function Editor() {
	const text = body.value;
	const { modelId, surface } = draft.value;
	const problem = jsonProblem(text);
	if (text.length > longestShown && editedBody.value === undefined)
		return (
			<p class="faint">
				{formatBytes(text.length)}, pictures above all: too long to be edited
				here. <CopyButton text={text} label="Copy request body" />
			</p>
		);
	return (
		<>
			<p class="faint path">
				POST <code>{`/model/${encodeURIComponent(modelId)}/${surface}`}</code>
			</p>
			<textarea
				class="mono"
				rows={10}
				value={text}
				aria-label="Request body"
				aria-describedby="request-body-problem"
				spellcheck={false}
				onInput={(event) => {
					editedBody.value = event.currentTarget.value;
				}}
			/>
			<p id="request-body-problem" class="field-problem">
				{problem && `${problem} It can be sent all the same.`}
			</p>
			{editedBody.value !== undefined && (
				<button
					type="button"
					onClick={() => {
						editedBody.value = undefined;
					}}
				>
					Back to what the fields say
				</button>
			)}
		</>
	);
}
