import { useEffect, useState } from "preact/hooks";
import { askApi } from "../../api/client.ts";
import type { DryRun, DryRunLine } from "../../api/scripts.ts";
import { Failure } from "../../components/failure.tsx";
import { formatCount, formatModel, formatPlural } from "../../format.ts";
import { messageOf } from "../../live.ts";
import { urlOf } from "../../router.ts";

/** How many past exchanges a script is held against. */
const triedAtMost = 200;

type Outcome =
	| { run: DryRun; message?: never }
	| { message: string; run?: never };

/** Which of the last exchanges the script would have answered. */
export function Trial({
	text,
	namespace,
	asked,
	onTry,
}: {
	text: string;
	namespace: string;
	/** Counts the times that it was asked for. */
	asked: number;
	onTry(): void;
}) {
	const [outcome, setOutcome] = useState<Outcome>();
	useEffect(() => {
		if (asked === 0) return;
		let isWanted = true;
		tryScript(text, namespace).then((found) => {
			if (isWanted) setOutcome(found);
		});
		return () => {
			isWanted = false;
		};
	}, [asked]);
	return (
		<section class="trial">
			<div class="section-head">
				<h2>Past exchanges</h2>
				<button
					type="button"
					onClick={onTry}
					title="Try it (r, in the editor Ctrl+Enter)"
				>
					Try against the last {triedAtMost}
				</button>
			</div>
			{!outcome && (
				<p class="page-about">
					Which of the last {triedAtMost} exchanges would this script have
					answered, had it been there? Nothing is counted, and nothing changes.
				</p>
			)}
			<Failure message={outcome?.message} />
			{outcome?.run && <Result run={outcome.run} />}
		</section>
	);
}

async function tryScript(text: string, namespace: string): Promise<Outcome> {
	const query = new URLSearchParams({
		limit: `${triedAtMost}`,
		...(namespace && { namespace }),
	});
	try {
		const run = await askApi<DryRun>(`scripts/dry-run?${query}`, {
			method: "POST",
			body: text,
		});
		return { run };
	} catch (error) {
		return { message: messageOf(error) };
	}
}

function Result({ run: { rules, lines } }: { run: DryRun }) {
	const [isAll, setIsAll] = useState(true);
	const answered = lines.filter(({ rule }) => rule !== undefined);
	if (lines.length === 0)
		return (
			<p class="faint" role="status">
				No exchange that asked a model is kept. Make some calls, and try again.
			</p>
		);
	return (
		<>
			<p role="status">
				<strong>{formatCount(answered.length)}</strong> of{" "}
				{formatPlural(lines.length, "exchange")} would have been answered.
			</p>
			<ul class="trial-rules">
				{rules.map(({ name, answers }, index) => (
					<li key={`${name} ${index}`} class={answers === 0 ? "faint" : ""}>
						{name} <strong>{formatCount(answers)}</strong>
					</li>
				))}
			</ul>
			<label class="check">
				<input
					type="checkbox"
					checked={!isAll}
					onChange={(event) => setIsAll(!event.currentTarget.checked)}
				/>
				Only those that it would have answered
			</label>
			<ul class="cards">
				{(isAll ? lines : answered).map((line) => (
					<Line key={line.exchange.id} line={line} />
				))}
			</ul>
		</>
	);
}

function Line({
	line: { exchange, rule, leftTo, nearest, why },
}: {
	line: DryRunLine;
}) {
	const { id, firstWords, operation, modelId } = exchange;
	const by = exchange.rule ?? exchange.engine;
	return (
		<li class={rule === undefined ? "card is-missed" : "card"}>
			<div class="card-text">
				<a href={urlOf(`exchanges/${id}`)}>{firstWords || operation}</a>
				<p>
					{operation} · {formatModel(modelId ?? "")}
					{by && ` · was answered by ${by}`}
				</p>
				{rule === undefined && nearest !== undefined && (
					<p class="trial-why">
						{nearest}: {why}
					</p>
				)}
			</div>
			<p class="trial-rule">
				{rule === undefined ? (
					<span class="faint">not answered</span>
				) : (
					<strong>{leftTo ? `${rule}: ${leftTo} engine` : rule}</strong>
				)}
			</p>
		</li>
	);
}
