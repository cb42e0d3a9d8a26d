import { defineService } from "../service.ts";
import { converse } from "./converse.ts";
import { converseStream } from "./converse-stream.ts";
import { countTokens } from "./count-tokens.ts";
import description from "./description.json" with { type: "json" };
import { flociHandlers } from "./floci.ts";
import { invokeModel } from "./invoke-model.ts";
import { invokeModelWithResponseStream } from "./invoke-model-with-response-stream.ts";

/** The data plane: Amazon Bedrock Runtime. */
export const bedrockRuntime = defineService(
	"bedrock-runtime",
	description as never,
	{
		Converse: converse,
		ConverseStream: converseStream,
		CountTokens: countTokens,
		InvokeModel: invokeModel,
		InvokeModelWithResponseStream: invokeModelWithResponseStream,
	},
	flociHandlers,
);
