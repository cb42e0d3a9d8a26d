import { useEffect, useState } from "preact/hooks";
import { Icon } from "../../components/icon.tsx";
import { formatPlural } from "../../format.ts";

/** Deletes the files that are shown, when it was asked for twice. */
export function Prune({
	count,
	said,
	onPrune,
}: {
	count: number;
	said: string;
	onPrune(): Promise<void>;
}) {
	const [isAsking, setIsAsking] = useState(false);
	useEffect(() => setIsAsking(false), [count]);
	const cassettes = formatPlural(count, "cassette");
	return (
		<div class="section-head prune">
			<h2>{cassettes}</h2>
			<p role="status">{said}</p>
			{isAsking ? (
				<div class="form-end" role="group" aria-label="Delete files">
					<p>Delete {count === 1 ? "this file" : `these ${count} files`}?</p>
					<button
						type="button"
						class="primary"
						onClick={async () => {
							await onPrune();
							setIsAsking(false);
						}}
					>
						Delete
					</button>
					<button type="button" onClick={() => setIsAsking(false)}>
						Keep
					</button>
				</div>
			) : (
				<button
					type="button"
					class="quiet"
					disabled={count === 0}
					onClick={() => setIsAsking(true)}
				>
					<Icon name="trash" />
					Delete what is shown
				</button>
			)}
		</div>
	);
}
