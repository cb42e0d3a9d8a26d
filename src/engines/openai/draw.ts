/** Images, where the server draws. */

import type { Call } from "../../call.ts";
import { invalid } from "../../errors.ts";
import { isObject } from "../../json.ts";
import type { ImageRequest, Images } from "../../turn/image.ts";
import { unreadable } from "./failures.ts";
import { readJson } from "./response.ts";
import type { ModelServer } from "./server.ts";

/**
 * Asks `/images/generations`, in the format that the server likes best (PNG, as far as is known).
 *
 * @throws UpstreamFailure; ServiceError `ValidationException` for all tasks but drawing by a text
 */
export async function askImages(
	server: ModelServer,
	model: string,
	request: ImageRequest,
	call: Call,
): Promise<Images> {
	const { task, prompt, width, height, seeds } = request;
	if (task !== "text to image")
		throw invalid(
			`The engine openai can have images drawn by a text only, not ${task}. Name another engine for this model.`,
		);
	const path = "/images/generations";
	const body = {
		model,
		prompt,
		n: seeds.length,
		size: `${width}x${height}`,
		response_format: "b64_json",
	};
	const response = await server.post(path, body, call.signal);
	const place = server.place(path, model);
	const { data } = await readJson(response, place, call.signal);
	const images = (Array.isArray(data) ? data : []).flatMap((item) =>
		isObject(item) && typeof item.b64_json === "string"
			? [Buffer.from(item.b64_json, "base64")]
			: [],
	);
	if (images.length !== seeds.length)
		throw unreadable(
			`it sent ${images.length} images in base64 of ${seeds.length}`,
			place,
		);
	return { images };
}
