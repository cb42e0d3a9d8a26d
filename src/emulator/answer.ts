/** The life of one request, from the operation it asks for to the response. */

import type { Emulator } from "../emulator.ts";
import { relaysFor } from "../engines/chain.ts";
import { ServiceError } from "../errors.ts";
import { FaultAnswer, type FaultPlan } from "../faults/plan.ts";
import {
	BodyTooLargeError,
	type HttpRequest,
	type HttpResponse,
} from "../http/message.ts";
import { Exchange } from "../journal/exchange.ts";
import type { Operation } from "../protocol/description.ts";
import { readInput } from "../protocol/read.ts";
import type { Match } from "../protocol/route.ts";
import { validateInput } from "../protocol/validate.ts";
import type { verifySignature } from "../protocol/verify.ts";
import {
	type ExtraHeaders,
	extraHeaders,
	writeOutput,
} from "../protocol/write.ts";
import { writeError } from "../protocol/write-error.ts";
import type { Common } from "../protocol/write-stream.ts";
import type { Service } from "../services/service.ts";
import type { TrueAnswer } from "../turn/true-answer.ts";
import type { EmulatorCall } from "./call.ts";
import { trueAnswer } from "./relay.ts";

/** Answers the requests of one emulator. */
export class Answering {
	/** Loaded at start, and only when signatures are verified: it needs more of Node than the rest. */
	verifySignature: typeof verifySignature | undefined;
	readonly #emulator: Emulator;

	constructor(emulator: Emulator) {
		this.#emulator = emulator;
	}

	/** Answers a request to one of the services; never throws. */
	answer(
		request: HttpRequest,
		call: EmulatorCall,
		sequence: number,
	): Promise<HttpResponse> | HttpResponse {
		try {
			const found = this.#find(request);
			const { operation, labels } = found.match;
			call.service = found.service.name;
			call.operation = operation.name;
			call.exchange = new Exchange(call, request, operation, labels, sequence);
			return this.#emulator.config.log === "debug"
				? this.#logCall(found, request, call)
				: this.#answerCall(found, request, call);
		} catch (error) {
			return this.#fail(error, undefined, request, call);
		}
	}

