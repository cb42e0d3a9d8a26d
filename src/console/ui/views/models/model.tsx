import type { ComponentChildren } from "preact";
import { askApi } from "../../api/client.ts";
import type { ModelDetail } from "../../api/types.ts";
import { CopyButton } from "../../components/copy.tsx";
import { Empty } from "../../components/empty.tsx";
import { Icon } from "../../components/icon.tsx";
import { formatCount, formatUsd } from "../../format.ts";
import { useShortcuts } from "../../keyboard.ts";
import { go, urlOf } from "../../router.ts";
import type { ViewProps } from "../../view-props.ts";
import { useLoaded } from "../exchange/load.ts";
import { Abilities, State } from "./table.tsx";

/** One model: what it does, costs, and where it is. */
export function ModelView({ parameters }: ViewProps) {
	const { id = "" } = parameters;
	const loading = useLoaded(id, () =>
		askApi<ModelDetail>(`models/${encodeURIComponent(id)}`),
	);
	useShortcuts([
		{ keys: "Escape", does: "All models", run: () => go("models") },
		{ keys: "u", does: "All models", run: () => go("models") },
		{
			keys: "x",
			does: "Try it in the playground",
			run: () => go(playgroundOf(id)),
		},
	]);
	if (loading?.error !== undefined)
		return (
			<Empty title="This model is not in the catalogue">
				<p>{loading.error}</p>
				<p>
					<a href={urlOf("models")}>All models</a>
				</p>
			</Empty>
		);
	const model = loading?.value;
	if (!model) return null;
	return (
		<article class="model">
			<header class="head">
				<div class="head-title">
					<a
						class="button quiet icon-button"
						href={urlOf("models")}
						title="All models (u)"
					>
						<Icon name="back" />
						<span class="visually-hidden">All models</span>
					</a>
					<h1>{model.name}</h1>
					<State model={model} />
					<p class="head-model">{model.provider}</p>
				</div>
				<p class="model-id">
					<code>{model.id}</code>
					<CopyButton text={model.id} label="Copy model id" isQuiet />
				</p>
				<Abilities can={model.can} />
				<p>
					<a class="button primary" href={urlOf(playgroundOf(model.id))}>
						<Icon name="chat" />
						Try it in the playground
					</a>
				</p>
			</header>
			<div class="part stack">
				<Facts model={model} />
				<Cost model={model} />
				<Profiles model={model} />
				<Regions model={model} />
			</div>
		</article>
	);
}

function playgroundOf(id: string): string {
	return `playground?model=${encodeURIComponent(id)}`;
}

function Facts({ model }: { model: ModelDetail }) {
	const { contextWindow, maxOutputTokens, lifecycle, reads, writes } = model;
	const facts: [string, ComponentChildren][] = [
		["Native bodies", model.family],
		["Reads", reads?.join(", ").toLowerCase()],
		["Writes", writes?.join(", ").toLowerCase()],
		["Context window", contextWindow && `${formatCount(contextWindow)} tokens`],
		[
			"Longest answer",
			maxOutputTokens && `${formatCount(maxOutputTokens)} tokens`,
		],
		["Since", lifecycle.startOfLifeTime?.slice(0, 10)],
		["Legacy from", lifecycle.legacyTime?.slice(0, 10)],
		["Ends", lifecycle.endOfLifeTime?.slice(0, 10)],
		["Known from", model.source && sources[model.source]],
	];
	return (
		<dl class="facts">
			{facts.map(
				([name, value]) =>
					value && (
						<div key={name}>
							<dt>{name}</dt>
							<dd>{value}</dd>
						</div>
					),
			)}
		</dl>
	);
}

const sources: Record<string, string> = {
	captured: "AWS's own listing",
	"third-party": "catalogues of SDKs and tools",
	"id-only": "its id; the rest is inferred",
	configured: "your configuration",
};

function Cost({ model: { prices, pricesByProfile } }: { model: ModelDetail }) {
	if (!prices)
		return (
			<Section title="Prices">
				<p class="faint">
					Not known: what it answers has no price in the console.
				</p>
			</Section>
		);
	const { input, output, cacheRead, cacheWrite, image } = prices;
	const rows: [string, number | undefined, number | undefined][] = [
		["On demand", input, output],
		["From and into the cache", cacheRead, cacheWrite],
		...Object.entries(pricesByProfile ?? {}).map(
			([prefix, [profileInput, profileOutput]]): [string, number, number] => [
				`By ${prefix.replace(/\.$/u, "")} profile`,
				profileInput,
				profileOutput,
			],
		),
	];
	return (
		<Section title="Prices">
			{image !== undefined && <p>{formatUsd(image)} a picture.</p>}
			<table class="plain">
				<caption>US dollars a million tokens</caption>
				<thead>
					<tr>
						<th scope="col">How</th>
						<th scope="col">In</th>
						<th scope="col">Out</th>
					</tr>
				</thead>
				<tbody>
					{rows
						.filter(([, one, two]) => one !== undefined || two !== undefined)
						.map(([name, one, two]) => (
							<tr key={name}>
								<th scope="row">{name}</th>
								<td>{formatUsd(one)}</td>
								<td>{formatUsd(two)}</td>
							</tr>
						))}
				</tbody>
			</table>
		</Section>
	);
}

function Profiles({ model: { profiles } }: { model: ModelDetail }) {
	if (profiles.length === 0) return null;
	return (
		<Section title="Inference profiles">
			<ul class="profiles">
				{profiles.map(({ id, routes = [] }) => (
					<li key={id}>
						<p class="model-id">
							<code>{id}</code>
							<CopyButton text={id} label={`Copy ${id}`} isQuiet />
						</p>
						{routes.length > 0 && (
							<p class="faint">
								from {listRegions(routes.flatMap((one) => one.sourceRegions))}
							</p>
						)}
					</li>
				))}
			</ul>
		</Section>
	);
}

function Regions({
	model: { regions, onDemandRegions, invokedBy = [] },
}: {
	model: ModelDetail;
}) {
	const onDemand = onDemandRegions ?? regions;
	return (
		<Section title="Regions">
			{invokedBy.includes("ON_DEMAND") ? (
				<p>By its own id: {onDemand ? listRegions(onDemand) : "not known"}.</p>
			) : (
				<p>
					Not by its own id
					{invokedBy.includes("INFERENCE_PROFILE")
						? ": AWS serves it by the inference profiles above."
						: "."}
				</p>
			)}
			{regions && regions !== onDemand && (
				<p>By its id or a profile: {listRegions(regions)}.</p>
			)}
		</Section>
	);
}

function listRegions(regions: readonly string[]): string {
	const names = [...new Set(regions)].map((name) => name || "any Region");
	return names.toSorted().join(", ");
}

function Section({
	title,
	children,
}: {
	title: string;
	children: ComponentChildren;
}) {
	return (
		<section class="stack">
			<h2>{title}</h2>
			{children}
		</section>
	);
}
