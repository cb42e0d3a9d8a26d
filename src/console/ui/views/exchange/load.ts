import { useEffect, useState } from "preact/hooks";
import { ApiError, askApi, askApiForText } from "../../api/client.ts";
import type { Exchange, Json } from "../../api/types.ts";

/** An exchange with the body that the client sent, whole. */
export interface LoadedExchange {
	exchange: Exchange;
	/** As it travelled. */
	requestText: string;
	/** The same as JSON; null when it is none. */
	request: Json;
}

/** Something that is loaded: undefined while it is on its way. */
export type Loading<Value> =
	| { value: Value; error?: never }
	| { error: string; value?: never }
	| undefined;

/** @throws ApiError */
export async function loadExchange(id: string): Promise<LoadedExchange> {
	const path = `exchanges/${encodeURIComponent(id)}`;
	const [exchange, requestText] = await Promise.all([
		askApi<Exchange>(path),
		askApiForText(`${path}/request`),
	]);
	return { exchange, requestText, request: parse(requestText) };
}

function parse(text: string): Json {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

/** Loads something when the component comes, and again when the key changes; what was there stays until then. */
export function useLoaded<Value>(
	key: string,
	load: () => Promise<Value>,
): Loading<Value> {
	const [state, setState] = useState<Loading<Value>>();
	useEffect(() => {
		let isWanted = true;
		load().then(
			(value) => isWanted && setState({ value }),
			(error: unknown) => {
				const said = error instanceof ApiError ? error.message : String(error);
				if (isWanted) setState({ error: said });
			},
		);
		return () => {
			isWanted = false;
		};
	}, [key]);
	return state;
}
