/** How numbers and times are written, everywhere alike. */

const whole = new Intl.NumberFormat("en-US");

/** `12,345`. */
export function formatCount(count: number): string {
	return whole.format(count);
}

/** `1 exchange`, `12,345 exchanges`. */
export function formatPlural(count: number, noun: string): string {
	return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `0.4 ms`, `12 ms`, `1.24 s`, `2 min 5 s`; of milliseconds. */
export function formatDuration(durationMs: number): string {
	if (durationMs < 10) return `${Number(durationMs.toFixed(1))} ms`;
	if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
	if (durationMs < 60_000) return `${(durationMs / 1000).toFixed(2)} s`;
	const seconds = Math.round(durationMs / 1000);
	return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** US dollars: `$12.30`, and to two digits that say something when it is little: `$0.0012`, `$0.000031`. */
export function formatPrice(usd: number): string {
	if (usd === 0) return "$0";
	if (usd >= 1) return `$${usd.toFixed(2)}`;
	const digits = Math.min(8, 1 - Math.floor(Math.log10(usd)));
	return `$${usd.toFixed(Math.max(2, digits))}`;
}

/** `14:03:09.042`, in the reader's time zone. */
export function formatTime(atMs: number): string {
	const at = new Date(atMs);
	const two = (number: number) => String(number).padStart(2, "0");
	return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}

/** A model's id without date and version, to tell it apart in a narrow place: `us.anthropic.claude-sonnet-4-5`. */
export function formatModel(modelId: string): string {
	const name = modelId.slice(modelId.lastIndexOf("/") + 1);
	return name.replace(/(?:-\d{8})?-v\d+(?::\d+)?$|:\d+$/u, "");
}

/** `2026-11-28 14:03:09.042`. */
export function formatDateTime(atMs: number): string {
	const at = new Date(atMs);
	const two = (number: number) => String(number).padStart(2, "0");
	return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${formatTime(atMs)}`;
}

/** `812 B`, `4.2 kB`, `1.3 MB`. */
export function formatBytes(bytes: number): string {
	if (bytes < 1000) return `${bytes} B`;
	if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
	return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A limit as models have it: `200k`, `1M`; nothing when it is not known. */
export function formatTokens(tokens: number | undefined): string {
	if (tokens === undefined) return "";
	if (tokens < 1000) return `${tokens}`;
	if (tokens < 1_000_000) return `${Number((tokens / 1000).toFixed(0))}k`;
	return `${Number((tokens / 1_000_000).toFixed(1))}M`;
}

/** A price of the list: `$3`, `$3.30`, `$0.0375`; nothing when it is not known. */
export function formatUsd(usd: number | undefined): string {
	if (usd === undefined) return "";
	const digits = `${Number(usd.toFixed(6))}`.split(".")[1]?.length ?? 0;
	return `$${usd.toFixed(digits === 0 ? 0 : Math.max(2, digits))}`;
}
