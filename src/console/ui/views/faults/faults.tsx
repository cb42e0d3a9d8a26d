import type { Fault, FaultSpec } from "../../api/failures.ts";
import { Failure } from "../../components/failure.tsx";
import {
	chosenNamespace,
	concerns,
	NamespaceChoice,
} from "../../components/namespace.tsx";
import { useShortcuts } from "../../keyboard.ts";
import { useChange, useLive } from "../../live.ts";
import { go, urlOf } from "../../router.ts";
import type { ViewProps } from "../../view-props.ts";
import { AddFault } from "./add-fault.tsx";
import { FaultList } from "./fault-list.tsx";
import { Quotas } from "./quotas.tsx";

const parts = [
	{ path: "faults", title: "Faults" },
	{ path: "faults/quotas", title: "Quotas and clock" },
];

/** What fails on purpose, and what an account may use. */
export function FaultsView({ parameters }: ViewProps) {
	const namespace = chosenNamespace();
	const current = parameters.part === "quotas" ? 1 : 0;
	const query = namespace ? `?${new URLSearchParams({ namespace })}` : "";
	const other = parts[1 - current];
	useShortcuts([
		{
			keys: "]",
			does: "Next tab",
			run: () => go(`${other?.path}${query}`, { replace: true }),
		},
	]);
	return (
		<div class="limits">
			<header class="page-head">
				<h1>Faults and quotas</h1>
				<NamespaceChoice />
			</header>
			<nav class="tabs" aria-label="Parts">
				{parts.map(({ path, title }, index) => (
					<a
						key={path}
						href={urlOf(`${path}${query}`)}
						aria-current={index === current ? "page" : undefined}
					>
						{title}
					</a>
				))}
			</nav>
			{current === 0 ? (
				<Faults namespace={namespace} />
			) : (
				<Quotas namespace={namespace} />
			)}
		</div>
	);
}

function Faults({ namespace }: { namespace: string }) {
	const { value, error, reload } = useLive<{ faults: Fault[] }>("faults");
	const [said, change] = useChange(reload);
	const add = (spec: FaultSpec, done: string) =>
		change("faults", { method: "POST", body: JSON.stringify(spec) }, done);
	const remove = (id: string) =>
		change(`faults/${id}`, { method: "DELETE" }, "Removed.");
	const shown = value?.faults.filter(({ spec }) =>
		concerns(spec.namespace, namespace),
	);
	const removeShown = async () => {
		for (const { id } of shown ?? []) await remove(id);
	};
	useShortcuts([
		{ keys: "x", does: "Remove all faults shown", run: removeShown },
	]);
	return (
		<div class="page faults">
			<p class="page-about">
				Make calls fail the way AWS does it, and see what your application makes
				of it. A fault hits the calls that come after it, until it has hit often
				enough or is removed.
			</p>
			<Failure message={error} />
			<FaultList
				faults={shown}
				said={said}
				onRemove={remove}
				onRemoveAll={removeShown}
			/>
			<AddFault namespace={namespace} onAdd={add} />
		</div>
	);
}
