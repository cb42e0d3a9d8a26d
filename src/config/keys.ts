import { isObject } from "../json.ts";
import type { Credentials } from "../protocol/sign.ts";
import type { Keys } from "../protocol/verify.ts";
import { readEach, type ValueType, WrongValue } from "./value-type.ts";

const memberNames = [
	"accessKeyId",
	"secretAccessKey",
	"sessionToken",
	"bearerToken",
];

const shape =
	"accessKeyId and secretAccessKey (and sessionToken), or bearerToken alone";

/** Lets nobody in. */
export const noKeys: Keys = { credentials: new Map(), bearerKeys: new Set() };

/** A list of what `--verify-signatures` lets in: access keys and Amazon Bedrock API keys. Nothing of a key is ever shown. */
export function keyList(): ValueType<Keys> {
	return {
		placeholder: "FILE",
		takes: "a list of keys, or the path of a YAML or JSON file with one",
		form: "content",
		secret: true,
		show: ({ credentials, bearerKeys }) => {
			const count = credentials.size + bearerKeys.size;
			return count === 0 ? "" : `${count} keys`;
		},
		read(value) {
			if (!Array.isArray(value)) throw new WrongValue();
			const keys: Keys = { credentials: new Map(), bearerKeys: new Set() };
			readEach(value, (item, index) => addKey(keys, item, `key ${index + 1}`));
			return keys;
		},
	};
}

function addKey(keys: Keys, item: unknown, which: string): void {
	if (!isObject(item)) throw new WrongValue(`: ${which} takes ${shape}.`);
	for (const [member, value] of Object.entries(item)) {
		if (!memberNames.includes(member)) {
			throw new WrongValue(
				`: ${which} has an unknown member ${member}. It takes ${shape}.`,
			);
		}
		if (typeof value !== "string" || value === "") {
			throw new WrongValue(
				`: ${member} of ${which} takes text. Put numbers in quotes.`,
			);
		}
	}
	// Every member is text: checked above.
	const { bearerToken, ...credentials } = item as Partial<Credentials> & {
		bearerToken?: string;
	};
	const { accessKeyId, secretAccessKey, sessionToken } = credentials;
	if (bearerToken !== undefined && Object.keys(credentials).length === 0) {
		keys.bearerKeys.add(bearerToken);
	} else if (
		bearerToken === undefined &&
		accessKeyId !== undefined &&
		secretAccessKey !== undefined
	) {
		if (keys.credentials.has(accessKeyId))
			throw new WrongValue(`: ${which} has the accessKeyId of an earlier key.`);
		keys.credentials.set(accessKeyId, {
			accessKeyId,
			secretAccessKey,
			sessionToken,
		});
	} else {
		throw new WrongValue(`: ${which} takes ${shape}.`);
	}
}
