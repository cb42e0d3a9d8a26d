import { useEffect, useState } from "preact/hooks";
import { ApiError, askApi } from "../../api/client.ts";
import type { Overview } from "../../api/types.ts";

/** What was said last, and why nothing newer was. */
export interface Followed {
	overview: Overview | undefined;
	error: string | undefined;
}

/** Asks for the overview again and again, as long as somebody looks. */
export function useOverview(minutes: number, everyMs: number): Followed {
	const [followed, setFollowed] = useState<Followed>({
		overview: undefined,
		error: undefined,
	});
	useEffect(() => {
		let timer: ReturnType<typeof setTimeout> | undefined;
		let isWanted = true;
		const ask = async () => {
			clearTimeout(timer);
			const answer = await askApi<Overview>(`overview?minutes=${minutes}`).then(
				(overview): Followed => ({ overview, error: undefined }),
				(error: unknown): Partial<Followed> => ({
					error: error instanceof ApiError ? error.message : String(error),
				}),
			);
			if (!isWanted) return;
			setFollowed((before) => ({ ...before, ...answer }));
			if (!document.hidden) timer = setTimeout(ask, everyMs);
		};
		const look = () => {
			if (!document.hidden) ask();
		};
		ask();
		document.addEventListener("visibilitychange", look);
		return () => {
			isWanted = false;
			clearTimeout(timer);
			document.removeEventListener("visibilitychange", look);
		};
	}, [minutes, everyMs]);
	return followed;
}
