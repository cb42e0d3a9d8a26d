import { useState } from "preact/hooks";
import { askApi } from "../../api/client.ts";
import type {
	ScriptOfCassettes,
	ShownCassette,
	UnreadableCassette,
} from "../../api/recordings.ts";
import { BackLink } from "../../components/back.tsx";
import { Empty } from "../../components/empty.tsx";
import { Failure } from "../../components/failure.tsx";
import { JsonTree } from "../../components/json-tree.tsx";
import { formatDuration } from "../../format.ts";
import { messageOf } from "../../live.ts";
import { urlOf } from "../../router.ts";
import { useLoaded } from "../exchange/load.ts";
import { openDraft } from "../scripts/drafts.ts";

/** One cassette: what was asked and answered, and what has changed since. */
export function CassetteView({ file }: { file: string }) {
	const path = `recordings/${encodeURIComponent(file)}`;
	const loading = useLoaded(file, () =>
		askApi<ShownCassette | UnreadableCassette>(path),
	);
	const [error, setError] = useState<string>();
	const shown = loading?.value;
	const problem = loading?.error ?? shown?.problem;
	if (problem !== undefined)
		return (
			<Empty title="This cassette cannot be shown">
				<p>
					{problem} <a href={urlOf("recordings")}>All recordings</a>
				</p>
			</Empty>
		);
	if (!shown || !("cassette" in shown)) return null;
	const { request, response, recorded, engine, region } = shown.cassette;
	const toScript = async () => {
		try {
			const query = new URLSearchParams({ file });
			const { text, left } = await askApi<ScriptOfCassettes>(
				`recordings/script?${query}`,
			);
			if (left[0]) setError(`It makes no script: ${left[0].why}.`);
			else openDraft(text);
		} catch (thrown) {
			setError(messageOf(thrown));
		}
	};
	const facts: [string, string][] = [
		["Model", request.model || "none"],
		["Recorded", recorded.slice(0, 19).replace("T", " ")],
		["Answered by", engine],
		["Region", region],
		["Status", `${response.status}`],
		["Took", formatDuration(response.durationMs)],
	];
	return (
		<article class="page cassette">
			<div class="section-head">
				<BackLink path="recordings" name="the recordings" />
				<h1>{request.operation}</h1>
				<code class="faint">{file}</code>
				<button type="button" onClick={toScript}>
					Turn into a script
				</button>
			</div>
			<Failure message={error} />
			{shown.changes.map((one) => (
				<p class="notice notice-warn" key={one}>
					{one}. Record it anew to be sure.
				</p>
			))}
			<dl class="facts">
				{facts.map(([name, value]) => (
					<div key={name}>
						<dt>{name}</dt>
						<dd>{value}</dd>
					</div>
				))}
			</dl>
			<section>
				<h2>Request</h2>
				<JsonTree value={request} label="request" />
			</section>
			<section>
				<h2>Response</h2>
				<JsonTree value={response} label="response" />
			</section>
		</article>
	);
}
