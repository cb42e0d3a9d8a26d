import { useState } from "preact/hooks";
import type { Json } from "../api/types.ts";
import { formatBytes } from "../format.ts";
import { CopyButton } from "./copy.tsx";

/** How many members of a list or object are drawn before the reader asks for more, and how much of a text. */
const shownAtFirst = 100;
const textShownAtFirst = 2000;

/** JSON that folds, with a button that copies all of it. */
export function JsonTree({ value, label }: { value: Json; label: string }) {
	return (
		<div class="json">
			<CopyButton
				text={() => JSON.stringify(value, null, 2)}
				label={`Copy ${label}`}
				isQuiet
			/>
			<div class="json-body" tabindex={0} role="region" aria-label={label}>
				<Node value={value} level={0} />
			</div>
		</div>
	);
}

interface NodeProps {
	name?: string;
	value: Json;
	level: number;
}

function Node({ name, value, level }: NodeProps) {
	if (typeof value === "object" && value !== null)
		return <Branch name={name} value={value} level={level} />;
	return (
		<div class="json-line">
			<Name name={name} />
			<Leaf value={value} />
		</div>
	);
}

function Name({ name }: { name: string | undefined }) {
	if (name === undefined) return null;
	return (
		<>
			<span class="json-name">{name}</span>
			<span class="json-mark">: </span>
		</>
	);
}

function Branch({
	name,
	value,
	level,
}: {
	name: string | undefined;
	value: Json[] | Record<string, Json>;
	level: number;
}) {
	const isList = Array.isArray(value);
	const members: [string, Json][] = Object.entries(value);
	const [open, setOpen] = useState(level < 6 && members.length <= 40);
	const [shown, setShown] = useState(shownAtFirst);
	const [before, after] = isList ? ["[", "]"] : ["{", "}"];
	if (members.length === 0)
		return (
			<div class="json-line">
				<Name name={name} />
				<span class="json-mark">
					{before}
					{after}
				</span>
			</div>
		);
	return (
		<details
			open={open}
			onToggle={(event) => setOpen(event.currentTarget.open)}
		>
			<summary>
				<Name name={name} />
				<span class="json-mark">{before}</span>
				{!open && (
					<span class="json-count">
						{` ${members.length} ${isList ? "item" : "member"}${members.length === 1 ? "" : "s"} `}
						<span class="json-mark">{after}</span>
					</span>
				)}
			</summary>
			{open && (
				<div class="json-members">
					{members.slice(0, shown).map(([member, item]) => (
						<Node
							key={member}
							{...(!isList && { name: member })}
							value={item}
							level={level + 1}
						/>
					))}
					{members.length > shown && (
						<button
							type="button"
							class="quiet"
							onClick={() => setShown(shown * 10)}
						>
							{members.length - shown} more
						</button>
					)}
				</div>
			)}
			{open && <div class="json-mark json-end">{after}</div>}
		</details>
	);
}

function Leaf({ value }: { value: null | boolean | number | string }) {
	const [whole, setWhole] = useState(false);
	if (typeof value !== "string")
		return <span class={`json-${typeof value}`}>{String(value)}</span>;
	const isCut = !whole && value.length > textShownAtFirst;
	return (
		<span class="json-string">
			{JSON.stringify(isCut ? value.slice(0, textShownAtFirst) : value)}
			{isCut && (
				<button type="button" class="quiet" onClick={() => setWhole(true)}>
					all {formatBytes(value.length)}
				</button>
			)}
		</span>
	);
}
