import { isObject } from "../../../json.ts";
import type { ModelFacts } from "../../../models/facts.ts";
import { type ConverseInput, type ConverseRules, refuse } from "./rule.ts";

/** Rules on members other than messages and tools. */
export const requestRules = {
	promptMember: {
		text: "The {field} field isn't supported when modelId is a prompt resource. Remove {field} and try again.",
		source: "assumed",
		reference:
			"API_runtime_Converse forbids the four members (documented); the sentence is after its siblings",
		models: "all",
	},
	systemUnsupported: {
		text: "This model doesn't support system messages. Try again without a system message or use a model that supports system messages.",
		source: "observed",
		reference:
			"a gateway's catalogue of live errors; Titan, Mistral 7B, Mixtral",
		models: "by facts",
	},
	systemBlank: {
		text: "The text field in the SystemContentBlock object at system.{index} is blank. Add text to the text field, and try again.",
		source: "assumed",
		reference: "after textBlank",
		models: "all",
	},
	requestFieldsNotObject: {
		text: "The format of the value at additionalModelRequestFields is invalid. Provide a json object for the field and try again.",
		source: "assumed",
		reference: "after toolSchemaNotObject",
		models: "all",
	},
	responsePathMalformed: {
		text: "The value at additionalModelResponseFieldPaths.{index} is not a valid JSON Pointer. Provide a valid JSON Pointer and try again.",
		source: "assumed",
		reference:
			"API_runtime_Converse: a malformed pointer is answered with 400 (documented), the sentence is not",
		models: "all",
	},
	outputSchemaNotObject: {
		text: "The format of the value at outputConfig.textFormat.structure.jsonSchema.schema is invalid. Provide a json object for the field and try again.",
		source: "assumed",
		reference: "after toolSchemaNotObject",
		models: "all",
	},
	outputConfigUnsupported: {
		text: "This model doesn't support the outputConfig field. Remove outputConfig and try again.",
		source: "observed",
		reference: "live logs of 2026 for Nova 1 and 2, Llama 3.3 and 4, Pixtral",
		models: "by facts",
	},
	maxTokens: {
		text: "The maximum tokens you requested exceeds the model limit of {limit}. Try again with a maximum tokens value that is lower than {limit}.",
		source: "observed",
		reference: "vercel/ai#2772, boto/boto3#4279",
		models: "by facts",
	},
} as const satisfies ConverseRules;

/** The ARN of a prompt of Prompt management, which brings messages and settings of its own. */
export function isPromptArn(modelId: string | undefined): boolean {
	return (
		modelId?.startsWith("arn:") === true &&
		/^arn:[^:]+:bedrock:[^:]*:[^:]*:prompt\//.test(modelId)
	);
}

const promptBrings = [
	"additionalModelRequestFields",
	"inferenceConfig",
	"system",
	"toolConfig",
] as const;

/** Refuses what a prompt resource already says. */
export function checkPrompt(input: ConverseInput): void {
	for (const field of promptBrings) {
		if (field in input && input[field as keyof ConverseInput] !== undefined) {
			throw refuse(requestRules.promptMember, { field });
		}
	}
}

/** Checks `system`. */
export function checkSystem(input: ConverseInput, facts: ModelFacts): void {
	const { system } = input;
	if (!system || system.length === 0) return;
	if (facts.system === false) throw refuse(requestRules.systemUnsupported);
	for (const [index, block] of system.entries()) {
		if (block.text !== undefined && isBlank(block.text))
			throw refuse(requestRules.systemBlank, { index });
	}
}

/** Checks the settings: the token limit and what must be JSON. */
export function checkSettings(input: ConverseInput, facts: ModelFacts): void {
	const { additionalModelRequestFields: fields } = input;
	if (fields !== undefined && fields !== null && !isObject(fields))
		throw refuse(requestRules.requestFieldsNotObject);
	if ("inferenceConfig" in input) {
		const limit = facts.maxOutputTokens;
		if (
			limit !== undefined &&
			(input.inferenceConfig?.maxTokens ?? 0) > limit
		) {
			throw refuse(requestRules.maxTokens, { limit });
		}
	}
	if ("additionalModelResponseFieldPaths" in input) {
		for (const [index, path] of (
			input.additionalModelResponseFieldPaths ?? []
		).entries()) {
			if (!jsonPointer.test(path))
				throw refuse(requestRules.responsePathMalformed, { index });
		}
	}
	if ("outputConfig" in input) {
		if (facts.outputConfig === false)
			throw refuse(requestRules.outputConfigUnsupported);
		const schema =
			input.outputConfig?.textFormat?.structure?.jsonSchema?.schema;
		if (schema !== undefined && !isObjectText(schema))
			throw refuse(requestRules.outputSchemaNotObject);
	}
}

/** RFC 6901, without the empty pointer: the description asks for a character at least. */
const jsonPointer = /^(?:\/(?:[^~/]|~[01])*)+$/;

function isObjectText(text: string): boolean {
	try {
		return isObject(JSON.parse(text));
	} catch {
		return false;
	}
}

/** Empty or white space alone. Looks at the first character of ordinary text, and no further. */
export function isBlank(text: string): boolean {
	const first = text.charCodeAt(0);
	return first > 32 && first < 128 ? false : text.trim() === "";
}
