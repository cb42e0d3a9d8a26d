import type {
	StopReason,
	VideoBlock,
	VideoSource,
} from "@aws-sdk/client-bedrock-runtime";
import { invalid } from "../errors.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { Reply, Turn } from "../turn/turn.ts";
import { checkBodyInDetail, readInference } from "./checked-body.ts";
import { decodeBase64, StreamMeter } from "./native.ts";
import { jsonOutput } from "./openai-chat/parameters.ts";
import { textOf } from "./prompt.ts";
import type { NativeCall, Provider } from "./provider.ts";
import type { BodySchema } from "./schema.ts";

/**
 * TwelveLabs Pegasus: a video and a question in, one text out.
 *
 * Source: members and the whole answer documented; chunks of the same form and the wording of refusals assumed.
 */
export const twelvelabsPegasus: Provider = {
	name: "TwelveLabs",
	family: "TwelveLabs Pegasus",
	speaks: ["text", "stream"],
	models: /(?:^|[./:])twelvelabs\.pegasus-/,
	readTurn,
	writeReply: ({ content, stopReason }) => ({
		message: textOf(content),
		finishReason: finishReasonOf(stopReason),
	}),
	writeChunks,
};

/** 36 MB of video, as base64 (documented). */
const maxVideoCharacters = 36 * 1024 * 1024;

const schema: BodySchema = {
	type: "object",
	closed: true,
	required: ["inputPrompt", "mediaSource"],
	properties: {
		inputPrompt: { type: "string", minLength: 1 },
		mediaSource: {
			type: "object",
			closed: true,
			properties: {
				base64String: {
					type: "string",
					minLength: 1,
					maxLength: maxVideoCharacters,
				},
				s3Location: {
					type: "object",
					closed: true,
					required: ["uri"],
					properties: {
						uri: { type: "string" },
						bucketOwner: { type: "string" },
					},
				},
			},
		},
		temperature: { type: "number", minimum: 0, maximum: 1 },
		maxOutputTokens: { type: "integer", minimum: 1, maximum: 4096 },
		responseFormat: {
			type: "object",
			properties: { jsonSchema: { type: "object" } },
		},
		"amazon-bedrock-guardrailConfig": {},
	},
};

function readTurn(body: Json, modelId: string): Turn {
	checkBodyInDetail(body, schema);
	const inferenceConfig = readInference(body, { maxTokens: "maxOutputTokens" });
	const video = readVideo(isObject(body.mediaSource) ? body.mediaSource : {});
	const format = isObject(body.responseFormat)
		? body.responseFormat.jsonSchema
		: undefined;
	return {
		modelId,
		messages: [
			{
				role: "user",
				content: [{ video }, { text: String(body.inputPrompt) }],
			},
		],
		...(inferenceConfig && { inferenceConfig }),
		...(isObject(format) && { outputConfig: jsonOutput(format) }),
	};
}

function readVideo({ base64String, s3Location }: JsonObject): VideoBlock {
	if (isObject(s3Location) === (typeof base64String === "string")) {
		throw invalid(
			"Exactly one of base64String and s3Location must be provided in mediaSource.",
		);
	}
	return {
		format: "mp4",
		source: isObject(s3Location)
			? readS3(s3Location)
			: readBytes(String(base64String)),
	};
}

function readS3({ uri, bucketOwner }: JsonObject): VideoSource {
	return {
		s3Location: {
			uri: String(uri),
			...(typeof bucketOwner === "string" && { bucketOwner }),
		},
	};
}

function readBytes(text: string): VideoSource {
	const bytes = decodeBase64(text);
	if (!bytes) throw invalid("mediaSource.base64String is not valid base64.");
	return { bytes };
}

function finishReasonOf(stopReason: StopReason | undefined): string {
	return stopReason === "max_tokens" ? "length" : "stop";
}

async function* writeChunks(
	reply: Reply,
	_turn: Turn,
	call: NativeCall,
): AsyncGenerator<JsonObject> {
	const meter = new StreamMeter(call);
	let stopReason: StopReason | undefined;
	for await (const event of reply) {
		meter.see(event);
		if (event.messageStop) stopReason = event.messageStop.stopReason;
		const message = event.contentBlockDelta?.delta?.text;
		if (message) yield { message };
	}
	yield {
		message: "",
		finishReason: finishReasonOf(stopReason),
		...meter.metrics(),
	};
}
