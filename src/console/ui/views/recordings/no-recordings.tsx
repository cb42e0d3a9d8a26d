import { Code } from "../../components/copy.tsx";

/** Without a folder: what recordings are for, and how to begin. */
export function NoRecordings() {
	return (
		<section class="empty">
			<h2>Nothing is recorded or replayed</h2>
			<p>
				Ask a real model once and keep what it answered, byte for byte. From
				then on every run is answered from the files: offline, at no cost, the
				same each time.
			</p>
			<Code
				label="record"
				text={`outcrop --upstream http://localhost:11434/v1 --record cassettes
outcrop --replay cassettes`}
			/>
			<p>
				The first line asks a model server (or Bedrock itself, with{" "}
				<code>--engine bedrock</code>) and records; run it again, and it
				replays. The second only replays: what was not recorded is refused, with
				the cassette that came nearest.
			</p>
		</section>
	);
}
