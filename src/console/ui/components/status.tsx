import type { Summary } from "../api/types.ts";

/** How an exchange ended: its HTTP status, or that the connection broke. Colour says it again, never alone. */
export function Status({ exchange }: { exchange: Summary }) {
	const { state, status, error } = exchange;
	const isMidStream = state === "error" && status !== undefined && status < 400;
	const text = isMidStream ? `${status}!` : (status ?? "cut");
	const title = error
		? `${error.name}: ${error.message}`
		: state === "broken"
			? "The connection ended before the answer"
			: "Answered";
	return (
		<span class={`status status-${state}`} title={title}>
			{text}
			{isMidStream && (
				<span class="visually-hidden"> failed in mid-stream</span>
			)}
		</span>
	);
}
