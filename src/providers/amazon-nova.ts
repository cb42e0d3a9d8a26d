import { writeNovaChunks } from "./amazon-nova/chunks.ts";
import { readNovaFields, readNovaTurn } from "./amazon-nova/read.ts";
import { writeNovaReply } from "./amazon-nova/write.ts";
import type { Provider } from "./provider.ts";

/**
 * Amazon Nova 1 and 2, the models that understand: Converse's own shapes in a native body, bytes as base64. Canvas, Reel, Sonic and
 * the embeddings are asked otherwise.
 */
export const amazonNova: Provider = {
	name: "Amazon",
	family: "Amazon Nova",
	speaks: ["text", "stream", "tools", "images", "reasoning"],
	models: /(?:^|[./:])amazon\.nova-(?:2-)?(?:micro|lite|pro|premier|omni)/,
	alwaysCountsCache: true,
	readTurn: readNovaTurn,
	readFields: readNovaFields,
	writeReply: writeNovaReply,
	writeChunks: writeNovaChunks,
};
