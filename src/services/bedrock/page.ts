import { invalid } from "../../errors.ts";

/** How many items a page has when the caller does not say; AWS documents no number (assumed). */
const defaultSize = 100;

/** One page of a list: where the caller left off, and the token that goes on. The last page has none. */
export interface Page<Item> {
	items: Item[];
	nextToken: string | undefined;
}

/**
 * Cuts a page out of a list.
 *
 * @throws ServiceError `ValidationException` on a token that no page of this list gave (its text is assumed)
 */
export function pageOf<Item>(
	items: readonly Item[],
	{
		maxResults = defaultSize,
		nextToken,
	}: { maxResults?: number | undefined; nextToken?: string | undefined },
): Page<Item> {
	const start = nextToken === undefined ? 0 : readToken(nextToken);
	if (!(start >= 0 && start <= items.length))
		throw invalid("The nextToken is invalid.");
	const end = start + maxResults;
	return {
		items: items.slice(start, end),
		nextToken: end < items.length ? writeToken(end) : undefined,
	};
}

function writeToken(start: number): string {
	return Buffer.from(`page:${start}`).toString("base64url");
}

function readToken(token: string): number {
	const [, start] =
		/^page:(\d{1,9})$/.exec(
			Buffer.from(token, "base64url").toString("latin1"),
		) ?? [];
	return Number(start ?? Number.NaN);
}
