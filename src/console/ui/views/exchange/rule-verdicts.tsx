import { askApi } from "../../api/client.ts";
import type { Exchange } from "../../api/types.ts";
import { Icon } from "../../components/icon.tsx";
import { useLoaded } from "./load.ts";

/** How a rule stands to what was asked. */
interface Verdict {
	rule: string;
	/** Its conditions that do not hold. */
	failed: string[];
}

/** Every rule of the scripts in the order in which they are asked: which answered, and why the others did not. */
export function RuleVerdicts({ exchange }: { exchange: Exchange }) {
	const path = `exchanges/${encodeURIComponent(exchange.id)}/rules`;
	const loaded = useLoaded(path, () => askApi<{ rules: Verdict[] }>(path));
	const rules = loaded?.value?.rules ?? [];
	const answered = rules.findIndex(({ rule }) => rule === exchange.rule);
	return (
		<>
			<h3>The rules, in the order in which they are asked</h3>
			{loaded?.error !== undefined && <p class="error">{loaded.error}</p>}
			{loaded?.value && rules.length === 0 ? (
				<p class="faint">
					No script rules are loaded, or none were asked. Start with --script
					replies.yaml, or copy this exchange as a script under Code.
				</p>
			) : (
				<ol class="misses">
					{rules.map(({ rule, failed }, index) => (
						<li key={rule} class={failed.length === 0 ? "holds" : undefined}>
							<Icon name={failed.length === 0 ? "check" : "close"} />
							<div>
								<strong>{rule}</strong>
								{failed.length === 0 ? (
									<p>{whatHolds(index, answered)}</p>
								) : (
									failed.map((why) => <p key={why}>{why}</p>)
								)}
							</div>
						</li>
					))}
				</ol>
			)}
		</>
	);
}

function whatHolds(index: number, answered: number): string {
	if (index === answered) return "All of its conditions hold: it answered.";
	if (answered >= 0 && index > answered)
		return "All of its conditions hold too, but it stands behind the one that answered.";
	return "All of its conditions hold now. It came later, has changed since, or its times or nth said no.";
}
