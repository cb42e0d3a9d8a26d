import type { Exchange } from "../../api/types.ts";
import { JsonTree } from "../../components/json-tree.tsx";
import { formatPlural } from "../../format.ts";

/** What was answered: the output, the error, or the events of the stream. */
export function ReplyPart({ exchange }: { exchange: Exchange }) {
	const { status, output, error, events, state } = exchange;
	return (
		<div class="stack">
			<p class="request-line">
				{status === undefined ? (
					"The connection ended before an answer was sent."
				) : (
					<>
						HTTP status <strong>{status}</strong>
						{state === "broken" && ", and then the connection was cut"}
					</>
				)}
			</p>
			{error && (
				<>
					<h3>Error</h3>
					<JsonTree value={{ ...error }} label="error" />
				</>
			)}
			{output !== undefined && (
				<>
					<h3>Body</h3>
					<JsonTree value={output} label="reply" />
				</>
			)}
			{events && (
				<>
					<h3>{formatPlural(events.length, "event")}</h3>
					<JsonTree value={events.map(({ event }) => event)} label="events" />
				</>
			)}
		</div>
	);
}
