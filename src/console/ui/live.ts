/** Answers of the API that are kept up with what happens. */
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, apiUrl, askApi } from "./api/client.ts";

/** How often the server tells that exchanges ended. */
const batchMs = 500;

/** Counts up when exchanges have ended. */
const ended = signal(0);
let users = 0;
let source: EventSource | undefined;

/** One stream for all who listen: browsers have few connections for a server. */
function listen(): () => void {
	if (users++ === 0) {
		source = new EventSource(apiUrl(`exchanges/stream?batchMs=${batchMs}`));
		// Also when it is there again: something may have ended in between.
		source.onopen = count;
		source.onmessage = count;
		source.onerror = count;
	}
	return () => {
		if (--users === 0) source?.close();
	};
}

function count(): void {
	ended.value++;
}

/** What the API says now. */
export interface Live<Answer> {
	/** Undefined until it is there; what was there stays while it is asked again. */
	value: Answer | undefined;
	/** Why the API could not be asked. */
	error: string | undefined;
	/** Its HTTP status then; 0 when there was no answer. */
	status: number | undefined;
	/** Asks again at once. */
	reload(): Promise<void>;
}

/** Asks the API, and again whenever exchanges have ended. */
export function useLive<Answer>(path: string): Live<Answer> {
	const [value, setValue] = useState<Answer>();
	const [error, setError] = useState<unknown>();
	const asked = useRef(0);
	const reload = async () => {
		const number = ++asked.current;
		try {
			const answer = await askApi<Answer>(path);
			if (number !== asked.current) return;
			setValue(answer);
			setError(undefined);
		} catch (thrown) {
			if (number === asked.current) setError(thrown);
		}
	};
	useEffect(listen, []);
	const happened = ended.value;
	useEffect(() => {
		reload();
		return () => {
			// An answer that comes later is of another path, or nobody's.
			asked.current++;
		};
	}, [path, happened]);
	return {
		value,
		error: error === undefined ? undefined : messageOf(error),
		status: error instanceof ApiError ? error.status : undefined,
		reload,
	};
}

/** Asks the API to change something, and then what it is now; says what came of it. */
export function useChange(
	reload: () => Promise<void>,
): [
	said: string,
	change: (path: string, init: RequestInit, done: string) => Promise<boolean>,
] {
	const [said, setSaid] = useState("");
	const change = async (path: string, init: RequestInit, done: string) => {
		let message = done;
		try {
			await askApi(path, init);
		} catch (thrown) {
			message = messageOf(thrown);
		}
		setSaid(message);
		await reload();
		return message === done;
	};
	return [said, change];
}

/** What an error says to the user. */
export function messageOf(error: unknown): string {
	return error instanceof ApiError ? error.message : String(error);
}
