/**
 * Writes `src/models/catalog.json` from a file of gathered facts on Bedrock's models: one row a model, one a cross-region
 * inference profile, each on a line of its own, so that a row can be found without parsing the others. What the rows
 * mean stands in `src/models/catalog.ts`. Prose and sources are left out; how well a row is known stays.
 *
 *   node scripts/catalog.ts path/to/models.json
 */
import { readFileSync, writeFileSync } from "node:fs";

interface Route {
	sourceRegions: string[];
	destinationRegions: string[];
}
interface Profile {
	inferenceProfileId: string;
	inferenceProfileName: string | null;
	prefix: string;
	modelId: string;
	createdAt: string | null;
	updatedAt: string | null;
	descriptionTemplate: string | null;
	routes: Route[] | null;
}
interface Model {
	modelId: string;
	modelName: string;
	providerName: string;
	listed: boolean;
	lifecycle: {
		status: string;
		eolPassed: boolean;
		endOfLifeTime: string | null;
	} & Record<string, unknown>;
	inferenceProfiles: string[];
	regions: string[] | null;
	onDemandRegions: string[] | null;
	confidence: string;
	mantleOnly?: boolean;
	[fact: string]: unknown;
}
interface Facts {
	asOf: string;
	models: Model[];
	inferenceProfiles: Profile[];
}

const [from] = process.argv.slice(2);
if (!from) {
	console.error("usage: node scripts/catalog.ts MODELS.json");
	process.exit(2);
}
const facts = JSON.parse(readFileSync(from, "utf8")) as Facts;

const regionSets: string[] = [];
const names = new Map(facts.models.map((model) => [model.modelId, model]));

const models = facts.models.map((model) => line(modelRow(model)));
const profiles = facts.inferenceProfiles
	.filter(isKept)
	.map((profile) => line(profileRow(profile)));
const text = `{
"asOf":${JSON.stringify(facts.asOf)},
"regionSets":[
${regionSets.join(",\n")}
],
"models":[
${models.join(",\n")}
],
"inferenceProfiles":[
${profiles.join(",\n")}
]
}
`;
writeFileSync(new URL("../src/models/catalog.json", import.meta.url), text);
console.log(
	`${models.length} models, ${profiles.length} profiles, ${regionSets.length} region sets, ${text.length} bytes`,
);

function modelRow(model: Model): Record<string, unknown> {
	const { eolPassed, ...lifecycle } = model.lifecycle;
	const kept = [
		"contextWindow",
		"maxOutputTokens",
		"converseMaxTokens",
		"converseMaxTokensDefault",
		"converse",
		"systemPrompts",
		"toolUse",
		"streamingToolUse",
		"imageInput",
		"documentInput",
		"documentTypes",
		"videoInput",
		"reasoning",
		"promptCaching",
		"inferenceProfiles",
		"mantleOnly",
	];
	const prices = {
		input: model.pricePerMTokensIn,
		output: model.pricePerMTokensOut,
		cacheRead: model.pricePerMTokensCacheRead,
		cacheWrite: model.pricePerMTokensCacheWrite,
		image: model.pricePerImage,
	};
	return {
		modelId: model.modelId,
		modelName: model.modelName,
		providerName: model.providerName,
		inputModalities: model.inputModalities,
		outputModalities: model.outputModalities,
		responseStreamingSupported: model.responseStreamingSupported,
		customizationsSupported: model.customizationsSupported,
		inferenceTypesSupported: model.inferenceTypesSupported,
		lifecycle,
		// Past its end of life a model is unlisted by its date.
		listed:
			model.listed || eolPassed || lifecycle.status === "EOL"
				? undefined
				: false,
		...Object.fromEntries(kept.map((name) => [name, model[name]])),
		prices,
		pricesByProfile: model.pricePerMTokensByProfile,
		regions: regionSet(model.regions),
		onDemandRegions: regionSet(model.onDemandRegions),
		confidence: model.confidence,
	};
}

/** Profiles that only one catalogue claims are left out; those of models newer than the captures stay. */
function isKept(profile: Profile): boolean {
	return (
		names.get(profile.modelId)?.inferenceProfiles.includes(profile.prefix) ===
		true
	);
}

function profileRow(profile: Profile): Record<string, unknown> {
	const model = names.get(profile.modelId) as Model;
	const label = `${model.providerName} ${model.modelName}`;
	const where =
		profile.prefix === "global."
			? "globally across all supported AWS Regions"
			: "in <destinations>";
	return {
		inferenceProfileId: profile.inferenceProfileId,
		modelId: profile.modelId,
		inferenceProfileName:
			profile.inferenceProfileName ??
			`${profile.prefix.slice(0, -1).toUpperCase()} ${label}`,
		description:
			profile.descriptionTemplate ?? `Routes requests to ${label} ${where}.`,
		createdAt: profile.createdAt,
		updatedAt: profile.updatedAt,
		routes: (profile.routes ?? routesOfSiblings(profile.prefix)).map(
			(route) => [
				regionSet(route.sourceRegions),
				regionSet(route.destinationRegions),
			],
		),
		confidence: profile.routes ? undefined : "third-party",
	};
}

/** Where nobody has captured a profile's routes: those that most profiles of its geography have. */
function routesOfSiblings(prefix: string): Route[] {
	const counts = new Map<string, number>();
	for (const { prefix: other, routes } of facts.inferenceProfiles) {
		if (other === prefix && routes)
			counts.set(
				JSON.stringify(routes),
				(counts.get(JSON.stringify(routes)) ?? 0) + 1,
			);
	}
	const [most] = [...counts].sort((a, b) => b[1] - a[1]);
	return most ? (JSON.parse(most[0]) as Route[]) : [];
}

/** Many models stand in the same Regions: a row names the set by its place in the list. */
function regionSet(regions: string[] | null): number | undefined {
	if (!regions) return undefined;
	const set = JSON.stringify(regions);
	const known = regionSets.indexOf(set);
	return known >= 0 ? known : regionSets.push(set) - 1;
}

/** A row without what is unknown (null) or nothing (an empty list or object). */
function line(row: Record<string, unknown>): string {
	return JSON.stringify(row, (_key, value: unknown) => {
		if (value === null) return undefined;
		if (typeof value !== "object" || Array.isArray(value)) return value;
		return Object.fromEntries(
			Object.entries(value).filter(([name, member]) => !isEmpty(name, member)),
		);
	});
}

/** An empty list of inference types says something: the model takes no invocation of its own. */
function isEmpty(name: string, member: unknown): boolean {
	if (member === null || member === undefined) return true;
	if (typeof member !== "object" || name === "inferenceTypesSupported")
		return false;
	return Object.values(member).every(
		(value) => value === null || value === undefined,
	);
}
