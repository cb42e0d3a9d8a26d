import { useEffect, useRef, useState } from "preact/hooks";
import { askApi } from "../../../api/client.ts";
import { messageOf } from "../../../live.ts";
import type { Schema } from "../../../script-help/schema.ts";
import type { Editor } from "./code-mirror.ts";

/** What the page around asks of an editor. */
export type EditorHandle = Pick<Editor, "setProblems" | "goTo">;

interface EditorBoxProps {
	/** What it begins with; when that changes, what it holds. */
	text: string;
	onReady(editor: EditorHandle): void;
	onChange(text: string): void;
	onSave(): void;
	onTry(): void;
}

/** An editor of scripts, loaded when it is first shown. */
export function EditorBox(props: EditorBoxProps) {
	const host = useRef<HTMLDivElement>(null);
	const editor = useRef<Editor | undefined>(undefined);
	const latest = useRef(props);
	latest.current = props;
	const [error, setError] = useState<string>();
	useEffect(() => {
		let isThere = true;
		load().then(
			({ createEditor, schema }) => {
				if (!isThere || !host.current) return;
				editor.current = createEditor(host.current, {
					text: latest.current.text,
					schema,
					onChange: (text) => latest.current.onChange(text),
					onSave: () => latest.current.onSave(),
					onTry: () => latest.current.onTry(),
				});
				latest.current.onReady(editor.current);
			},
			(thrown) => setError(messageOf(thrown)),
		);
		return () => {
			isThere = false;
			editor.current?.destroy();
		};
	}, []);
	useEffect(() => editor.current?.setText(props.text), [props.text]);
	return (
		<>
			<div class="editor" ref={host} />
			{error !== undefined && (
				<p role="alert">
					The editor cannot be shown: {error} Load the page again.
				</p>
			)}
		</>
	);
}

async function load() {
	const [{ createEditor }, schema] = await Promise.all([
		import("./code-mirror.ts"),
		askApi<Schema>("scripts/schema"),
	]);
	return { createEditor, schema };
}
