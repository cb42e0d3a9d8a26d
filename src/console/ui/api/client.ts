const base = "/_outcrop/api/";

/** The server said no, or was not there to say anything. The message is for the user. */
export class ApiError extends Error {
	override readonly name = "ApiError";
	/** HTTP status; 0 when there was no answer. */
	readonly status: number;
	constructor(status: number, message: string) {
		super(message);
		this.status = status;
	}
}

/**
 * Asks Outcrop's own API and reads its JSON.
 *
 * @param path - below `/_outcrop/api/`, with its query
 * @throws ApiError
 */
export async function askApi<Answer>(
	path: string,
	init?: RequestInit,
): Promise<Answer> {
	return (await send(path, init)).json();
}

/** As `askApi`, for what is no JSON. */
export async function askApiForText(path: string): Promise<string> {
	return (await send(path)).text();
}

/** An URL of the API, for links and event streams. */
export function apiUrl(path: string): string {
	return base + path;
}

async function send(path: string, init?: RequestInit): Promise<Response> {
	const response = await fetch(base + path, init).catch(() => {
		throw new ApiError(
			0,
			"Outcrop does not answer. Is it still running? Start it and try again.",
		);
	});
	if (response.ok) return response;
	const said: { message?: string } = await response.json().catch(() => ({}));
	throw new ApiError(
		response.status,
		said.message ?? `Outcrop answered ${response.status}.`,
	);
}
