/**
 * Says why a file or a folder cannot be used, in a sentence.
 *
 * @param label - begins it: `--tls-cert`, `The scripts`
 * @param error - the system's
 */
export function cannotRead(
	label: string,
	path: string,
	error: unknown,
): string {
	return `${label}: ${whyUnusable(path, error)}.`;
}

/** The same without beginning and end, such as `there is no file a.yaml`. */
export function whyUnusable(path: string, error: unknown): string {
	const code = errorCode(error);
	if (code === "ENOENT") return `there is no file ${path}`;
	if (code === "EISDIR") return `${path} is a folder, not a file`;
	if (code === "ENOTDIR" || code === "EEXIST")
		return `${path} is a file, not a folder`;
	if (code === "EACCES") return `${path} may not be read by this user`;
	return `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

/** The system's name of an error, such as `ENOENT`. */
export function errorCode(error: unknown): unknown {
	return error instanceof Error && "code" in error ? error.code : undefined;
}
