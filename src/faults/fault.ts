import { ConfigError, protocolErrors } from "../errors.ts";
import { hintFor } from "../nearest.ts";
import { exceptionOfStatus, exceptions } from "./exceptions.ts";
import { readFaultText } from "./fault-text.ts";
import { type Delay, delay } from "./latency.ts";
import {
	duration,
	flag,
	type Member,
	type Members,
	numberAbove,
	patterns,
	readMembers,
	text,
	wholeNumber,
} from "./members.ts";

/** The ways in which a connection, or the bytes on it, can break. */
const breaks = [
	"cut",
	"reset",
	"goaway",
	"stall",
	"drip",
	"wrongCrc",
	"wrongLength",
	"truncatedJson",
] as const;

/**
 * - `cut`: the connection closes (FIN)
 * - `reset`: HTTP/2 RST_STREAM with INTERNAL_ERROR; HTTP/1.1 a TCP RST
 * - `goaway`: HTTP/2 GOAWAY with INTERNAL_ERROR; HTTP/1.1 as `cut`
 * - `stall`: nothing more comes, and nothing ends
 * - `drip`: bytes come in small pieces with pauses between them
 * - `wrongCrc`, `wrongLength`: a frame of an event stream has a wrong checksum, or a wrong length in its prelude
 * - `truncatedJson`: a frame, or a whole body, whose JSON stops in the middle; its checksums and lengths are right
 */
export type Break = (typeof breaks)[number];

/**
 * One failure on purpose: what happens, when, and to which calls. Exactly one of `throw`, `break`, `html` and `status` says
 * what fails; `delay` may stand beside it, or alone.
 */
export interface FaultSpec {
	/** Names it in lists; a later fault of the same name takes its place. */
	name?: string;

	/** An exception, in either spelling: `ThrottlingException`, `throttlingException`. */
	throw?: string;
	/** Its text instead of AWS's own. */
	message?: string;
	/** Members of ModelErrorException and ModelStreamErrorException. */
	originalStatusCode?: number;
	originalMessage?: string;
	resourceName?: string;
	/** HTTP status, 400 to 599: alone the exception of that status; with `throw` instead of the exception's own. */
	status?: number;
	/** Answers an HTML page with the status (default 503), as a load balancer before the service does. */
	html?: boolean;
	break?: Break;
	/** For `drip`: the pause between pieces in milliseconds (default 50), and the bytes of a piece (default 16). */
	every?: number;
	pieceBytes?: number;
	delay?: Delay;

	/**
	 * How many events of the stream still pass. Absent: the call fails before anything is sent (a spoiled frame is then the
	 * first one). 0: the response begins, and its first event is the failure. A response without a stream is sent by half
	 * before it breaks; an exception takes its place.
	 */
	after?: number;
	/** How many calls it hits, then no more; as a header, how many attempts of the call. */
	times?: number;
	/** How often it hits, above 0 up to 1; `seed` makes the draws repeatable by themselves. */
	probability?: number;
	seed?: number;
	/** Model ids, as sent or bare; `*` stands for any characters. */
	model?: string[];
	/** Operations such as `ConverseStream`; `*` stands for any characters. */
	operation?: string[];
	/** Only calls of this namespace. */
	namespace?: string;
}

const maxCount = 1_000_000_000;

const exceptionName: Member<string> = {
	takes: `an exception such as ${Object.keys(exceptions).slice(0, 4).join(", ")}`,
	read(value) {
		if (typeof value !== "string") return undefined;
		const name = value.charAt(0).toUpperCase() + value.slice(1, 100);
		return /^[A-Z][A-Za-z]*(Exception|Error)$/u.test(name) ? name : undefined;
	},
};

const breakKind: Member<Break> = {
	takes: `one of ${breaks.join(", ")}`,
	read: (value) => breaks.find((kind) => kind === value),
};

/** `7`, `"7"`, `7 events`. */
const eventCount: Member<number> = {
	takes: "a number of events such as 7",
	read(value) {
		const bare =
			typeof value === "string" ? value.replace(/ events?$/u, "") : value;
		return wholeNumber(0, maxCount).read(bare);
	},
};

