import { Outcrop } from "./outcrop.ts";
import { attachServer, type StartOptions, startServer } from "./server.ts";

/**
 * Starts an Outcrop in this process, on a free port of 127.0.0.1, in milliseconds. Several run side by side.
 *
 * @param options - any option of the configuration: `{ script: ["/path/to/replies.yaml"], onMiss: "error", strict: true }`
 * @throws ConfigError on an unknown option and when a script cannot be loaded, and the system's error when a port cannot be had
 * @example await using outcrop = await startOutcrop();
 */
export async function startOutcrop(
	options: StartOptions = {},
): Promise<Outcrop> {
	return new Outcrop(await startServer(options));
}

/** How to attach. */
export interface AttachOptions {
	/** For `clientConfig()`; default `AWS_REGION`, else us-east-1. */
	region?: string;
}

/**
 * A handle on an Outcrop that runs elsewhere: a container, a colleague's machine, `npx outcrop`. It is not stopped with the
 * handle. Where others use it too, work in a namespace: `(await attachOutcrop(url)).namespace()`.
 *
 * @param url - such as `http://localhost:4566`
 * @throws OutcropApiError when no Outcrop answers there
 */
export async function attachOutcrop(
	url: string,
	options: AttachOptions = {},
): Promise<Outcrop> {
	const { region = process.env.AWS_REGION ?? "us-east-1" } = options;
	return new Outcrop(await attachServer(url, region));
}