	/** What needs no waiting makes no promise: most calls under load are answered within one turn. */
	#answerCall(
		found: Found,
		request: HttpRequest,
		call: EmulatorCall,
	): Promise<HttpResponse> | HttpResponse {
		let answer: Promise<HttpResponse> | HttpResponse;
		try {
			const isBuilt = this.#isBuilt(found);
			const body = request.wholeBody;
			if (!isBuilt) answer = this.#relayUnbuilt(found, request, call);
			else
				answer = body
					? this.#respond(found, request, call, body)
					: request
							.body()
							.then((later) => this.#respond(found, request, call, later));
		} catch (error) {
			return this.#answerFailure(error, found, request, call);
		}
		return answer instanceof Promise
			? answer.catch((error) =>
					this.#answerFailure(error, found, request, call),
				)
			: answer;
	}

	#respond(
		found: Found,
		request: HttpRequest,
		call: EmulatorCall,
		body: Buffer,
	): Promise<HttpResponse> | HttpResponse {
		const output = this.#invoke(found, request, call, body);
		return output instanceof Promise
			? output.then((later) => this.#write(found, call, later))
			: this.#write(found, call, output as Output);
	}

	/** Something was thrown: a real service's answer, which goes out as it is, or a failure. */
	async #answerFailure(
		error: unknown,
		found: Found,
		request: HttpRequest,
		call: EmulatorCall,
	): Promise<HttpResponse> {
		let failure = error;
		try {
			const truth = await trueAnswer(error, found.match, call);
			if (truth?.failure) this.#emulator.report(truth.failure, request);
			if (truth) return await this.#writeTruth(found, call, truth);
		} catch (thrown) {
			failure = thrown;
		}
		try {
			const response = this.#fail(failure, found, request, call);
			call.exchange?.answered(
				response.status,
				isWhole(response.body) ? response.body : undefined,
				response.headers,
			);
			return response;
		} finally {
			call.onEnd(failure);
		}
	}

	#writeTruth(
		found: Found,
		call: EmulatorCall,
		{ status, headers, body, failure }: TrueAnswer,
	): HttpResponse | Promise<HttpResponse> {
		if (body instanceof Uint8Array)
			return this.#finish(call, { status, headers, body }, failure);
		const { members } = found.match.operation.output;
		const stream = members.find((member) => member.target.eventStream);
		if (!stream)
			throw new Error(
				`${found.match.operation.name} was answered by a stream.`,
			);
		return this.#write(found, call, {
			[stream.name]: body,
			[extraHeaders]: headers,
		});
	}

	/**
	 * Whether Outcrop answers the operation itself; if not, a real service has to.
	 *
	 * @throws ServiceError where there is none, before the body is read: a client may wait for the answer with its body half
	 *   sent
	 */
	#isBuilt({ service, match }: Found): boolean {
		const floci = this.#emulator.mode === "floci";
		const { operation, labels } = match;
		const { name, input } = operation;
		const handlers = floci ? service.flociHandlers : service.handlers;
		if (handlers[name]) return true;
		const isTwoWay = input.members.some((member) => member.target.eventStream);
		const relays = relaysFor(this.#emulator.engines, labels.modelId);
		if (floci || isTwoWay || relays.length === 0)
			throw unsupported(service, name, floci);
		return false;
	}

	/** @throws Relayed */
	async #relayUnbuilt(
		{ service, match }: Found,
		request: HttpRequest,
		call: EmulatorCall,
	): Promise<never> {
		this.#receive(request, call, await request.body());
		const { modelId } = match.labels;
		await this.#suffer(call, { modelId }, request);
		await call.relay(modelId);
		throw unsupported(service, match.operation.name, false);
	}

	/** The body is there: it can be known now whether the caller may come in. */
	#receive(request: HttpRequest, call: EmulatorCall, body: Buffer): void {
		call.body = body;
		call.exchange?.received(body);
		const { config, clock } = this.#emulator;
		this.verifySignature?.(request, body, config.keys, clock.now());
	}

	/** Checks who calls, reads the input, and has the operation's handler answer. */
	#invoke(
		{ service, match }: Found,
		request: HttpRequest,
		call: EmulatorCall,
		body: Buffer,
	): unknown {
		const { operation, labels } = match;
		this.#receive(request, call, body);
		if (this.#emulator.mode === "floci") {
			const answer = service.flociHandlers[operation.name];
			const suffering = this.#suffer(call, labels, request);
			const answered = () => answer?.(labels, body, call, operation);
			return suffering ? suffering.then(answered) : answered();
		}
		const input = readInput(operation, {
			labels,
			query: request.query,
			headers: request.headers,
			body,
		});
		validateInput(operation.input, input);
		const suffering = this.#suffer(call, input, request);
		const handler = service.handlers[operation.name];
		return suffering
			? suffering.then(() => handler?.(input as never, call))
			: handler?.(input as never, call);
	}

	#write(
		{ match }: Found,
		call: EmulatorCall,
		output: Output,
	): HttpResponse | Promise<HttpResponse> {
		const { plan } = call;
		if (plan) breakStream(match.operation, output, call, plan);
		const written = writeOutput(match.operation, output, call);
		return written instanceof Promise
			? written.then((response) => this.#finish(call, response))
			: this.#finish(call, written);
	}

	/** The response is there; a stream goes on. */
	#finish(
		call: EmulatorCall,
		response: HttpResponse,
		failure?: ServiceError,
	): HttpResponse | Promise<HttpResponse> {
		const whole = isWhole(response.body) ? response.body : undefined;
		call.exchange?.answered(response.status, whole, response.headers);
		const broken = call.plan?.response?.(response);
		if (whole !== undefined && !broken) call.onEnd(failure);
		if (!broken) return response;
		return Promise.resolve(broken).then((spoilt) => {
			if (whole !== undefined) call.onEnd(failure);
			return spoilt;
		});
	}

	async #logCall(
		found: Found,
		request: HttpRequest,
		call: EmulatorCall,
	): Promise<HttpResponse> {
		try {
			return await this.#answerCall(found, request, call);
		} finally {
			this.#emulator.log.debug(
				`${request.method} ${request.path} ${call.operation} ${call.exchange?.status ?? "broken"}`,
			);
		}
	}

	/** Plays what the call suffers before its operation runs; undefined when there is nothing to wait for. */
	#suffer(
		call: EmulatorCall,
		{ modelId }: { modelId?: unknown },
		request: HttpRequest,
	): Promise<void> | undefined {
		const model = typeof modelId === "string" ? modelId : undefined;
		const plan = this.#emulator.faults.plan(call, model, request.headers);
		if (!plan) return undefined;
		call.suffer(plan);
		return plan.before?.() ?? undefined;
	}

	#find(request: HttpRequest): Found {
		for (const service of this.#emulator.services) {
			const match = service.route(request.method, request.path);
			if (match) return { service, match };
		}
		throw new ServiceError(
			this.#emulator.mode === "floci"
				? "UnsupportedOperationException"
				: "UnknownOperationException",
			`No operation has ${request.method} ${request.path.slice(0, 200)}. ` +
				`Served here: ${this.#emulator.services.map((service) => service.name).join(", ") || "nothing, all services are off"}.`,
		);
	}

	#fail(
		error: unknown,
		found: Found | undefined,
		request: HttpRequest,
		common: Common,
	): HttpResponse {
		if (isTransportFault(error)) throw error;
		if (error instanceof FaultAnswer) return error.response;
		const description = found?.service.description;
		if (error instanceof Error && error.name === "BearerRejected") {
			return {
				status: 403,
				headers: {
					"Content-Type": "application/json",
					"x-amzn-RequestId": common.requestId,
				},
				body: JSON.stringify({ Message: error.message }),
			};
		}
		if (error instanceof BodyTooLargeError) {
			return writeError(
				description,
				new ServiceError("RequestEntityTooLargeException", error.message),
				common,
			);
		}
		this.#emulator.report(error, request);
		return writeError(description, error, common);
	}
}

/** Has the stream of an output, if it has one, suffer the plan. */
function breakStream(
	operation: Operation,
	output: Output,
	common: Common,
	plan: FaultPlan,
): void {
	const stream = operation.output.members.find(
		(member) => member.target.eventStream,
	);
	const events = stream && output[stream.name];
	if (!events) return;
	const each = Array.isArray(events) ? oneByOne(events) : events;
	output[stream.name] = plan.events?.(each as AsyncIterable<unknown>) ?? each;
	common.beginsEarly ||= plan.beginsEarly;
	common.spoilFrame = plan.frame;
}

async function* oneByOne<Item>(items: Item[]): AsyncGenerator<Item> {
	yield* items;
}

export function isTransportFault(error: unknown): boolean {
	return error instanceof Error && error.name === "TransportFault";
}

function isWhole(body: HttpResponse["body"]): body is string | Uint8Array {
	return typeof body === "string" || body instanceof Uint8Array;
}

type Output = Record<string, unknown> & ExtraHeaders;

interface Found {
	service: Service;
	match: Match;
}

function unsupported(
	service: Service,
	operation: string,
	floci: boolean,
): ServiceError {
	const why = floci
		? "is not supported with --compat floci"
		: "is not built yet";
	return new ServiceError(
		"UnsupportedOperationException",
		`${operation} of ${service.name} ${why}.`,
	);
}
