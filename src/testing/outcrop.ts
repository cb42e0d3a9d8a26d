import { type ApiAnswer, readJson } from "./api.ts";
import { Changes } from "./changes.ts";
import { OutcropClock } from "./clock.ts";
import { type Condition, checkConditions } from "./conditions.ts";
import { type Exchange, readExchange } from "./exchange.ts";
import {
	type ExchangeFilter,
	listExchanges,
	mismatch,
	showFilter,
} from "./filter.ts";
import type {
	ClientConfig,
	Fault,
	Quota,
	RuleInForce,
	WaitOptions,
} from "./options.ts";
import { RuleDraft, type When } from "./rule.ts";
import type { Server } from "./server.ts";
import { waitForExchanges } from "./wait.ts";

/** The namespace of clients whose handle is on all of the server. */
const everybody = "test";

/** Names of namespaces travel as access key ids, which are parts of a header. */
const nameForm = /^[\w-]{1,100}$/;

/**
 * A handle on an Outcrop, or on one namespace of it: what it scripts, breaks, looks at and resets is that namespace's. The
 * handle that `startOutcrop` and `attachOutcrop` give is on all of it; its rules and faults are for every namespace.
 *
 * Scripting calls (`when`) return at once. In the process that started the server, every request that comes later waits until
 * they are in force. On a remote Outcrop they are sent in the background, in order: `await outcrop.ready()`, or any other
 * awaited call, waits for them. A rule that is refused makes the next awaited call throw.
 */
export class Outcrop implements AsyncDisposable {
	/** The namespace; undefined: all of them. */
	readonly name: string | undefined;
	/** The emulator's time. */
	readonly clock: OutcropClock;
	readonly #server: Server;
	readonly #changes: Changes;
	#namespaces = 0;
	#rules = 0;

	/** @internal */
	constructor(server: Server, name?: string) {
		this.#server = server;
		this.name = name;
		this.#changes = new Changes(server.busy);
		this.clock = new OutcropClock(server, this.#changes);
	}

	/** Where clients point to, such as `http://127.0.0.1:4566`. */
	get url(): string {
		return this.#server.url;
	}

	/** Options of an AWS SDK client whose requests belong to this handle's namespace. */
	clientConfig(options: Pick<ClientConfig, "maxAttempts"> = {}): ClientConfig {
		const { url, region } = this.#server;
		return {
			endpoint: url,
			region,
			credentials: {
				accessKeyId: this.name ?? everybody,
				secretAccessKey: "test",
			},
			...options,
		};
	}

	/** The same as variables for a child process: every AWS SDK and the AWS CLI read them. */
	env(): Record<string, string> {
		const { url, region } = this.#server;
		return {
			AWS_ENDPOINT_URL: url,
			AWS_REGION: region,
			AWS_DEFAULT_REGION: region,
			AWS_ACCESS_KEY_ID: this.name ?? everybody,
			AWS_SECRET_ACCESS_KEY: "test",
		};
	}

	/** Headers that put a request of any other client into this handle's namespace. */
	headers(): Record<string, string> {
		return this.name === undefined ? {} : { "x-outcrop-namespace": this.name };
	}

	/**
	 * A handle on a namespace of its own: parallel tests share one server and do not meet.
	 *
	 * @param name - letters, digits, `_` and `-`; one that nobody else has is made up when it is left out
	 * @throws TypeError on a name of another form
	 */
	namespace(name?: string): Outcrop {
		const chosen =
			name ?? `${this.name ?? "ns"}-${++this.#namespaces}-${randomName()}`;
		if (!nameForm.test(chosen))
			throw new TypeError(
				`A namespace cannot be called ${JSON.stringify(chosen)}. Take up to 100 letters, digits, _ and -.`,
			);
		return new Outcrop(this.#server, chosen);
	}

	/**
	 * Begins a rule; it is in force once it says something. Rules that were written later are asked first.
	 *
	 * @param conditions - all must hold; none: every request
	 * @example outcrop.when(user(/weather/)).callTool("get_weather", { city: "Oslo" }).then.text("It is cold.")
	 */
	when(...conditions: Condition[]): When {
		checkConditions(conditions);
		// A rule is refused later than it is written; the error leads to where that was.
		const written: { stack?: string } = {};
		Error.captureStackTrace(written, this.when);
		let told = false;
		const draft: RuleDraft = new RuleDraft(`rule ${++this.#rules}`, () => {
			if (told) return;
			told = true;
			// By then the statement that writes the rule is over.
			this.#changes.addSilently(async () => {
				const rules = draft.seal();
				try {
					await this.#send("POST", "scripts", rules, `"${draft.name}"`);
				} catch (error) {
					if (error instanceof Error)
						error.stack = `${error.name}: ${error.message}\n${written.stack?.replace(/^.*\n/, "")}`;
					throw error;
				}
			});
		});
		return draft.begin(conditions);
	}

