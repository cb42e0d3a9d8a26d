/**
 * What is known of Bedrock's models: `catalog.json`, written by `scripts/catalog.ts`, and the rows of the configuration
 * over it. The file keeps a row a line, so a request for one model reads one line; only listings parse them all.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One row. AWS's words where AWS has one; what is absent is unknown. */
export interface Model {
	/** The bare id, such as `anthropic.claude-sonnet-4-5-20250929-v1:0`; context variants (`…:48k`) have rows of their own. */
	modelId: string;
	modelName?: string;
	/** Such as `Anthropic`. */
	providerName?: string;
	/** `TEXT`, `IMAGE`, `VIDEO`, `SPEECH`. */
	inputModalities?: string[];
	/** `TEXT`, `IMAGE`, `VIDEO`, `SPEECH`, `EMBEDDING`. */
	outputModalities?: string[];
	responseStreamingSupported?: boolean;
	customizationsSupported?: string[];
	/** `ON_DEMAND`, `PROVISIONED`, `INFERENCE_PROFILE`, in any Region. Empty: a variant that is not invoked by its own id. */
	inferenceTypesSupported?: string[];
	lifecycle?: Lifecycle;
	/** False: exists, but ListFoundationModels has never shown it. */
	listed?: boolean;
	/** Tokens of input and output together. */
	contextWindow?: number;
	/** Tokens; the best public figure, the context window where no limit of its own is published. */
	maxOutputTokens?: number;
	/** Tokens; Converse's own maximum, as the service told it. */
	converseMaxTokens?: number;
	/** Tokens; what Converse takes when `maxTokens` is left out. */
	converseMaxTokensDefault?: number;
	/** Answers Converse. */
	converse?: boolean;
	systemPrompts?: boolean;
	toolUse?: boolean;
	/** Takes tools in ConverseStream; as some client library assumes it, so false is conservative. */
	streamingToolUse?: boolean;
	imageInput?: boolean;
	/** As the service told it where `converseMaxTokens` is present, else by family. */
	documentInput?: boolean;
	documentTypes?: string[];
	videoInput?: boolean;
	reasoning?: boolean;
	promptCaching?: boolean;
	/** Prefixes of the cross-region profiles that contain it, such as `us.`. */
	inferenceProfiles?: string[];
	/** Served by the OpenAI-compatible endpoint alone. */
	mantleOnly?: boolean;
	prices?: Prices;
	/** Input and output price by profile prefix, where Regions cost differently. */
	pricesByProfile?: Record<string, [input: number, output: number]>;
	/** Where it can be invoked, directly or by a profile. */
	regions?: string[];
	/** Where its bare id can be invoked. */
	onDemandRegions?: string[];
	/** captured: read from AWS's own listing; third-party: from catalogues of SDKs and tools; id-only: all but the id is
	 * inferred; configured: a row of the user's. */
	confidence?: "captured" | "third-party" | "id-only" | "configured";
}

/** `EOL` is the catalogue's own: AWS no longer lists the model, and says no date. Dates are ISO 8601. */
export interface Lifecycle {
	status: "ACTIVE" | "LEGACY" | "EOL";
	startOfLifeTime?: string;
	legacyTime?: string;
	publicExtendedAccessTime?: string;
	endOfLifeTime?: string;
}

/** US dollars a million tokens; `image` a picture. */
export interface Prices {
	input?: number;
	output?: number;
	cacheRead?: number;
	cacheWrite?: number;
	image?: number;
}

/** A cross-region profile that AWS defines. */
export interface InferenceProfile {
	inferenceProfileId: string;
	modelId: string;
	inferenceProfileName: string;
	/** With `<destinations>` where the Regions of the route stand. */
	description: string;
	createdAt?: string;
	updatedAt?: string;
	/** Where a call may come from, and where it may go: the empty name is any Region, `<source>` the caller's. */
	routes: { sourceRegions: string[]; destinationRegions: string[] }[];
}

interface ProfileRow extends Omit<InferenceProfile, "routes"> {
	routes: [sources: number, destinations: number][];
}
type ModelRow = Omit<Model, "regions" | "onDemandRegions"> & {
	regions?: number;
	onDemandRegions?: number;
};

/** The models of one emulator: AWS's, the user's over them, and those to which access is not granted. */
export class Catalog {
	readonly #own: ReadonlyMap<string, Model>;
	readonly #denied: readonly RegExp[];
	#models: Model[] | undefined;
	#profiles: InferenceProfile[] | undefined;

	/**
	 * @param rows - the user's: a row for a known id changes the members it names, another one adds a model
	 * @param denied - ids to which access is not granted; `*` stands for any characters
	 */
	constructor(rows: readonly Model[] = [], denied: readonly string[] = []) {
		this.#own = new Map(rows.map((row) => [row.modelId, row]));
		this.#denied = denied.map(patternOf);
	}

	/** The row of a bare model id; undefined when nothing is known of it. */
	find(modelId: string): Model | undefined {
		const row = findLine<ModelRow>("modelId", modelId);
		const own = this.#own.get(modelId);
		const known = row && readModel(row);
		return own ? { ...known, ...own, confidence: "configured" } : known;
	}

