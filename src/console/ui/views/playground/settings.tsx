import { useState } from "preact/hooks";
import type { Model } from "../../api/types.ts";
import {
	isNative,
	isSurface,
	readTools,
	type Settings,
	surfaces,
} from "../../playground/draft.ts";
import { nativeFormOf } from "../../playground/native.ts";
import { urlOf } from "../../router.ts";
import { Abilities } from "../models/table.tsx";
import { change, draft } from "./state.ts";

const exampleTool = JSON.stringify(
	[
		{
			name: "get_weather",
			description: "The weather of a city, now.",
			inputSchema: {
				type: "object",
				properties: { city: { type: "string" } },
				required: ["city"],
			},
		},
	],
	null,
	2,
);

const wide = matchMedia("(min-width: 761px)");

/** Whom to ask, by which surface, and how. */
export function SettingsPanel({ models }: { models: readonly Model[] }) {
	const [isOpen, setOpen] = useState(wide.matches);
	return (
		<details
			class="playground-settings"
			open={isOpen}
			onToggle={(event) => setOpen(event.currentTarget.open)}
		>
			<summary>
				<span>Settings</span>
				<code>{draft.value.modelId}</code>
			</summary>
			<div class="settings-fields">
				<ModelField models={models} />
				<SurfaceField />
				<label>
					<span>System</span>
					<textarea
						rows={3}
						value={draft.value.system}
						onInput={(event) => change({ system: event.currentTarget.value })}
						placeholder="You are terse."
					/>
				</label>
				<ToolFields />
				<Parameters />
			</div>
		</details>
	);
}

function ModelField({ models }: { models: readonly Model[] }) {
	const { modelId } = draft.value;
	const known = models.find(
		({ id, profiles }) => id === modelId || profiles.includes(modelId),
	);
	const isLoaded = models.length > 0;
	return (
		<div class="setting">
			<label>
				<span>Model</span>
				<input
					id="playground-model"
					list="playground-models"
					value={modelId}
					onInput={(event) => change({ modelId: event.currentTarget.value })}
					onFocus={(event) => event.currentTarget.select()}
					spellcheck={false}
					autocomplete="off"
					aria-describedby="playground-model-about"
				/>
			</label>
			<datalist id="playground-models">
				{models
					.filter(({ isCurrent, can }) => isCurrent && can.includes("converse"))
					.flatMap(({ id, name, profiles }) =>
						[id, ...profiles].map((value) => (
							<option key={value} value={value} label={name} />
						)),
					)}
			</datalist>
			<div id="playground-model-about" class="about-model">
				{known ? (
					<>
						<p>
							<a href={urlOf(`models/${encodeURIComponent(known.id)}`)}>
								{known.name}
							</a>{" "}
							<span class="faint">{known.provider}</span>
						</p>
						<Abilities can={known.can} />
					</>
				) : (
					isLoaded && (
						<p class="faint">
							Not in the catalogue; it can be called all the same.
						</p>
					)
				)}
			</div>
		</div>
	);
}

function SurfaceField() {
	const { surface, modelId } = draft.value;
	const names = Object.keys(surfaces).filter(isSurface);
	return (
		<div class="setting">
			<label>
				<span>Surface</span>
				<select
					value={surface}
					onChange={(event) => {
						const { value } = event.currentTarget;
						if (isSurface(value)) change({ surface: value });
					}}
				>
					{names.map((name) => (
						<option key={name} value={name}>
							{surfaces[name].title}
						</option>
					))}
				</select>
			</label>
			{isNative(surface) && nativeFormOf(modelId) === "prompt" && (
				<p class="faint">
					This family's body is not written for you: change it under Request
					body.
				</p>
			)}
		</div>
	);
}

function ToolFields() {
	const { tools, toolChoice } = draft.value;
	const read = readTools(tools);
	return (
		<div class="setting">
			<label>
				<span>Tools</span>
				<textarea
					class="mono"
					rows={tools === "" ? 2 : 8}
					value={tools}
					onInput={(event) => change({ tools: event.currentTarget.value })}
					placeholder='[{ "name": …, "inputSchema": … }]'
					spellcheck={false}
					aria-invalid={read.problem !== undefined}
					aria-describedby="playground-tools-about"
				/>
			</label>
			<p
				id="playground-tools-about"
				class={read.problem ? "field-problem" : "faint"}
			>
				{read.problem ??
					(read.tools?.length
						? `Offers ${read.tools.map(({ name }) => name).join(", ")}.`
						: "JSON, in the form of Converse, Anthropic or OpenAI.")}
			</p>
			{tools.trim() === "" ? (
				<button type="button" onClick={() => change({ tools: exampleTool })}>
					Put an example
				</button>
			) : (
				<label>
					<span>Tool choice</span>
					<select
						value={toolChoice}
						onChange={(event) =>
							change({ toolChoice: event.currentTarget.value })
						}
					>
						<option value="">Not said</option>
						<option value="auto">auto: the model decides</option>
						<option value="any">any: one of them</option>
						{read.tools?.map(({ name }) => (
							<option key={name} value={`tool:${name}`}>
								tool: {name}
							</option>
						))}
					</select>
				</label>
			)}
		</div>
	);
}

const numbers: [name: keyof Settings, title: string, most: number][] = [
	["maxTokens", "maxTokens", 1_000_000],
	["temperature", "temperature", 2],
	["topP", "topP", 1],
];

function Parameters() {
	const { settings } = draft.value;
	const set = (name: keyof Settings, value: string) =>
		change({ settings: { ...settings, [name]: value } });
	return (
		<fieldset class="parameters">
			<legend>Inference parameters</legend>
			{numbers.map(([name, title, most]) => (
				<label key={name}>
					<span>{title}</span>
					<input
						type="number"
						min={0}
						max={most}
						step={name === "maxTokens" ? 1 : 0.1}
						value={settings[name]}
						onInput={(event) => set(name, event.currentTarget.value)}
						placeholder="not said"
					/>
				</label>
			))}
			<label>
				<span>stopSequences</span>
				<textarea
					rows={1}
					value={settings.stopSequences}
					onInput={(event) => set("stopSequences", event.currentTarget.value)}
					placeholder="one a line"
				/>
			</label>
		</fieldset>
	);
}
