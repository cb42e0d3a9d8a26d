/** Which operation a request asks for, and who answers it. */

import { relaysFor } from "../engines/chain.ts";
import { ServiceError } from "../errors.ts";
import type { HttpRequest } from "../http/message.ts";
import type { Match } from "../protocol/route.ts";
import type { Service } from "../services/service.ts";
import type { EmulatorState } from "./state.ts";

/** An operation, with the service that it is of. */
export interface Found {
	readonly service: Service;
	readonly match: Match;
}

/**
 * The operation that a request asks for.
 *
 * @throws ServiceError `UnknownOperationException` when no service has the path
 */
export function findOperation(
	{ services, mode }: EmulatorState,
	{ method, path }: HttpRequest,
): Found {
	for (const service of services) {
		const match = service.route(method, path);
		if (match) return { service, match };
	}
	throw new ServiceError(
		mode === "floci"
			? "UnsupportedOperationException"
			: "UnknownOperationException",
		`No operation has ${method} ${path.slice(0, 200)}. ` +
			`Served here: ${services.map((service) => service.name).join(", ") || "nothing, all services are off"}.${hintOf(services, path)}`,
	);
}

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** What was likely meant: the same path by another method, or a client of another API. */
function hintOf(services: readonly Service[], path: string): string {
	const others = methods.filter((method) =>
		services.some((service) => service.route(method, path)),
	);
	if (others.length > 0) return ` The path takes ${others.join(", ")}.`;
	if (path === "/v1/messages")
		return " It is a path of Anthropic's own API: use its client for Bedrock, with ANTHROPIC_BEDROCK_BASE_URL.";
	return "";
}

/**
 * Whether Outcrop answers the operation itself; if not, a real service has to.
 *
 * @throws ServiceError where there is none, before the body is read: a client may wait for the answer with its body half
 *   sent
 */
export function isBuilt(
	{ service, match }: Found,
	{ mode, engines }: EmulatorState,
): boolean {
	const floci = mode === "floci";
	const { operation, labels } = match;
	const handlers = floci ? service.flociHandlers : service.handlers;
	if (handlers[operation.name]) return true;
	const isTwoWay = operation.input.members.some(
		(member) => member.target.eventStream,
	);
	const relays = relaysFor(engines, labels.modelId);
	if (floci || isTwoWay || relays.length === 0)
		throw unsupported(service, operation.name, whyNot(floci, isTwoWay));
	return false;
}

function whyNot(floci: boolean, isTwoWay: boolean): string {
	if (floci) return "is not supported with --compat floci";
	if (isTwoWay) return "is not built";
	return "is not built. With --engine bedrock the real service answers it";
}

/** The refusal of an operation that nobody answers. */
export function unsupported(
	{ name }: Service,
	operation: string,
	why = "is not built",
): ServiceError {
	return new ServiceError(
		"UnsupportedOperationException",
		`${operation} of ${name} ${why}.`,
	);
}