	/** Every row, AWS's in their order and then the user's. */
	all(): readonly Model[] {
		if (!this.#models) {
			const rows = new Map<string, Model>();
			for (const row of readAll<ModelRow>("models"))
				rows.set(row.modelId, readModel(row));
			for (const [modelId, own] of this.#own) {
				rows.set(modelId, {
					...rows.get(modelId),
					...own,
					confidence: "configured",
				});
			}
			this.#models = [...rows.values()];
		}
		return this.#models;
	}

	/** The cross-region profile of an id such as `us.amazon.nova-lite-v1:0`. */
	findProfile(profileId: string): InferenceProfile | undefined {
		const row = findLine<ProfileRow>("inferenceProfileId", profileId);
		return row && readProfile(row);
	}

	/** Every cross-region profile, by id. */
	allProfiles(): readonly InferenceProfile[] {
		this.#profiles ??=
			readAll<ProfileRow>("inferenceProfiles").map(readProfile);
		return this.#profiles;
	}

	/** Whether AWS has a Region of that name with Bedrock in it. */
	hasRegion(region: string): boolean {
		knownRegions ??= new Set(readAll<string[]>("regionSets").flat());
		return knownRegions.has(region);
	}

	/** Whether the account has access to a model, by any of its names. */
	grants(...ids: string[]): boolean {
		return !this.#denied.some((pattern) => ids.some((id) => pattern.test(id)));
	}
}

function patternOf(glob: string): RegExp {
	const parts = glob
		.split("*")
		.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
	return new RegExp(`^${parts.join(".*")}$`, "s");
}

let loaded: string | undefined;
let regionSets: string[][] | undefined;
let knownRegions: ReadonlySet<string> | undefined;

/** The file's text, read on first use (0.2 ms) and kept; it never changes, so emulators may share it. */
function catalogText(): string {
	loaded ??= readFileSync(join(import.meta.dirname, "catalog.json"), "latin1");
	return loaded;
}

/** Parses the one line that begins with this member and value. */
function findLine<Row>(member: string, value: string): Row | undefined {
	const text = catalogText();
	const start = text.indexOf(`\n{"${member}":${JSON.stringify(value)},`);
	if (start < 0) return undefined;
	const end = text.indexOf("\n", start + 1);
	return JSON.parse(text.slice(start, end).replace(/,$/, "")) as Row;
}

/** Parses one of the file's lists. */
function readAll<Row>(
	list: "models" | "inferenceProfiles" | "regionSets",
): Row[] {
	const text = catalogText();
	// At a line's start: rows have a member of the same name.
	const start = text.indexOf(`\n"${list}":[`) + list.length + 4;
	return JSON.parse(text.slice(start, text.indexOf("\n]", start) + 2)) as Row[];
}

function regionsOf(set: number | undefined): string[] | undefined {
	regionSets ??= readAll<string[]>("regionSets");
	return set === undefined ? undefined : regionSets[set];
}

function readModel(row: ModelRow): Model {
	const { regions, onDemandRegions, ...model } = row;
	const anywhere = regionsOf(regions);
	const onDemand = regionsOf(onDemandRegions);
	return {
		...model,
		...(anywhere && { regions: anywhere }),
		...(onDemand && { onDemandRegions: onDemand }),
	};
}

function readProfile(row: ProfileRow): InferenceProfile {
	const routes = row.routes.map(([sources, destinations]) => ({
		sourceRegions: regionsOf(sources) ?? [],
		destinationRegions: regionsOf(destinations) ?? [],
	}));
	return { ...row, routes };
}

/** Whether it is over for a model at a time, in milliseconds since the epoch. */
export function hasEnded({ lifecycle }: Model, now: number): boolean {
	if (lifecycle?.endOfLifeTime)
		return now >= Date.parse(lifecycle.endOfLifeTime);
	return lifecycle?.status === "EOL";
}

/** Whether a model is on its way out at a time, in milliseconds since the epoch, or over already. */
export function isLegacy(model: Model, now: number): boolean {
	if (model.lifecycle?.legacyTime)
		return now >= Date.parse(model.lifecycle.legacyTime);
	return model.lifecycle?.status === "LEGACY" || hasEnded(model, now);
}

/** Whether a model can be invoked at a time: not over, on this endpoint, and not for provisioned throughput alone. */
export function isCurrent(model: Model, now: number): boolean {
	if (model.mantleOnly || hasEnded(model, now)) return false;
	const types = model.inferenceTypesSupported ?? ["ON_DEMAND"];
	return types.some((type) => type !== "PROVISIONED");
}

/** Whether a model can be invoked in a Region, directly or by a profile; where nobody knows, it can. */
export function isIn({ regions }: Model, region: string): boolean {
	return regions === undefined || regions.includes(region);
}

/** How a model may be invoked in a Region: `ON_DEMAND`, `PROVISIONED`, `INFERENCE_PROFILE`. */
export function inferenceTypesIn(model: Model, region: string): string[] {
	const { inferenceTypesSupported: types = ["ON_DEMAND"], onDemandRegions } =
		model;
	return types.filter(
		(type) =>
			type !== "ON_DEMAND" ||
			!onDemandRegions ||
			onDemandRegions.includes(region),
	);
}
