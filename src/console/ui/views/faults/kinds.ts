import type { FaultSpec } from "../../api/failures.ts";

/** What a card's own slider sets. */
export interface Dial {
	label: string;
	min: number;
	max: number;
	step: number;
	initial: number;
	unit: "ms" | "events";
}

/** A failure that is there at one press. */
export interface FaultKind {
	id: string;
	title: string;
	/** What the client sees of it; docs/faults.md has it at length. */
	seen: string;
	dial?: Dial;
	/** What fails; who it hits is chosen apart. */
	spec(dialled: number): FaultSpec;
}

const events: Dial = {
	label: "Breaks after",
	min: 0,
	max: 50,
	step: 1,
	initial: 7,
	unit: "events",
};

/** The common failures, the commonest first. */
export const faultKinds: readonly FaultKind[] = [
	{
		id: "throttle",
		title: "Throttle",
		seen: "429 ThrottlingException. boto3 tries 4 times more, the JavaScript SDK 2 times, then they raise it.",
		spec: () => ({ throw: "ThrottlingException" }),
	},
	{
		id: "unavailable",
		title: "Be unavailable",
		seen: "503 ServiceUnavailableException. SDKs try again, then raise it.",
		spec: () => ({ throw: "ServiceUnavailableException" }),
	},
	{
		id: "internal",
		title: "Fail inside",
		seen: "500 InternalServerException. SDKs try again, then raise it.",
		spec: () => ({ throw: "InternalServerException" }),
	},
	{
		id: "slow",
		title: "Answer late",
		seen: "The first token comes later. Clients with a shorter read timeout give up and try again.",
		dial: {
			label: "First token after",
			min: 100,
			max: 30_000,
			step: 100,
			initial: 2000,
			unit: "ms",
		},
		spec: (firstToken) => ({ delay: { firstToken } }),
	},
	{
		id: "slow-tokens",
		title: "Stream slowly",
		seen: "Each token waits for the one before it.",
		dial: {
			label: "Wait between tokens",
			min: 10,
			max: 2000,
			step: 10,
			initial: 100,
			unit: "ms",
		},
		spec: (betweenTokens) => ({ delay: { betweenTokens } }),
	},
	{
		id: "mid-stream",
		title: "Break the stream",
		seen: "An exception frame in mid-stream. boto3 raises EventStreamError, JavaScript ModelStreamErrorException; neither tries again.",
		dial: events,
		spec: (after) => ({ throw: "ModelStreamErrorException", after }),
	},
	{
		id: "cut",
		title: "Cut the connection",
		seen: "The connection closes in mid-stream. boto3 raises ProtocolError; JavaScript over HTTP/2 sees the stream end early, without an error.",
		dial: events,
		spec: (after) => ({ break: "cut", after }),
	},
	{
		id: "frame",
		title: "Break a frame",
		seen: "A frame whose checksum is wrong. boto3 raises ChecksumMismatch, JavaScript an Error that names the checksum.",
		dial: events,
		spec: (after) => ({ break: "wrongCrc", after }),
	},
	{
		id: "stall",
		title: "Say nothing more",
		seen: "The stream stands still and the connection stays open, until the client's read timeout.",
		dial: events,
		spec: (after) => ({ break: "stall", after }),
	},
	{
		id: "drip",
		title: "Drip bytes",
		seen: "Everything arrives, 16 bytes at a time: what a slow network does to a parser of frames.",
		dial: {
			label: "Pause between pieces",
			min: 1,
			max: 500,
			step: 1,
			initial: 50,
			unit: "ms",
		},
		spec: (every) => ({ break: "drip", every }),
	},
	{
		id: "page",
		title: "HTML in place of JSON",
		seen: "503 with a page, as of a load balancer. boto3 raises ClientError 503, JavaScript SyntaxError that has the status.",
		spec: () => ({ html: true, status: 503 }),
	},
	{
		id: "denied",
		title: "Deny access",
		seen: "403 AccessDeniedException, as before access to a model is granted. Nobody tries again.",
		spec: () => ({ throw: "AccessDeniedException" }),
	},
];

/** Who is hit, and how often; as the form has it. */
export interface Aim {
	model: string;
	namespace: string;
	/** 0: every call. */
	times: number;
	/** 1 to 100. */
	percent: number;
}

/** The fault that a press adds. */
export function faultOf(kind: FaultKind, dialled: number, aim: Aim): FaultSpec {
	const models = aim.model.split(/[\s,]+/u).filter((model) => model !== "");
	return {
		...kind.spec(dialled),
		...(models.length > 0 && { model: models }),
		...(aim.namespace && { namespace: aim.namespace }),
		...(aim.times > 0 && { times: aim.times }),
		...(aim.percent < 100 && { probability: aim.percent / 100 }),
	};
}

/** What a fault does: `ThrottlingException`, `cut after 7 events`. */
export function describeFault({
	throw: exception,
	break: broken,
	html,
	status,
	delay,
	after,
}: FaultSpec): string {
	const fails =
		exception ??
		(html ? `HTML page ${status ?? 503}` : undefined) ??
		breakNames[broken ?? ""] ??
		broken;
	const parts = [
		...(fails === undefined ? [] : [fails]),
		...(after === undefined
			? []
			: [`after ${after} event${after === 1 ? "" : "s"}`]),
		...(delay?.firstToken === undefined
			? []
			: [`first token waits ${describeLatency(delay.firstToken)}`]),
		...(delay?.betweenTokens === undefined
			? []
			: [`tokens wait ${describeLatency(delay.betweenTokens)}`]),
	];
	return parts.join(", ");
}

const breakNames: Record<string, string> = {
	cut: "connection cut",
	reset: "connection reset",
	goaway: "GOAWAY",
	stall: "stall",
	drip: "bytes drip",
	wrongCrc: "wrong checksum in a frame",
	wrongLength: "wrong length in a frame",
	truncatedJson: "JSON cut short",
};

function describeLatency(
	latency: NonNullable<FaultSpec["delay"]>["firstToken"],
): string {
	if (typeof latency === "object")
		return Object.entries(latency)
			.map(([name, ms]) => `${name} ${ms} ms`)
			.join(", ");
	return `${latency} ms`;
}

/** To whom, and how often: `half of the calls of anthropic.*, in the namespace a`. */
export function describeAim({
	model,
	operation,
	namespace,
	probability,
}: FaultSpec): string {
	const share =
		probability === undefined
			? "every call"
			: `${percent(probability)} of calls`;
	const parts = [
		share,
		...(model === undefined ? [] : [`of ${[model].flat().join(", ")}`]),
		...(operation === undefined ? [] : [`to ${[operation].flat().join(", ")}`]),
		...(namespace === undefined ? [] : [`in namespace ${namespace}`]),
	];
	return parts.join(" ");
}

function percent(probability: number): string {
	return `${Number((probability * 100).toFixed(2))} %`;
}
