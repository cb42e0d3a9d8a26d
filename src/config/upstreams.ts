import {
	nameOf,
	type UpstreamOptions,
	upstreamDefaults,
} from "../engines/openai/upstream.ts";
import { isObject } from "../json.ts";
import { showMet } from "../show-met.ts";
import { mapping } from "./mapping.ts";
import {
	boolean,
	duration,
	number,
	secretText,
	text,
	url,
	wholeNumber,
} from "./types.ts";
import { readEach, type ValueType, WrongValue } from "./value-type.ts";

const time = duration();

const takes =
	"URLs such as http://localhost:11434/v1, each with the model that answers (=llama3.2) or without; several with commas between them";

/** An upstream, as a configuration file spells it. */
const upstream = mapping({
	name: text("NAME"),
	url: serverUrl(),
	apiKey: secretText("KEY"),
	apiKeyVariable: text("NAME"),
	models: modelMap(),
	default: text("MODEL"),
	passThrough: boolean(),
	weight: number(0.001, 1_000_000),
	retries: wholeNumber(0, 10),
	timeouts: mapping({
		connect: time,
		firstByte: time,
		idle: time,
		total: time,
	}),
	breaker: mapping({ failures: wholeNumber(0, 1_000_000), pause: time }),
	health: time,
});

/**
 * Model servers: `http://localhost:11434/v1`, or `http://localhost:11434/v1=llama3.2` with the model that stands for all; in
 * a file such texts, or mappings with more to say. Nothing of a key is ever shown.
 */
export function upstreamList(): ValueType<UpstreamOptions[]> {
	return {
		placeholder: "URL[=MODEL]",
		takes,
		form: "list",
		// A mapping may hold a key, and a URL a password.
		secret: true,
		show: (upstreams) => upstreams.map(({ name }) => name).join(","),
		read(value) {
			const items = Array.isArray(value) ? value : [value];
			const upstreams = readEach(items, (item) =>
				splitText(item).map(readUpstream),
			).flat();
			if (upstreams.length === 0) throw new WrongValue();
			const names = upstreams.map(({ name }) => name);
			const twice = names.find((name, index) => names.indexOf(name) < index);
			if (twice !== undefined)
				throw new WrongValue(
					`: two upstreams are called ${twice}. Give each a name of its own.`,
				);
			return upstreams;
		},
	};
}

function splitText(item: unknown): unknown[] {
	return typeof item === "string"
		? item.split(",").map((part) => part.trim())
		: [item];
}

function readUpstream(item: unknown): UpstreamOptions {
	if (typeof item === "string") return readShort(item);
	if (!isObject(item)) throw new WrongValue();
	const read = upstream.read(item);
	if (read.url === undefined)
		throw new WrongValue(
			": an upstream has no url. Give it one such as http://localhost:11434/v1.",
		);
	if (read.apiKey !== undefined && read.apiKeyVariable !== undefined)
		throw new WrongValue(
			": apiKey and apiKeyVariable exclude each other. Keep one of them.",
		);
	const { timeouts, breaker } = upstreamDefaults;
	// Each member was read by its own type; the checker cannot follow names through a loop.
	const given = read as Partial<UpstreamOptions> & { url: string };
	return {
		...upstreamDefaults,
		name: nameOf(given.url),
		...given,
		timeouts: { ...timeouts, ...given.timeouts },
		breaker: { ...breaker, ...given.breaker },
	};
}

/** At the last `=`, unless it belongs to a query. */
function readShort(item: string): UpstreamOptions {
	const equals = item.includes("?") ? -1 : item.lastIndexOf("=");
	const given = equals < 0 ? item : item.slice(0, equals);
	const model = equals < 0 ? undefined : item.slice(equals + 1);
	if (model === "") throw wrongText(item);
	const read = readUrl(given, item);
	return {
		...upstreamDefaults,
		name: nameOf(read),
		url: read,
		default: model,
	};
}

function readUrl(given: string, item: string): string {
	try {
		return serverUrl().read(given);
	} catch (error) {
		if (!(error instanceof WrongValue) || error.message) throw error;
		throw wrongText(item);
	}
}

/** Shows what was met, unless there is an `@`: what stands before it may be a password. */
function wrongText(item: string): WrongValue {
	const met = item.includes("@") ? "" : `, not ${showMet(item)}`;
	return new WrongValue(` takes ${takes}${met}.`);
}

/** A URL without a password: it would stand in messages. */
function serverUrl(): ValueType<string> {
	const any = url();
	return {
		...any,
		secret: true,
		read(value) {
			const read = any.read(value);
			if (!URL.canParse(read)) throw new WrongValue();
			const { username, password } = new URL(read);
			if (username !== "" || password !== "")
				throw new WrongValue(
					" takes a URL without a user. Put the key into apiKey or apiKeyVariable.",
				);
			return read;
		},
	};
}

/** `{ anthropic.*: llama3.2 }`: in the order of the file. */
function modelMap(): ValueType<UpstreamOptions["models"]> {
	return {
		placeholder: "{ ID: MODEL }",
		takes:
			"a mapping of Bedrock's model ids or patterns to the server's such as { anthropic.*: llama3.2 }",
		form: "plain",
		show: () => "",
		read(value) {
			if (!isObject(value)) throw new WrongValue();
			return Object.entries(value).map(([pattern, target]) => {
				if (typeof target === "string" && target !== "")
					return [pattern, target] as const;
				throw new WrongValue(
					`: ${pattern} takes the name of a model, not ${showMet(target)}.`,
				);
			});
		},
	};
}
