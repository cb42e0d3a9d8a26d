import { useState } from "preact/hooks";
import { jsonProblem } from "../../json-problem.ts";
import { urlOf } from "../../router.ts";
import type { LoadedExchange } from "./load.ts";

/** What became of a request that was sent again. */
type Outcome =
	| { state: "sending" }
	| { state: "done"; id: string; status: number }
	| { state: "failed"; message: string };

/** Sends the request again, changed or not; the answer is an exchange of its own. */
export function ReplayPart({ exchange, request, requestText }: LoadedExchange) {
	const [path, setPath] = useState(exchange.path);
	const [body, setBody] = useState(
		request === null ? requestText : JSON.stringify(request, null, 2),
	);
	const [outcome, setOutcome] = useState<Outcome>();
	const hasBody = exchange.method !== "GET" && exchange.method !== "HEAD";
	const problem = hasBody ? jsonProblem(body) : undefined;
	const send = async (event: Event) => {
		event.preventDefault();
		setOutcome({ state: "sending" });
		setOutcome(await replay(exchange, path, hasBody ? body : undefined));
	};
	return (
		<form class="stack replay" onSubmit={send}>
			<p>
				Sent to Outcrop itself, in the same namespace, without credentials. It
				will be in the list as an exchange of its own.
				{exchange.modelId !== undefined && (
					<>
						{" "}
						Or{" "}
						<a href={urlOf(`playground?exchange=${exchange.id}`)}>
							go on from it in the playground
						</a>
						.
					</>
				)}
			</p>
			<label>
				<span>Path</span>
				<input
					value={path}
					onInput={(event) => setPath(event.currentTarget.value)}
					spellcheck={false}
					pattern="/.*"
					required
				/>
			</label>
			{hasBody && (
				<label>
					<span>Body</span>
					<textarea
						rows={Math.min(24, body.split("\n").length + 1)}
						value={body}
						onInput={(event) => setBody(event.currentTarget.value)}
						spellcheck={false}
						aria-describedby="replay-problem"
					/>
				</label>
			)}
			<p id="replay-problem" class="replay-problem">
				{problem && `${problem} It can be sent all the same.`}
			</p>
			<div class="replay-end">
				<button
					type="submit"
					class="primary"
					disabled={outcome?.state === "sending"}
				>
					{outcome?.state === "sending" ? "Sending…" : "Send again"}
				</button>
				<p role="status">
					<OutcomeText outcome={outcome} originalId={exchange.id} />
				</p>
			</div>
		</form>
	);
}

function OutcomeText({
	outcome,
	originalId,
}: {
	outcome: Outcome | undefined;
	originalId: string;
}) {
	if (outcome?.state === "failed") return <>{outcome.message}</>;
	if (outcome?.state !== "done") return null;
	return (
		<>
			Answered {outcome.status}.{" "}
			<a href={urlOf(`exchanges/${outcome.id}`)}>Open it</a>, or{" "}
			<a href={urlOf(`compare/${originalId}/${outcome.id}`)}>
				compare it with this one
			</a>
			.
		</>
	);
}

async function replay(
	{ method, namespace }: LoadedExchange["exchange"],
	path: string,
	body: string | undefined,
): Promise<Outcome> {
	try {
		const response = await fetch(path, {
			method,
			headers: {
				"content-type": "application/json",
				...(namespace && { "x-outcrop-namespace": namespace }),
			},
			...(body !== undefined && { body }),
		});
		// Whole: an exchange is kept when its answer has ended.
		await response.arrayBuffer().catch(() => undefined);
		const id = response.headers.get("x-amzn-requestid");
		return id
			? { state: "done", id, status: response.status }
			: {
					state: "failed",
					message: `Answered ${response.status}, by no operation of AWS's. Check the path.`,
				};
	} catch {
		return {
			state: "failed",
			message:
				"The connection was broken, by a fault on purpose or because Outcrop has ended.",
		};
	}
}
