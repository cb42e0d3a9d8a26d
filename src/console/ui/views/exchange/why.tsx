import type { Exchange } from "../../api/types.ts";
import { Icon } from "../../components/icon.tsx";
import { RuleVerdicts } from "./rule-verdicts.tsx";

/** Why this engine or rule answered, and why the others did not. */
export function WhyPart({ exchange }: { exchange: Exchange }) {
	const { notes, engine, rule, error } = exchange;
	const { misses = [], ignored = [], faults = [] } = notes;
	return (
		<div class="stack why">
			<h3>Who answered</h3>
			<p>
				{rule ? (
					<>
						The rule <strong>{rule}</strong>: all of its conditions held, and it
						stands before all others of which that is true.
					</>
				) : engine ? (
					<>
						The engine <strong>{engine}</strong>: no engine before it had an
						answer.
					</>
				) : error ? (
					<>
						No engine was asked, or none had an answer: the request ended with{" "}
						<strong>{error.name}</strong>.
					</>
				) : (
					"No engine is asked for this operation."
				)}
			</p>
			<RuleVerdicts exchange={exchange} />
			{misses.length > 0 && engine === "replay" && (
				<>
					<h3>Cassettes that did not</h3>
					<ul class="misses">
						{misses.map(({ rule: name, why }) => (
							<li key={name}>
								<Icon name="close" />
								<div>
									<strong>{name}</strong>
									<p>{why}</p>
								</div>
							</li>
						))}
					</ul>
				</>
			)}
			{faults.length > 0 && (
				<>
					<h3>Faults that were played</h3>
					<ul>
						{faults.map((fault) => (
							<li key={fault}>{fault}</li>
						))}
					</ul>
				</>
			)}
			{ignored.length > 0 && (
				<>
					<h3>Accepted, and without effect here</h3>
					<ul>
						{ignored.map((name) => (
							<li key={name}>
								<code>{name}</code>
							</li>
						))}
					</ul>
				</>
			)}
		</div>
	);
}
