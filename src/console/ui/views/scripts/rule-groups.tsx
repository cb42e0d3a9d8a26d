import { useState } from "preact/hooks";
import type { Rule } from "../../api/scripts.ts";
import { Failure } from "../../components/failure.tsx";
import { Icon } from "../../components/icon.tsx";
import {
	chosenNamespace,
	NamespaceChoice,
} from "../../components/namespace.tsx";
import { formatCount, formatPlural } from "../../format.ts";
import { useShortcuts } from "../../keyboard.ts";
import { useChange, useLive } from "../../live.ts";
import { go, urlOf } from "../../router.ts";
import { FirstScript } from "./first-script.tsx";
import { describeWhen, groupRules, lineOf, type RuleGroup } from "./groups.ts";

/** How many rules of a group are drawn before the reader asks for more. */
const shownAtFirst = 200;

/** The rules there are, by where they come from, with how often each has answered. */
export function RuleGroups() {
	const namespace = chosenNamespace();
	const query = namespace ? `?${new URLSearchParams({ namespace })}` : "";
	const { value, error, reload } = useLive<{ rules: Rule[] }>(
		`scripts${query}`,
	);
	const [said, change] = useChange(reload);
	const toNew = () => go(`scripts/new${query}`);
	useShortcuts([{ keys: "n", does: "New script", run: toNew }]);
	const groups = groupRules(value?.rules ?? []);
	return (
		<div class="scripts">
			<header class="page-head">
				<h1>Scripts</h1>
				<NamespaceChoice />
			</header>
			<div class="page">
				<div class="section-head">
					<p class="page-about">
						Rules that say what the models say. The first that matches answers;
						they are asked in this order.
					</p>
					<p role="status">{said}</p>
					<a
						class="button primary"
						href={urlOf(`scripts/new${query}`)}
						title="New script (n)"
					>
						New script
					</a>
				</div>
				<Failure message={error} />
				{value?.rules.length === 0 && <FirstScript />}
				{groups.map((group) => (
					<Group
						key={group.title}
						group={group}
						onRemove={() =>
							change(
								`scripts/${group.id}`,
								{ method: "DELETE" },
								`${group.title} is removed.`,
							)
						}
					/>
				))}
			</div>
		</div>
	);
}

function Group({
	group: { title, id, namespace, rules },
	onRemove,
}: {
	group: RuleGroup;
	onRemove(): void;
}) {
	const [shown, setShown] = useState(shownAtFirst);
	return (
		<section class="rule-group">
			<div class="section-head">
				<h2>{title}</h2>
				<p>
					{formatPlural(rules.length, "rule")}
					{id === undefined
						? ", of a file: change it there, and it is read again at once"
						: namespace !== undefined
							? `, for the namespace ${namespace}`
							: ", for every namespace"}
				</p>
				{id !== undefined && (
					<div class="group-end">
						<a class="button" href={urlOf(`scripts/${id}`)}>
							Edit<span class="visually-hidden"> {title}</span>
						</a>
						<button
							type="button"
							class="quiet icon-button"
							onClick={onRemove}
							title="Remove"
						>
							<Icon name="trash" />
							<span class="visually-hidden">Remove {title}</span>
						</button>
					</div>
				)}
			</div>
			<ul class="cards">
				{rules.slice(0, shown).map((rule, index) => (
					<RuleRow key={`${rule.place} ${rule.name} ${index}`} rule={rule} />
				))}
			</ul>
			{rules.length > shown && (
				<button
					type="button"
					class="quiet"
					onClick={() => setShown(shown * 10)}
				>
					{formatCount(rules.length - shown)} more
				</button>
			)}
		</section>
	);
}

function RuleRow({
	rule: { name, id, place, source, answered },
}: {
	rule: Rule;
}) {
	const path =
		id === undefined
			? `scripts/file?${new URLSearchParams({ place })}`
			: `scripts/${id}`;
	return (
		<li class="card rule">
			<div class="card-text">
				<a class="rule-name" href={urlOf(path)}>
					{name}
				</a>
				<p class="rule-when">
					<code>{describeWhen(source)}</code>
				</p>
			</div>
			<p class="rule-place">{lineOf(place)}</p>
			<p class="hits">
				<strong>{formatCount(answered)}</strong>
				{answered === 1 ? " answer" : " answers"}
			</p>
		</li>
	);
}
