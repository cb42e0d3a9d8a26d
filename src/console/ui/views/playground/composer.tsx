import { useId, useState } from "preact/hooks";
import { Icon } from "../../components/icon.tsx";
import { formatBytes } from "../../format.ts";
import { openCalls } from "../../playground/draft.ts";
import { pictureTypes, readPicture } from "./pictures.ts";
import {
	canSend,
	compose,
	composed,
	draft,
	isRunning,
	sendNow,
	stop,
} from "./state.ts";

const fieldId = "playground-message";

/** Lets the user write. */
export function focusComposer(): void {
	document.getElementById(fieldId)?.focus();
}

/** The next message: text, pictures, and the results of tools that were called. */
export function Composer() {
	const [problem, setProblem] = useState<string>();
	const add = async (files: Iterable<File>) => {
		setProblem(undefined);
		for (const file of files) {
			const picture = await readPicture(file);
			if (typeof picture === "string") setProblem(picture);
			else compose({ pictures: [...composed.value.pictures, picture] });
		}
	};
	const submit = (event: Event) => {
		event.preventDefault();
		sendNow();
	};
	const { text } = composed.value;
	const hasToSay = draft.value.messages.at(-1)?.role === "user" && text === "";
	return (
		<form
			class="composer"
			onSubmit={submit}
			onDragOver={(event) => event.preventDefault()}
			onDrop={(event) => {
				event.preventDefault();
				add(event.dataTransfer?.files ?? []);
			}}
		>
			<Results />
			<Pictures />
			<label class="visually-hidden" for={fieldId}>
				Message
			</label>
			<textarea
				id={fieldId}
				rows={3}
				value={text}
				placeholder="Say something. Pictures can be pasted and dropped here."
				onInput={(event) => compose({ text: event.currentTarget.value })}
				onPaste={(event) => {
					const files = [...(event.clipboardData?.files ?? [])];
					if (files.length === 0) return;
					event.preventDefault();
					add(files);
				}}
				onKeyDown={(event) => {
					if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey))
						return;
					event.preventDefault();
					sendNow();
				}}
			/>
			{problem && (
				<p class="field-problem" role="alert">
					{problem}
				</p>
			)}
			<div class="composer-end">
				<PictureButton onFiles={add} />
				<span class="faint composer-hint">
					<kbd>Ctrl</kbd> <kbd>Enter</kbd> sends
				</span>
				{isRunning.value ? (
					<button type="button" onClick={stop} title="Stop (Esc)">
						<Icon name="close" />
						Stop
					</button>
				) : (
					<button type="submit" class="primary" disabled={!canSend.value}>
						{hasToSay ? "Send again" : "Send"}
					</button>
				)}
			</div>
		</form>
	);
}

function PictureButton({ onFiles }: { onFiles(files: Iterable<File>): void }) {
	const id = useId();
	return (
		<>
			<label class="button quiet picture-button" for={id}>
				<Icon name="picture" />
				Picture
			</label>
			<input
				id={id}
				class="visually-hidden"
				type="file"
				accept={pictureTypes.join()}
				multiple
				onChange={(event) => {
					onFiles(event.currentTarget.files ?? []);
					event.currentTarget.value = "";
				}}
			/>
		</>
	);
}

function Pictures() {
	const { pictures } = composed.value;
	if (pictures.length === 0) return null;
	return (
		<ul class="attachments">
			{pictures.map(({ name, format, base64 }, index) => (
				<li key={`${index} ${name}`}>
					<img src={`data:image/${format};base64,${base64}`} alt={name} />
					<span>
						{name}{" "}
						<span class="faint">{formatBytes(base64.length * 0.75)}</span>
					</span>
					<button
						type="button"
						class="quiet icon-button"
						title={`Leave ${name} out`}
						onClick={() =>
							compose({ pictures: pictures.filter((_, at) => at !== index) })
						}
					>
						<Icon name="close" />
						<span class="visually-hidden">Leave {name} out</span>
					</button>
				</li>
			))}
		</ul>
	);
}

/** A field for the result of each call that waits for one. */
function Results() {
	const { results } = composed.value;
	return (
		<>
			{openCalls(draft.value.messages).map(({ id, name }) => {
				const result = results[id] ?? { text: "", isError: false };
				const set = (members: Partial<typeof result>) =>
					compose({ results: { ...results, [id]: { ...result, ...members } } });
				return (
					<div class="result" key={id}>
						<label>
							<span>
								Result of <strong>{name}</strong>
							</span>
							<textarea
								class="mono"
								rows={2}
								value={result.text}
								placeholder='{"temperature": 20}, or text'
								onInput={(event) => set({ text: event.currentTarget.value })}
								spellcheck={false}
							/>
						</label>
						<label class="check">
							<input
								type="checkbox"
								checked={result.isError}
								onChange={(event) =>
									set({ isError: event.currentTarget.checked })
								}
							/>
							The tool failed
						</label>
					</div>
				);
			})}
		</>
	);
}
