/** What a native body of Amazon Nova may hold. */
import type { BodySchema } from "../schema.ts";

const text: BodySchema = { type: "string" };
const anything: BodySchema = {};
const fraction: BodySchema = { type: "number", minimum: 0, maximum: 1 };

/** An object with these members and no others. */
function closed(
	properties: Record<string, BodySchema>,
	required: readonly string[] = [],
): BodySchema {
	return { type: "object", closed: true, required, properties };
}

function listOf(items: BodySchema, minItems = 0): BodySchema {
	return { type: "array", minItems, items };
}

const source = closed({
	bytes: text,
	s3Location: closed({ uri: text, bucketOwner: text }, ["uri"]),
});

function media(...formats: string[]): BodySchema {
	return closed({ format: { type: "string", enum: formats }, source }, [
		"format",
		"source",
	]);
}

const image = media("jpeg", "png", "gif", "webp");
const video = media(
	"mkv",
	"mov",
	"mp4",
	"webm",
	"three_gp",
	"flv",
	"mpeg",
	"mpg",
	"wmv",
);
const audio = media("mp3", "opus", "wav", "aac", "flac", "mp4", "ogg", "mkv");
/** Only Converse takes documents (documented); they pass here, so that one conversation serves both (assumed). */
const document = closed({ format: text, name: text, source }, [
	"name",
	"source",
]);
const cachePoint = closed({ type: text, ttl: text }, ["type"]);

const resultContent = closed({
	text,
	json: { type: "object" },
	image,
	video,
	document,
});
const contentBlock = closed({
	text,
	image,
	video,
	audio,
	document,
	toolUse: closed({ toolUseId: text, name: text, input: { type: "object" } }, [
		"toolUseId",
		"name",
		"input",
	]),
	toolResult: closed(
		{
			toolUseId: text,
			content: listOf(resultContent),
			status: { type: "string", enum: ["success", "error"] },
		},
		["toolUseId", "content"],
	),
	reasoningContent: closed({
		reasoningText: closed({ text, signature: text }, ["text"]),
	}),
	cachePoint,
});

const message = closed(
	{
		role: { type: "string", enum: ["user", "assistant"] },
		content: listOf(contentBlock, 1),
	},
	["role", "content"],
);

/** At its root a tool's schema has few words; which ones beside type, properties and required (documented) is assumed. */
const toolSchema = closed(
	{
		type: { type: "string", enum: ["object"] },
		properties: { type: "object" },
		required: anything,
		additionalProperties: anything,
		description: anything,
		title: anything,
		$schema: anything,
		$defs: anything,
	},
	["type"],
);

const toolSpec = closed(
	{
		name: text,
		description: text,
		inputSchema: closed({ json: toolSchema }, ["json"]),
		strict: { type: "boolean" },
	},
	["name", "inputSchema"],
);

const toolConfig = closed(
	{
		tools: listOf(
			closed({
				toolSpec,
				systemTool: closed({ name: text }, ["name"]),
				cachePoint,
			}),
			1,
		),
		toolChoice: closed({
			auto: closed({}),
			any: closed({}),
			tool: closed({ name: text }, ["name"]),
		}),
	},
	["tools"],
);

/** Thinking is off by default (documented); that an effort may stand alone, as the AI SDK sends it, is assumed. */
const reasoningConfig = closed({
	type: { type: "string", enum: ["enabled", "disabled"] },
	maxReasoningEffort: { type: "string", enum: ["low", "medium", "high"] },
});

/** The documented names, and those of the first examples. */
const inference: Record<string, BodySchema> = {
	maxTokens: { type: "integer", minimum: 1 },
	max_new_tokens: { type: "integer", minimum: 1 },
	temperature: fraction,
	topP: fraction,
	top_p: fraction,
	topK: { type: "integer", minimum: 0 },
	top_k: { type: "integer", minimum: 0 },
	stopSequences: listOf(text),
};

const members: Record<string, BodySchema> = {
	schemaVersion: { type: "string", enum: ["messages-v1"] },
	system: listOf(closed({ text, cachePoint })),
	messages: listOf(message, 1),
	inferenceConfig: closed(inference),
	toolConfig,
	"amazon-bedrock-guardrailConfig": anything,
};

/**
 * Source: `#: extraneous key [top_p]`, `#/messages/0/content/1: extraneous key [type]`, `#/messages/0: required key [role] not found`,
 * `#/messages/0/content: expected type: JSONArray, found: String`, `#/toolConfig/tools/1/toolSpec/inputSchema/json: extraneous key
 * [definitions]` observed 2024 to 2026; members documented.
 */
export const novaSchema = closed(members, ["messages"]);

/** Nova 2 thinks; its `reasoningConfig` may stand at the root or in `inferenceConfig` (documented both ways). */
export const nova2Schema = closed(
	{
		...members,
		inferenceConfig: closed({ ...inference, reasoningConfig }),
		reasoningConfig,
	},
	["messages"],
);
