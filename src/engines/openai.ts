/** Engine `openai`: servers that speak OpenAI's API answer. */
import type { Call, Clock } from "../call.ts";
import { invalid } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Reply, Turn } from "../turn/turn.ts";
import type { Engine } from "./engine.ts";
import { askServers, type Candidate, findCandidates } from "./openai/ask.ts";
import { watchHealth } from "./openai/health.ts";
import { ModelServer } from "./openai/server.ts";
import { shownUrl, type UpstreamOptions } from "./openai/upstream.ts";

/**
 * Asks OpenAI-compatible servers. Their failures become AWS's typed errors with the cause named; a failure is never
 * answered by another engine, only a model that no server is for passes to it.
 *
 * Floci's proxy is such a server too. It refuses what it has no model for, as there; and with `--compat floci` only
 * Converse is asked: InvokeModel passes to the next engine.
 */
export function openaiEngine(
	upstreams: readonly UpstreamOptions[],
	clock: Clock,
	log?: Log,
): Engine {
	const servers = upstreams.map((upstream) => new ModelServer(upstream));
	const stopped = new AbortController();
	/** Loaded with the first turn, once: even an import that is there already takes a while. */
	let chat: Promise<typeof import("./openai/chat.ts")> | undefined;
	const answerTurn = async (
		candidates: readonly Candidate[],
		turn: Turn,
		call: Call,
	): Promise<Reply> => {
		chat ??= import("./openai/chat.ts");
		const { chatWith } = await chat;
		const ask = await chatWith(turn, call);
		return askServers(candidates, call, log, ask);
	};
	/** Asks the servers that name a model which answers no texts; undefined when there is none. */
	const askDirect = async <Answer>(
		{ modelId }: { modelId: string },
		call: Call,
		ask: (server: ModelServer, model: string) => Promise<Answer>,
	): Promise<Answer | undefined> => {
		const candidates = findCandidates(servers, modelId, false);
		if (candidates.length === 0) return undefined;
		return askServers(candidates, call, log, ask);
	};
	return {
		name: "openai",
		isLast: (modelId) =>
			modelId !== undefined &&
			findCandidates(servers, modelId, true).length > 0,
		async start() {
			for (const server of servers) server.readKey(process.env);
			for (const server of servers)
				if (server.options.health > 0)
					void watchHealth(server, clock, stopped.signal, log);
		},
		async stop() {
			stopped.abort();
			await Promise.all(servers.map((server) => server.close()));
		},
		reply(turn, call) {
			if (call.mode === "floci" && call.operation !== "Converse")
				return undefined;
			const candidates = findCandidates(servers, turn.modelId, true);
			if (candidates.length > 0) return answerTurn(candidates, turn, call);
			refuseAsFloci(upstreams, turn.modelId);
			return undefined;
		},
		embed: (request, call) =>
			askDirect(request, call, async (server, model) => {
				const { askEmbeddings } = await import("./openai/embed.ts");
				return askEmbeddings(server, model, request, call);
			}),
		rerank: (request, call) =>
			askDirect(request, call, async (server, model) => {
				const { askRerank } = await import("./openai/rerank.ts");
				return askRerank(server, model, request, call);
			}),
		draw: (request, call) =>
			askDirect(request, call, async (server, model) => {
				const { askImages } = await import("./openai/draw.ts");
				return askImages(server, model, request, call);
			}),
	};
}

/** @throws ServiceError `ValidationException` when Floci's proxy is all there is: it has no next engine */
function refuseAsFloci(
	upstreams: readonly UpstreamOptions[],
	modelId: string,
): void {
	const proxy = upstreams.find(({ floci }) => floci);
	if (!proxy) return;
	throw invalid(
		`No model of the server at ${shownUrl(proxy.url)} stands for ${modelId}. Map it (${modelId}=…), allow ids to pass through, or name a default model.`,
	);
}
