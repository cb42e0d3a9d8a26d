import { useEffect, useState } from "preact/hooks";
import { askApi } from "../../api/client.ts";
import type { EmulatorClock } from "../../api/failures.ts";
import { formatDuration } from "../../format.ts";
import { messageOf } from "../../live.ts";

const steps = [
	["1 minute", "60s"],
	["1 hour", "1h"],
	["1 day", "1d"],
] as const;

/** The emulator's time: quotas and waits follow it, and it can be moved. */
export function Clock({ onMoved }: { onMoved(): Promise<void> }) {
	const [aheadMs, setAheadMs] = useState<number>();
	const [error, setError] = useState<string>();
	const ask = async (init?: RequestInit) => {
		try {
			setAheadMs((await askApi<EmulatorClock>("clock", init)).aheadMs);
			setError(undefined);
		} catch (thrown) {
			setError(messageOf(thrown));
		}
		if (init) await onMoved();
	};
	useEffect(() => {
		ask();
	}, []);
	return (
		<section class="clock">
			<h2>Clock</h2>
			<p class="page-about">
				Quotas, waits and delays follow Outcrop's clock. Move it forward, and
				the minute of a quota has ended.
			</p>
			<div class="form-end">
				{steps.map(([name, advance]) => (
					<button
						key={advance}
						type="button"
						onClick={() =>
							ask({ method: "POST", body: JSON.stringify({ advance }) })
						}
					>
						+ {name}
					</button>
				))}
				<button
					type="button"
					class="quiet"
					disabled={!aheadMs}
					onClick={() => ask({ method: "DELETE" })}
				>
					Back to the machine's time
				</button>
				<p role="status">{error ?? describe(aheadMs)}</p>
			</div>
		</section>
	);
}

function describe(aheadMs: number | undefined): string {
	if (aheadMs === undefined) return "";
	if (aheadMs === 0) return "It is as the machine's.";
	return `It is ${formatDuration(aheadMs)} ahead of the machine's.`;
}
