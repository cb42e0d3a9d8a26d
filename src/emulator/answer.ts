/** The life of one request, from the operation it asks for to the response. */

import type { ServiceError } from "../errors.ts";
import { breakOutput } from "../faults/output.ts";
import type { HttpResponse } from "../http/message.ts";
import { Exchange } from "../journal/exchange.ts";
import { readInput } from "../protocol/read.ts";
import { validateInput } from "../protocol/validate.ts";
import type { verifySignature } from "../protocol/verify.ts";
import { extraHeaders, type Output, writeOutput } from "../protocol/write.ts";
import type { TrueAnswer } from "../turn/true-answer.ts";
import type { EmulatorCall } from "./call.ts";
import { writeFailure } from "./failure.ts";
import { type Found, findOperation, isBuilt, unsupported } from "./find.ts";
import { trueAnswer } from "./relay.ts";
import type { EmulatorState } from "./state.ts";

/** Answers the requests of one emulator. */
export class Answering {
	/** Loaded at start, and only when signatures are verified: it needs more of Node than the rest. */
	verifySignature: typeof verifySignature | undefined;
	readonly #emulator: EmulatorState;

	constructor(emulator: EmulatorState) {
		this.#emulator = emulator;
	}

	/** Answers a call of one of the services; never throws. */
	answer(call: EmulatorCall): Promise<HttpResponse> | HttpResponse {
		const { request, sequence } = call;
		try {
			const found = findOperation(this.#emulator, request);
			const { operation, labels } = found.match;
			call.service = found.service.name;
			call.operation = operation.name;
			call.exchange = new Exchange(call, request, operation, labels, sequence);
			return this.#emulator.config.log === "debug"
				? this.#logCall(found, call)
				: this.#answerCall(found, call);
		} catch (error) {
			return writeFailure(error, undefined, call);
		}
	}

	async #logCall(found: Found, call: EmulatorCall): Promise<HttpResponse> {
		try {
			return await this.#answerCall(found, call);
		} finally {
			const { method, path } = call.request;
			this.#emulator.log.debug(
				`${method} ${path} ${call.operation} ${call.exchange?.status ?? "broken"}`,
			);
		}
	}

	/** What needs no waiting makes no promise: most calls under load are answered within one turn. */
	#answerCall(
		found: Found,
		call: EmulatorCall,
	): Promise<HttpResponse> | HttpResponse {
		let answer: Promise<HttpResponse> | HttpResponse;
		try {
			const body = call.request.wholeBody;
			if (!isBuilt(found, this.#emulator))
				answer = this.#relayUnbuilt(found, call);
			else if (body) answer = this.#respond(found, call, body);
			else
				answer = call.request
					.body()
					.then((later) => this.#respond(found, call, later));
		} catch (error) {
			return this.#answerFailure(error, found, call);
		}
		return answer instanceof Promise
			? answer.catch((error) => this.#answerFailure(error, found, call))
			: answer;
	}

	#respond(
		found: Found,
		call: EmulatorCall,
		body: Buffer,
	): Promise<HttpResponse> | HttpResponse {
		const output = this.#invoke(found, call, body);
		return output instanceof Promise
			? output.then((later) => this.#write(found, call, later))
			: this.#write(found, call, output as Output);
	}

	/** Checks who calls, reads the input, and has the operation's handler answer. */
	#invoke(
		{ service, match }: Found,
		call: EmulatorCall,
		body: Buffer,
	): unknown {
		const { operation, labels } = match;
		this.#receive(call, body);
		if (this.#emulator.mode === "floci") {
			const answer = service.flociHandlers[operation.name];
			const suffering = this.#suffer(call, labels);
			const answered = () => answer?.(labels, body, call, operation);
			return suffering ? suffering.then(answered) : answered();
		}
		const { query, headers } = call.request;
		const input = readInput(operation, { labels, query, headers, body });
		validateInput(operation.input, input);
		const suffering = this.#suffer(call, input);
		const handler = service.handlers[operation.name];
		return suffering
			? suffering.then(() => handler?.(input as never, call))
			: handler?.(input as never, call);
	}

	/** The body is there: it can be known now whether the caller may come in. */
	#receive(call: EmulatorCall, body: Buffer): void {
		call.body = body;
		call.exchange?.received(body);
		const { config, clock } = this.#emulator;
		this.verifySignature?.(call.request, body, config.keys, clock.now());
	}

	/** Plays what the call suffers before its operation runs; undefined when there is nothing to wait for. */
	#suffer(
		call: EmulatorCall,
		{ modelId }: { modelId?: unknown },
	): Promise<void> | undefined {
		const model = typeof modelId === "string" ? modelId : undefined;
		const { headers } = call.request;
		const plan = this.#emulator.faults.plan(call, model, headers);
		if (!plan) return undefined;
		call.suffer(plan);
		return plan.before?.() ?? undefined;
	}

	/** @throws Relayed */
	async #relayUnbuilt(
		{ service, match }: Found,
		call: EmulatorCall,
	): Promise<never> {
		this.#receive(call, await call.request.body());
		const { modelId } = match.labels;
		await this.#suffer(call, { modelId });
		await call.relay(modelId);
		throw unsupported(service, match.operation.name);
	}

	#write(
		{ match }: Found,
		call: EmulatorCall,
		output: Output,
	): HttpResponse | Promise<HttpResponse> {
		const { plan } = call;
		if (plan) breakOutput(match.operation, output, call, plan);
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

	/** Something was thrown: a real service's answer, which goes out as it is, or a failure. */
	async #answerFailure(
		error: unknown,
		found: Found,
		call: EmulatorCall,
	): Promise<HttpResponse> {
		let failure = error;
		try {
			const truth = await trueAnswer(error, found.match, call);
			if (truth?.failure) call.onError(truth.failure);
			if (truth) return await this.#writeTruth(found, call, truth);
		} catch (thrown) {
			failure = thrown;
		}
		try {
			const { description } = found.service;
			const response = writeFailure(failure, description, call);
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
		const { name, output } = found.match.operation;
		const stream = output.members.find((member) => member.target.eventStream);
		if (!stream) throw new Error(`${name} was answered by a stream.`);
		return this.#write(found, call, {
			[stream.name]: body,
			[extraHeaders]: headers,
		});
	}
}

function isWhole(body: HttpResponse["body"]): body is string | Uint8Array {
	return typeof body === "string" || body instanceof Uint8Array;
}
