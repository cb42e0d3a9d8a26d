import type { Problem } from "../../api/scripts.ts";
import { Icon } from "../../components/icon.tsx";

/** What is wrong with a script; a press goes there. */
export function Problems({
	problems,
	onGo,
}: {
	/** Undefined while nobody knows. */
	problems: readonly Problem[] | undefined;
	onGo(problem: Problem): void;
}) {
	return (
		<div class="problems" role="status" aria-label="Problems">
			{problems?.length === 0 && (
				<p class="is-right">
					<Icon name="check" /> Nothing is wrong.
				</p>
			)}
			<ul>
				{problems?.map((problem) => (
					<li key={`${problem.line}:${problem.column} ${problem.message}`}>
						<button type="button" class="quiet" onClick={() => onGo(problem)}>
							<span class={`problem-${problem.severity}`}>
								{problem.severity} {problem.line}:{problem.column}
							</span>
							<span>{problem.message}</span>
						</button>
					</li>
				))}
			</ul>
		</div>
	);
}
