import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { askApi } from "../../api/client.ts";
import type { Problem } from "../../api/scripts.ts";
import { BackLink } from "../../components/back.tsx";
import { CopyButton } from "../../components/copy.tsx";
import { Icon } from "../../components/icon.tsx";
import { useShortcuts } from "../../keyboard.ts";
import { messageOf } from "../../live.ts";
import { keepDraft } from "./drafts.ts";
import { EditorBox, type EditorHandle } from "./editor/editor-box.tsx";
import { Problems } from "./problems.tsx";
import { Trial } from "./trial.tsx";

const typingPauseMs = 250;

interface ScriptEditorProps {
	id: string;
	title: string;
	text: string;
	/** Where it is added. */
	where: ComponentChildren;
	namespace: string;
	/** @throws ApiError */
	onSave(text: string): Promise<void>;
	onRemove?(): Promise<void>;
}

/** An editor with what is wrong, and what the script would have answered. */
export function ScriptEditor(props: ScriptEditorProps) {
	const { id, title, where, namespace, onSave, onRemove } = props;
	const [text, setText] = useState(props.text);
	const [said, setSaid] = useState("");
	const [trials, setTrials] = useState(0);
	const [editor, setEditor] = useState<EditorHandle>();
	const problems = useProblems(text);
	useEffect(() => editor?.setProblems(problems ?? []), [editor, problems]);
	const change = (typed: string) => {
		setText(typed);
		setSaid("");
		keepDraft(id, typed);
	};
	const act = async (action: () => Promise<void>, done: string) => {
		try {
			await action();
			setSaid(done);
		} catch (error) {
			setSaid(messageOf(error));
		}
	};
	const save = () => act(() => onSave(text), "Saved: it answers from now on.");
	const tryIt = () => setTrials((count) => count + 1);
	useShortcuts([
		{ keys: "s", does: "Save (in the editor Ctrl+S)", run: save },
		{ keys: "r", does: "Try it (in the editor Ctrl+Enter)", run: tryIt },
	]);
	return (
		<div class="page script-page">
			<header class="script-head">
				<BackLink path="scripts" name="the scripts" />
				<h1>{title}</h1>
				{where}
				<div class="script-actions">
					<p role="status">{said}</p>
					<CopyButton text={() => text} label="Copy script" isQuiet />
					<a
						class="button quiet icon-button"
						href={`data:application/yaml;charset=utf-8,${encodeURIComponent(text)}`}
						download="replies.yaml"
						title="Download as replies.yaml"
					>
						<Icon name="download" />
						<span class="visually-hidden">Download as replies.yaml</span>
					</a>
					{onRemove && (
						<button
							type="button"
							class="quiet icon-button"
							onClick={() => act(onRemove, "Removed.")}
							title="Remove"
						>
							<Icon name="trash" />
							<span class="visually-hidden">Remove {title}</span>
						</button>
					)}
					<button
						type="button"
						class="primary"
						onClick={save}
						title="Save (s, in the editor Ctrl+S)"
					>
						Save
					</button>
				</div>
			</header>
			<section class="script-text">
				<EditorBox
					text={props.text}
					onReady={setEditor}
					onChange={change}
					onSave={save}
					onTry={tryIt}
				/>
				<Problems
					problems={problems}
					onGo={({ line, column }) => editor?.goTo(line, column)}
				/>
			</section>
			<Trial text={text} namespace={namespace} asked={trials} onTry={tryIt} />
		</div>
	);
}

/** What is wrong with a text, a moment after it was typed; undefined while nobody knows. */
function useProblems(text: string): Problem[] | undefined {
	const [problems, setProblems] = useState<Problem[]>();
	useEffect(() => {
		let isWanted = true;
		const timer = setTimeout(async () => {
			if (text.trim() === "") return setProblems([]);
			const found = await askApi<{ problems: Problem[] }>("scripts/check", {
				method: "POST",
				body: text,
			}).catch(() => undefined);
			if (isWanted) setProblems(found?.problems);
		}, typingPauseMs);
		return () => {
			isWanted = false;
			clearTimeout(timer);
		};
	}, [text]);
	return problems;
}