const members: Members<FaultSpec> = {
	name: text,
	throw: exceptionName,
	message: text,
	originalStatusCode: wholeNumber(100, 599),
	originalMessage: text,
	resourceName: text,
	status: wholeNumber(400, 599),
	html: flag,
	break: breakKind,
	every: duration(3_600_000),
	pieceBytes: wholeNumber(1, 1_000_000, "bytes"),
	delay,
	after: eventCount,
	times: wholeNumber(1, maxCount, "calls"),
	probability: numberAbove(0, 1),
	seed: wholeNumber(0, 4_294_967_295),
	model: patterns,
	operation: patterns,
	namespace: text,
};

/**
 * Reads one fault: a mapping, or text such as `throttlingException; after=7`.
 *
 * @throws ConfigError that says what was met, what was expected and what to do
 */
export function readFault(value: unknown): FaultSpec {
	const given = typeof value === "string" ? readFaultText(value) : value;
	const spec = readMembers<FaultSpec>(given, "A fault", members);
	if (spec.html === false) delete spec.html;
	const says = spec.throw ?? spec.break ?? spec.html;
	if (spec.status !== undefined && says === undefined) {
		const exception = exceptionOfStatus(spec.status);
		if (exception) {
			spec.throw = exception;
			delete spec.status;
		} else spec.html = true;
	}
	checkTogether(spec);
	return spec;
}

/**
 * Reads one fault, or a list of them.
 *
 * @throws ConfigError
 */
export function readFaults(value: unknown): FaultSpec[] {
	if (!Array.isArray(value)) return [readFault(value)];
	return value.map((item, index) => {
		try {
			return readFault(item);
		} catch (error) {
			if (!(error instanceof ConfigError)) throw error;
			throw new ConfigError(`Fault ${index + 1} of the list: ${error.message}`);
		}
	});
}

function checkTogether(spec: FaultSpec): void {
	const kinds = [
		spec.throw !== undefined && "throw",
		spec.break !== undefined && "break",
		spec.html && "html",
	].filter((kind) => kind !== false && kind !== undefined);
	if (kinds.length > 1)
		throw new ConfigError(
			`A fault has both ${kinds.join(" and ")}. Make two faults of it, or keep one.`,
		);
	if (kinds.length === 0 && !spec.delay)
		throw new ConfigError(
			"A fault does not say what fails. Add throw (an exception), break (such as cut), status, html or delay.",
		);
	const refuse = (name: keyof FaultSpec, needs: string, allowed: boolean) => {
		if (spec[name] !== undefined && !allowed)
			throw new ConfigError(
				`A fault's ${name} goes with ${needs} only. Leave it out, or add that.`,
			);
	};
	refuse("message", "an exception", spec.throw !== undefined);
	refuse("status", "throw or html", spec.break === undefined);
	refuse("every", "break: drip", spec.break === "drip");
	refuse("pieceBytes", "break: drip", spec.break === "drip");
	refuse("after", "throw or break", !!(spec.throw ?? spec.break));
	if (spec.throw !== undefined && spec.status === undefined)
		checkKnown(spec.throw);
	if (spec.after !== undefined && spec.throw && spec.status !== undefined)
		throw new ConfigError(
			"A fault has both status and after, but events of a stream have no status. Leave one out.",
		);
}

/** A misspelt name must not fail calls in its own way. */
function checkKnown(name: string): void {
	if (Object.hasOwn(exceptions, name) || Object.hasOwn(protocolErrors, name))
		return;
	const known = Object.keys(exceptions);
	throw new ConfigError(
		`A fault throws ${name}, which Bedrock does not know.${hintFor(name, known, `It takes ${known.join(", ")}.`)} Or add the status that it has.`,
	);
}

/** A fault as a line: what it does and when, but not to whom. */
export function writeFault(spec: FaultSpec): string {
	const parts: string[] = [];
	const what = spec.throw ?? spec.break ?? (spec.html ? "html" : undefined);
	if (what) parts.push(what);
	if (spec.status !== undefined) parts.push(`status=${spec.status}`);
	if (spec.delay) parts.push(`delay=${JSON.stringify(spec.delay)}`);
	if (spec.after !== undefined) parts.push(`after=${spec.after}`);
	return parts.join("; ");
}
