import { useState } from "preact/hooks";
import { askApi } from "../../api/client.ts";
import type {
	CassetteSummary,
	Recordings,
	ScriptOfCassettes,
	UnreadableCassette,
} from "../../api/recordings.ts";
import { Failure } from "../../components/failure.tsx";
import { formatCount, formatPlural } from "../../format.ts";
import { messageOf, useChange, useLive } from "../../live.ts";
import { urlOf } from "../../router.ts";
import { openDraft } from "../scripts/drafts.ts";
import { chooseCassettes, type Wanted } from "./choose.ts";
import { NoRecordings } from "./no-recordings.tsx";
import { Prune } from "./prune.tsx";

/** The API's answer when Outcrop runs without a folder. */
const noFolder = 409;
/** How many are drawn before the reader asks for more. */
const shownAtFirst = 200;
const ages = [0, 7, 30, 90, 365];
const modes: Record<string, string> = {
	once: "recorded when the folder is empty, else replayed",
	missing: "replayed, and what is missing is recorded",
	all: "recorded anew",
	none: "replayed",
};

/** The cassettes there are: to be searched, pruned and turned into a script. */
export function CassetteList() {
	const { value, error, status, reload } = useLive<Recordings>("recordings");
	const [said, change] = useChange(reload);
	const [failed, setFailed] = useState<string>();
	const [wanted, setWanted] = useState<Wanted>({
		text: "",
		isStale: false,
		days: 0,
	});
	const toScript = async () => {
		try {
			const script = await askApi<ScriptOfCassettes>("recordings/script");
			openDraft(withLeft(script));
		} catch (thrown) {
			setFailed(messageOf(thrown));
		}
	};
	const shown = chooseCassettes(value?.cassettes ?? [], wanted, Date.now());
	const prune = async () => {
		for (const { file } of shown) {
			const path = `recordings/${encodeURIComponent(file)}`;
			const done = `Deleted ${formatPlural(shown.length, "cassette")}.`;
			if (!(await change(path, { method: "DELETE" }, done))) return;
		}
	};
	return (
		<div class="recordings">
			<header class="page-head">
				<h1>Recordings</h1>
				{value && (
					<button
						type="button"
						onClick={toScript}
						disabled={value.cassettes.length === 0}
					>
						Turn into a script
					</button>
				)}
			</header>
			{status === noFolder ? (
				<NoRecordings />
			) : (
				<div class="page">
					<Failure message={failed ?? error} />
					{value && (
						<>
							<p class="page-about">
								<code title={value.folder}>{nameOf(value.folder)}</code>:{" "}
								{modes[value.mode] ?? value.mode}.
							</p>
							<Choice wanted={wanted} onChange={setWanted} />
							<Prune count={shown.length} said={said} onPrune={prune} />
							<Cassettes cassettes={shown} isAny={value.cassettes.length > 0} />
						</>
					)}
				</div>
			)}
		</div>
	);
}

/** The folder's own name; all of its path stands in the title. */
function nameOf(folder: string): string {
	return folder.split(/[\\/]/u).findLast((part) => part !== "") ?? folder;
}

/** What the script leaves out is said in it: there it is seen, and can be written by hand. */
function withLeft({ text, left }: ScriptOfCassettes): string {
	const lines = left.map(({ file, why }) => `# Left out: ${file}: ${why}`);
	return [...lines, text].join("\n");
}

function Choice({
	wanted,
	onChange,
}: {
	wanted: Wanted;
	onChange(wanted: Wanted): void;
}) {
	return (
		<search class="fields">
			<label class="field">
				<span>Search</span>
				<input
					id="search"
					type="search"
					placeholder="words, model, file"
					value={wanted.text}
					onInput={(event) =>
						onChange({ ...wanted, text: event.currentTarget.value })
					}
					spellcheck={false}
				/>
			</label>
			<label class="field">
				<span>Age</span>
				<select
					value={wanted.days}
					onChange={(event) =>
						onChange({ ...wanted, days: Number(event.currentTarget.value) })
					}
				>
					{ages.map((days) => (
						<option key={days} value={days}>
							{days === 0 ? "any age" : `${days} days or older`}
						</option>
					))}
				</select>
			</label>
			<label class="check">
				<input
					type="checkbox"
					checked={wanted.isStale}
					onChange={(event) =>
						onChange({ ...wanted, isStale: event.currentTarget.checked })
					}
				/>
				Model or operation has changed since
			</label>
		</search>
	);
}

function Cassettes({
	cassettes,
	isAny,
}: {
	cassettes: readonly (CassetteSummary | UnreadableCassette)[];
	isAny: boolean;
}) {
	const [limit, setLimit] = useState(shownAtFirst);
	if (cassettes.length === 0)
		return (
			<p class="faint">
				{isAny
					? "No cassette is like that."
					: "The folder is empty. Send a call, and what a real model answers is kept here."}
			</p>
		);
	return (
		<>
			<ul class="cards">
				{cassettes.slice(0, limit).map((one) => (
					<Row key={one.file} cassette={one} />
				))}
			</ul>
			{cassettes.length > limit && (
				<button
					type="button"
					class="quiet"
					onClick={() => setLimit(limit * 10)}
				>
					{formatCount(cassettes.length - limit)} more
				</button>
			)}
		</>
	);
}

function Row({ cassette }: { cassette: CassetteSummary | UnreadableCassette }) {
	const { file } = cassette;
	if (cassette.problem !== undefined)
		return (
			<li class="card">
				<div class="card-text">
					<code>{file}</code>
					<p class="problem-error">{cassette.problem}</p>
				</div>
			</li>
		);
	const { operation, model, firstWords, recorded, status, changes } = cassette;
	return (
		<li class="card">
			<div class="card-text">
				<a
					class="rule-name"
					href={urlOf(`recordings/${encodeURIComponent(file)}`)}
				>
					{firstWords || file}
				</a>
				<p>
					{[operation, model].filter(Boolean).join(" · ")}
					{changes.map((one) => (
						<span class="cassette-change" key={one}>
							{one}
						</span>
					))}
				</p>
			</div>
			<p class="rule-place">{recorded.slice(0, 10)}</p>
			<span class={status < 400 ? "status status-ok" : "status status-error"}>
				{status}
			</span>
		</li>
	);
}
