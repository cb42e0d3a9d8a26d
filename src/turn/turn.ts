import type {
	ContentBlock,
	ConverseStreamOutput,
	ConverseTrace,
	GuardrailStreamConfiguration,
	InferenceConfiguration,
	Message,
	OutputConfig,
	PerformanceConfiguration,
	ServiceTier,
	StopReason,
	SystemContentBlock,
	TokenUsage,
	ToolConfiguration,
} from "@aws-sdk/client-bedrock-runtime";
import type { FaultSpec } from "../faults/fault.ts";
import type { Json } from "../json.ts";

/**
 * What a model is asked, in Converse's own form whatever surface it came by. Blobs are `Uint8Array`, documents plain JSON.
 * `messages` is never empty and consecutive messages of one role stand as the client sent them.
 */
export interface Turn {
	/** As received, percent-decoded: an id, an inference-profile id or an ARN. */
	modelId: string;
	messages: Message[];
	system?: SystemContentBlock[] | undefined;
	inferenceConfig?: InferenceConfiguration | undefined;
	toolConfig?: ToolConfiguration | undefined;
	outputConfig?: OutputConfig | undefined;
	additionalModelRequestFields?: Json | undefined;
	additionalModelResponseFieldPaths?: string[] | undefined;
	guardrailConfig?: GuardrailStreamConfiguration | undefined;
	performanceConfig?: PerformanceConfiguration | undefined;
	serviceTier?: ServiceTier | undefined;
	requestMetadata?: Record<string, string> | undefined;
}

/** One event of a reply: exactly one member, in ConverseStream's order. */
export type ReplyEvent = ConverseStreamOutput;

/**
 * A reply: messageStart, per block [contentBlockStart] contentBlockDelta+ contentBlockStop, messageStop, metadata.
 * Text and reasoning blocks have no contentBlockStart (observed on Claude, Nova, Titan, Llama, gpt-oss).
 */
export interface Reply extends AsyncIterable<ReplyEvent> {
	extras?: ReplyExtras | undefined;
}

/** What an engine has to say beside the events. Who makes a reply of another one hands them on. */
export interface ReplyExtras {
	/** Headers of the HTTP response. */
	headers?: Record<string, string>;
	/** The body of InvokeModel, in place of the one that the events would be written as. */
	native?: Json;
	/** The chunks of InvokeModelWithResponseStream, in place of those that the events would be written as. */
	chunks?: AsyncIterable<Json>;
	/** A fault to play on the answer: who asked for the reply has to. */
	fault?: FaultSpec;
}

/** A reply collected to its end. */
export interface WholeReply {
	content: ContentBlock[];
	stopReason: StopReason;
	usage: TokenUsage;
	/** Milliseconds from the call's start to the last event. */
	latencyMs: number;
	additionalModelResponseFields?: Json | undefined;
	trace?: ConverseTrace | undefined;
	performanceConfig?: PerformanceConfiguration | undefined;
	serviceTier?: ServiceTier | undefined;
}
