import type { Call } from "../call.ts";
import { ConfigError } from "../errors.ts";
import type { Exchange } from "../journal/exchange.ts";
import type { Log } from "../log.ts";
import type { Model } from "../models/catalog.ts";
import type { TrueAnswer } from "../turn/true-answer.ts";
import { watchPaths } from "../watch.ts";
import { replayed } from "./answer.ts";
import { type Near, showDifference } from "./explain.ts";
import { CassetteFolder } from "./folder.ts";
import { compileMatch } from "./match.ts";
import {
	planRecording,
	type RecordingOptions,
	type RecordingPlan,
} from "./plan.ts";
import { Player } from "./player.ts";
import { Recorder } from "./recorder.ts";
import { compileRedact, type Redact } from "./redact.ts";
import { recordedRequest } from "./request.ts";

/** What recordings need of the emulator. */
export interface RecordingParts {
	rowOf(modelId: string): Model | undefined;
	log: Log | undefined;
}

/** What a request met: a cassette's answer, or the reason why there is none. */
export type Found =
	| { answer: TrueAnswer }
	| { answer: undefined; nearest: Near[]; folder: string };

interface Parts {
	plan: RecordingPlan;
	folder: CassetteFolder;
	speed: number;
	player: Player;
	/** Undefined: nothing is recorded. */
	recorder: Recorder | undefined;
	replays: boolean;
	redact: Redact;
	log: Log | undefined;
}

/** One folder of cassettes, and what is done with it. */
export class Recordings {
	readonly folder: CassetteFolder;
	readonly plan: RecordingPlan;
	readonly #parts: Parts;
	#endWatch: (() => void) | undefined;

	private constructor(parts: Parts) {
		this.plan = parts.plan;
		this.folder = parts.folder;
		this.#parts = parts;
	}

	/**
	 * Opens the folder that the options name.
	 *
	 * @throws ConfigError when nothing can be replayed from it, or the matching cannot work
	 */
	static async open(
		options: RecordingOptions,
		{ rowOf, log }: RecordingParts,
	): Promise<Recordings | undefined> {
		const plan = planRecording(options);
		if (!plan) return undefined;
		const folder = new CassetteFolder(plan.folder);
		folder.scan();
		const { records, replays } = doing(plan, folder.size);
		if (records) folder.make(Date.now());
		if (replays && !records && folder.size === 0)
			throw new ConfigError(
				`There is nothing to replay: ${plan.folder} holds no cassette. Record some first with --record ${plan.folder}.`,
			);
		const matcher = await compileMatch(options.match);
		const redact = await compileRedact(options.redact);
		const { recordErrors, replaySpeed } = options;
		const anew = plan.mode === "all";
		const recordings = new Recordings({
			plan,
			folder,
			speed: replaySpeed,
			player: new Player(folder, matcher, log),
			recorder: records
				? new Recorder({ folder, matcher, redact, recordErrors, anew, rowOf })
				: undefined,
			replays,
			redact,
			log,
		});
		if (replays) await recordings.#watch();
		log?.info(showPlan(plan, folder.size));
		return recordings;
	}

	/** Keeps a finished exchange; what cannot be kept is told, and fails nobody's request. */
	keep(exchange: Exchange): void {
		const { recorder, log } = this.#parts;
		try {
			const file = recorder?.keep(exchange);
			if (file !== undefined) log?.debug(`Recorded ${file}`);
		} catch (error) {
			log?.error("An answer could not be recorded", error);
		}
	}

	/** Answers a call from a cassette; undefined when nothing is replayed. */
	async find(
		modelId: string | undefined,
		call: Call,
	): Promise<Found | undefined> {
		const { player, replays, redact, speed, log } = this.#parts;
		if (!replays) return undefined;
		const { operation, wire } = call;
		const request = recordedRequest({ ...wire, operation, modelId }, redact);
		const cassette = player.find(request, call.namespace);
		if (cassette)
			return { answer: await replayed(cassette.response, call, speed) };
		if (this.plan.mode === "missing" || this.#isOutcropsOwn(operation, modelId))
			return undefined;
		const near = player.explain(request);
		call.notes.misses = near.map(({ file, differences }) => ({
			rule: file,
			why: differences.map(showDifference).join("; "),
		}));
		log?.info(`No cassette answers ${operation} for ${modelId ?? wire.path}`);
		for (const line of near.flatMap(showNear)) log?.info(line);
		return { answer: undefined, nearest: near, folder: this.folder.path };
	}

	/** Nobody else was asked for it while recording: Outcrop counts tokens itself, and says what it does not do. */
	#isOutcropsOwn(operation: string, modelId: string | undefined): boolean {
		return (
			(operation === "CountTokens" || modelId === undefined) &&
			!this.#parts.player.knows(operation)
		);
	}

	/** Whether a request that no cassette answers is refused: no engine behind may be asked. */
	get isClosed(): boolean {
		return this.#parts.replays && this.plan.onMiss === "refuse";
	}

	reset(namespace?: string): void {
		this.#parts.player.reset(namespace);
	}

	stop(): void {
		this.#endWatch?.();
		this.#endWatch = undefined;
	}

	async #watch(): Promise<void> {
		const { folder, log } = this.#parts;
		this.#endWatch = await watchPaths(
			[folder.path],
			() => folder.scan(),
			(error) => log?.error("Watching the cassettes failed", error),
		);
	}
}

function doing(
	{ mode }: RecordingPlan,
	size: number,
): { records: boolean; replays: boolean } {
	if (mode === "once") return { records: size === 0, replays: size > 0 };
	return { records: mode !== "none", replays: mode !== "all" };
}

function showPlan({ folder, mode }: RecordingPlan, size: number): string {
	const cassettes = `${size} cassette${size === 1 ? "" : "s"}`;
	switch (mode) {
		case "once":
			return size === 0
				? `Recording to ${folder}`
				: `Replaying ${cassettes} of ${folder} only, for the folder is not empty (--record-mode missing records what is new)`;
		case "missing":
			return `Replaying ${cassettes} of ${folder}, recording what is missing`;
		case "all":
			return `Recording everything anew to ${folder}`;
		default:
			return `Replaying ${cassettes} of ${folder}`;
	}
}

/** The log has a line an entry. */
function showNear({ file, differences }: Near): string[] {
	return [
		`  ${file}`,
		...differences.map((one) => `    ${showDifference(one)}`),
	];
}
