import { useEffect, useState } from "preact/hooks";
import { ApiError, askApi } from "../../api/client.ts";
import type { Model } from "../../api/types.ts";
import { Icon } from "../../components/icon.tsx";
import { useShortcuts } from "../../keyboard.ts";
import { go, place } from "../../router.ts";
import { loadExchange, useLoaded } from "../exchange/load.ts";
import { Composer, focusComposer } from "./composer.tsx";
import { draftFrom } from "./from-exchange.ts";
import { RequestBody } from "./request-body.tsx";
import { SettingsPanel } from "./settings.tsx";
import {
	change,
	draft,
	editedBody,
	isRunning,
	startOver,
	stop,
} from "./state.ts";
import { Transcript } from "./transcript.tsx";

/** A conversation with a model, by any surface; what it sends goes to Outcrop's own AWS paths. */
export function Playground() {
	const loading = useLoaded("models", () =>
		askApi<{ models: Model[] }>("models"),
	);
	const problem = useAddress();
	useShortcuts([
		{ keys: "i", does: "Write a message", run: focusComposer },
		{ keys: "N", does: "Start over", run: startOver },
		{
			keys: "m",
			does: "Choose a model",
			run: () => document.getElementById("playground-model")?.focus(),
		},
		{ keys: "Escape", does: "Stop the answer", run: stop },
	]);
	const hasBegun = draft.value.messages.length > 0;
	return (
		<div class="playground">
			<div class="toolbar">
				<h1>Playground</h1>
				<div class="toolbar-end">
					<button
						type="button"
						class="quiet"
						onClick={startOver}
						disabled={!hasBegun && !isRunning.value}
						title="Start over (N)"
					>
						<Icon name="trash" />
						<span>Start over</span>
					</button>
				</div>
			</div>
			<SettingsPanel models={loading?.value?.models ?? []} />
			<section class="playground-main" aria-label="Conversation">
				{problem !== undefined && (
					<p class="notice notice-error" role="alert">
						{problem}
					</p>
				)}
				<Transcript />
				<div class="playground-end">
					<Composer />
					<RequestBody />
				</div>
			</section>
		</div>
	);
}

/** `?model=` chooses one, `?exchange=` takes one's request over; then the address is the playground's own again. */
function useAddress(): string | undefined {
	const [problem, setProblem] = useState<string>();
	const { query } = place.value;
	const model = query.get("model");
	const exchange = query.get("exchange");
	useEffect(() => {
		if (model !== null) change({ modelId: model });
		if (exchange !== null)
			loadExchange(exchange).then(
				(loaded) => {
					startOver();
					const { editedBody: edited, ...members } = draftFrom(loaded);
					change(members);
					editedBody.value = edited;
				},
				(error: unknown) =>
					setProblem(error instanceof ApiError ? error.message : `${error}`),
			);
		if (model !== null || exchange !== null)
			go("playground", { replace: true });
	}, [model, exchange]);
	return problem;
}
