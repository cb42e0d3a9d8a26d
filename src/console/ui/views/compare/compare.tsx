import type { Exchange, Json } from "../../api/types.ts";
import { Empty } from "../../components/empty.tsx";
import { Status } from "../../components/status.tsx";
import { type DiffLine, diffLines } from "../../diff/diff.ts";
import { formatDateTime } from "../../format.ts";
import { useShortcuts } from "../../keyboard.ts";
import { urlOf } from "../../router.ts";
import type { ViewProps } from "../../view-props.ts";
import { loadExchange, useLoaded } from "../exchange/load.ts";

/** How many equal lines are shown around a difference. */
const around = 3;

/** Two exchanges, line by line. */
export function Compare({ parameters }: ViewProps) {
	const { one = "", other = "" } = parameters;
	const loading = useLoaded(`${one} ${other}`, () =>
		Promise.all([loadExchange(one), loadExchange(other)]),
	);
	useShortcuts([{ keys: "Escape", does: "Back", run: () => history.back() }]);
	if (loading?.error !== undefined)
		return (
			<Empty title="These two cannot be compared">
				<p>{loading.error}</p>
				<p>
					<a href={urlOf("")}>All exchanges</a>
				</p>
			</Empty>
		);
	if (!loading) return null;
	const [first, second] = loading.value;
	return (
		<article class="exchange compare">
			<header class="head">
				<h1>Compare</h1>
				<dl class="compared">
					<Named sign="−" exchange={first.exchange} />
					<Named sign="+" exchange={second.exchange} />
				</dl>
			</header>
			<div class="part stack">
				<Difference
					title="Request"
					one={[first.exchange.path, first.request]}
					other={[second.exchange.path, second.request]}
				/>
				<Difference
					title="Reply"
					one={answerOf(first.exchange)}
					other={answerOf(second.exchange)}
				/>
			</div>
		</article>
	);
}

function answerOf({ error, output, events }: Exchange): Json {
	const answer = events ? events.map(({ event }) => event) : (output ?? null);
	return error ? [{ ...error }, answer] : answer;
}

function Named({ sign, exchange }: { sign: string; exchange: Exchange }) {
	return (
		<div>
			<dt>{sign}</dt>
			<dd>
				<a href={urlOf(`exchanges/${exchange.id}`)}>
					{exchange.operation} at {formatDateTime(exchange.startedAtMs)}
				</a>{" "}
				<Status exchange={exchange} /> <span>{exchange.modelId}</span>
			</dd>
		</div>
	);
}

function Difference({
	title,
	one,
	other,
}: {
	title: string;
	one: Json;
	other: Json;
}) {
	const write = (json: Json) => JSON.stringify(json, null, 2);
	const lines = diffLines(write(one), write(other));
	const isSame = lines.every(({ kind }) => kind === "same");
	return (
		<section>
			<h2>{title}</h2>
			{isSame ? (
				<p class="faint">The same in both.</p>
			) : (
				<pre class="diff" tabindex={0} role="region" aria-label={title}>
					{shortened(lines).map((line, index) => (
						<Line key={`${index}`} line={line} />
					))}
				</pre>
			)}
		</section>
	);
}

const signs = { same: " ", removed: "−", added: "+" };

function Line({ line }: { line: DiffLine | undefined }) {
	if (!line) return <span class="diff-gap">⋯</span>;
	return (
		<span class={`diff-${line.kind}`}>
			{signs[line.kind]} {line.text}
		</span>
	);
}

/** The differences with some lines around them; undefined stands for what was left out. */
function shortened(lines: readonly DiffLine[]): (DiffLine | undefined)[] {
	const isNear = lines.map(() => false);
	lines.forEach(({ kind }, index) => {
		if (kind !== "same")
			isNear.fill(true, Math.max(0, index - around), index + around + 1);
	});
	const shown: (DiffLine | undefined)[] = [];
	lines.forEach((line, index) => {
		if (isNear[index]) shown.push(line);
		else if (index === 0 || isNear[index - 1]) shown.push(undefined);
	});
	return shown;
}
