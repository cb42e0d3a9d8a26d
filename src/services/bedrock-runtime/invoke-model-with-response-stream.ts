import type {
	InvokeModelWithResponseStreamCommandInput,
	InvokeModelWithResponseStreamResponse,
	ResponseStream,
} from "@aws-sdk/client-bedrock-runtime";
import type { Json } from "../../json.ts";
import { type ExtraHeaders, extraHeaders } from "../../protocol/write.ts";
import { isCounted } from "../../turn/meter.ts";
import type { Handler } from "../service.ts";
import { askModel } from "./ask-model.ts";
import { refuseStream } from "./direct-model.ts";
import { nativeCall, readNativeTurn, withHeaders } from "./invoke-model.ts";
import { encodeJson } from "./native-json.ts";

/** One native body, answered chunk by chunk in the same family's words. */
export const invokeModelWithResponseStream: Handler<
	InvokeModelWithResponseStreamCommandInput,
	InvokeModelWithResponseStreamResponse & ExtraHeaders
> = async (input, call) => {
	const modelId = input.modelId as string;
	const model = call.model(modelId);
	refuseStream(model);
	const { provider } = model;
	const turn = withHeaders(
		readNativeTurn(input.body as Uint8Array, modelId, call),
		input,
		call,
	);
	const reply = await askModel(turn, call);
	const usage = isCounted(reply) ? reply.usage : undefined;
	const native = nativeCall(turn, call, usage);
	const chunks =
		reply.extras?.chunks ?? provider.writeChunks(reply, turn, native);
	return {
		[extraHeaders]: reply.extras?.headers,
		body: inChunks(chunks),
		contentType: "application/json",
		performanceConfigLatency: input.performanceConfigLatency,
		serviceTier: input.serviceTier,
	};
};

async function* inChunks(
	bodies: AsyncIterable<Json>,
): AsyncIterable<ResponseStream> {
	for await (const body of bodies) yield { chunk: { bytes: encodeJson(body) } };
}