	/**
	 * Adds rules as scripts write them: a list of rules, or a whole script.
	 *
	 * @returns when they are in force
	 * @throws OutcropApiError with every problem when a rule cannot work
	 */
	script(rules: object): Promise<void> {
		return this.#changes.add(async () => {
			await this.#send("POST", "scripts", rules, "The script");
		});
	}

	/** Rules that this handle's requests are held against, in the order in which they are asked. */
	async rules(): Promise<RuleInForce[]> {
		await this.ready();
		const query = new URLSearchParams({ namespace: this.name ?? everybody });
		const listed = await this.#server.send("GET", `scripts?${query}`);
		return (listed as { rules: RuleInForce[] }).rules;
	}

	/**
	 * Adds a failure on purpose.
	 *
	 * @returns when it is in force; a request from this process waits for that anyway
	 * @throws OutcropApiError when the fault cannot be
	 * @example outcrop.fail({ throw: "ThrottlingException", times: 1, operation: "Converse" })
	 */
	fail(fault: Fault): Promise<void> {
		return this.#changes.add(async () => {
			await this.#send("POST", "faults", fault, "The fault");
		});
	}

	/**
	 * Sets what an account may use.
	 *
	 * @returns when it is in force; a request from this process waits for that anyway
	 * @example outcrop.quota({ model: "anthropic.*", requestsPerMinute: 60 })
	 */
	quota(quota: Quota): Promise<void> {
		return this.#changes.add(async () => {
			await this.#send("POST", "quotas", quota, "The quota");
		});
	}

	/**
	 * Waits until everything that was scripted is in force.
	 *
	 * @throws what a rule was refused with since the last awaited call
	 */
	ready(): Promise<void> {
		return this.#changes.ready();
	}

	/** Calls that have ended, oldest first. */
	async exchanges<Operation extends string = string>(
		filter: ExchangeFilter<Operation> = {},
	): Promise<Exchange<Operation>[]> {
		await this.ready();
		return select(await this.#journal(), filter);
	}

	/** The latest call that has ended; undefined when there is none. */
	async lastRequest<Operation extends string = string>(
		filter: ExchangeFilter<Operation> = {},
	): Promise<Exchange<Operation> | undefined> {
		return (await this.exchanges(filter)).at(-1);
	}

	/**
	 * Waits for a call to end. One that has ended already will do.
	 *
	 * @returns the earliest that matches; with `times` the earliest so many
	 * @throws Error after `timeoutMs` of real time; its message lists what did come
	 */
	received<Operation extends string = string>(
		filter?: ExchangeFilter<Operation>,
		options?: WaitOptions & { times?: undefined },
	): Promise<Exchange<Operation>>;
	received<Operation extends string = string>(
		filter: ExchangeFilter<Operation>,
		options: WaitOptions & { times: number },
	): Promise<Exchange<Operation>[]>;
	async received(
		filter: ExchangeFilter = {},
		options: WaitOptions & { times?: number | undefined } = {},
	): Promise<Exchange | Exchange[]> {
		await this.ready();
		const { times, timeoutMs = 5000, after } = options;
		const found = await waitForExchanges(this.#server.api, {
			query: this.#query({ afterSequence: String(after?.sequence ?? 0) }),
			count: times ?? 1,
			timeoutMs,
			matches: (exchange) => mismatch(exchange, filter) === undefined,
			explain: (met) =>
				`No ${times === undefined ? "call" : `${times} calls`} like ${showFilter(filter)} within ${timeoutMs} ms. What came:\n${listExchanges(met, filter)}`,
		});
		return times === undefined ? (found[0] as Exchange) : found;
	}

	/**
	 * Forgets rules, faults, quotas, counts and the journal: of this handle's namespace, or of all, then the clock too. What
	 * the server was started with stays.
	 */
	async reset(): Promise<void> {
		await this.#changes.settled;
		await this.#send("POST", "reset");
		this.#changes.throwFailures();
	}

	/** Ends a server that `startOutcrop` started. On a namespace: resets it. A server that was attached to runs on. */
	async stop(): Promise<void> {
		await this.#changes.settled;
		if (this.name === undefined) await this.#server.stop();
		else await this.#send("POST", "reset");
		this.#changes.throwFailures();
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.stop();
	}

	/**
	 * The journal as matchers read it: at once where the server is in this process and nothing is on its way.
	 *
	 * @internal
	 */
	peek(): Exchange[] | Promise<Exchange[]> {
		if (this.#changes.settled) return this.ready().then(() => this.#journal());
		this.#changes.throwFailures();
		return this.#journal();
	}

	#journal(): Exchange[] | Promise<Exchange[]> {
		const path = `/_outcrop/api/exchanges?${this.#query({ detail: "full", limit: "1000000" })}`;
		const read = (answer: ApiAnswer) => {
			const json = readJson("Looking at the journal", answer);
			return (json as { exchanges: unknown[] }).exchanges.map(readExchange);
		};
		const answer = this.#server.api.send("GET", path);
		return answer instanceof Promise ? answer.then(read) : read(answer);
	}

	#query(parameters: Record<string, string> = {}): URLSearchParams {
		return new URLSearchParams({
			...parameters,
			...(this.name !== undefined && { namespace: this.name }),
		});
	}

	#send(
		method: string,
		name: string,
		body?: unknown,
		what?: string,
	): Promise<unknown> {
		return this.#server.send(method, `${name}?${this.#query()}`, body, what);
	}
}

/** Exchanges that match, for a filter whose operation is known. */
function select<Operation extends string>(
	exchanges: Exchange[],
	filter: ExchangeFilter<Operation>,
): Exchange<Operation>[] {
	return exchanges.filter(
		(exchange): exchange is Exchange<Operation> =>
			mismatch(exchange, filter) === undefined,
	);
}

function randomName(): string {
	return Math.random().toString(36).slice(2, 10);
}
