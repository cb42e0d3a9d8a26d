import type { RouteRow } from "../http/router.ts";

/** A row of Outcrop's own API, with what its OpenAPI description says of it. */
export interface ApiRow extends RouteRow {
	summary: string;
	/** Query parameters by name, each with its meaning. */
	query?: Record<string, string>;
	/** JSON Schema of the body. */
	body?: object;
}
