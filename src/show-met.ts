/** A value as messages to users show it: what was met where something else is taken. */
export function showMet(value: unknown): string {
	if (value === null || value === undefined || value === "") return "nothing";
	if (Array.isArray(value)) return "a list";
	if (typeof value === "object") return "a mapping";
	if (typeof value !== "string") return String(value);
	return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
