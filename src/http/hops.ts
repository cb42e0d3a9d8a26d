/** Names the Outcrops that a request has passed through, so that none is asked twice. */
export const hopsHeader = "x-outcrop-hops";

const maxHops = 8;

/**
 * The header's next value.
 *
 * @param id - whoever sends the request on
 * @returns undefined when the request has been here already, or has come too long a way
 */
export function addHop(
	headers: Readonly<Record<string, string>>,
	id: string,
): string | undefined {
	const hops = headers[hopsHeader]?.split(",") ?? [];
	return hops.includes(id) || hops.length >= maxHops
		? undefined
		: [...hops, id].join(",");
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/u;
/** To listen on they are all addresses, to ask at they are this machine. */
const anywhere = /^(0\.0\.0\.0|\[?::\]?)$/u;

/** Whether a host name is this machine's, and no other machine can reach what listens there. */
export function isLoopback(host: string): boolean {
	return loopback.test(host);
}

/** Whether a URL is the place that Outcrop itself listens at. */
export function isOwn(url: string, host: string, port: number): boolean {
	if (!URL.canParse(url)) return false;
	const { hostname, port: given, protocol } = new URL(url);
	const theirs = given || (protocol === "https:" ? "443" : "80");
	const isHere =
		isLoopback(hostname) || anywhere.test(hostname) || hostname === host;
	return isHere && theirs === String(port);
}
