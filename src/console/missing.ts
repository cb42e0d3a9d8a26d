import { type Router, writeJson } from "../http/router.ts";
import { nearestName } from "../nearest.ts";

const root = "/_outcrop/api";

/** Answers what is below the API's root and no row has: 404, with the nearest path there is. */
export function missingRoute(paths: readonly string[]): Router {
	return ({ path }) => {
		if (path !== root && !path.startsWith(`${root}/`)) return undefined;
		const ends = paths.map((known) => known.slice(root.length));
		const nearest = nearestName(path.slice(root.length), ends);
		const hint =
			nearest === undefined ? "" : ` Did you mean ${root}${nearest}?`;
		return writeJson(
			{
				message: `Outcrop's API has no ${path.slice(0, 200)}.${hint} GET ${root}/openapi.json lists what it has.`,
			},
			404,
		);
	};
}
