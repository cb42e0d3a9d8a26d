import type { Json } from "../json.ts";
import { writeEvents } from "./cohere-command-r/events.ts";
import { readCommandFields, readCommandTurn } from "./cohere-command-r/read.ts";
import { writeResponse } from "./cohere-command-r/write.ts";
import type { Provider } from "./provider.ts";

/** Cohere Command R and R+: a message with its history, documents and tools in; a text with its history, citations or tool calls out. */
export const cohereCommandR: Provider = {
	name: "Cohere",
	family: "Cohere Command R",
	speaks: ["text", "stream", "tools"],
	models: /(?:^|[./:])cohere\.command-r/,
	readTurn: (body: Json, modelId) => readCommandTurn(body, modelId),
	readFields: readCommandFields,
	writeReply: (reply, turn, call) => writeResponse(reply, turn, call),
	writeChunks: (reply, turn, call) => writeEvents(reply, turn, call),
};
