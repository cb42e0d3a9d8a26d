/**
 * Passes items through a generator. Unlike a bare one it lets go of its source even when it is ended before it began, as
 * happens when a client hangs up at once.
 */
export function throughGenerator<In, Out>(
	source: AsyncIterable<In>,
	generate: (items: AsyncIterable<In>) => AsyncIterable<Out>,
): AsyncIterableIterator<Out> {
	const steps = generate(source)[Symbol.asyncIterator]();
	let begun = false;
	return {
		[Symbol.asyncIterator]() {
			return this;
		},
		next() {
			begun = true;
			return steps.next();
		},
		async return() {
			if (!begun) await source[Symbol.asyncIterator]().return?.();
			await steps.return?.();
			return { done: true, value: undefined };
		},
	};
}

/**
 * Lets the first events of a stream through, then breaks it, without waiting for another one. A stream that has fewer ends
 * as it would have.
 *
 * @param count - how many events still pass, 0 or more
 * @param fail - throws, or never ends
 */
export function failAfter<Event>(
	events: AsyncIterable<Event>,
	count: number,
	fail: () => Promise<never>,
): AsyncIterable<Event> {
	return throughGenerator(events, async function* (items) {
		if (count === 0) await fail();
		let passed = 0;
		for await (const item of items) {
			yield item;
			if (++passed === count) await fail();
		}
	});
}

/** Never resolves; rejects when the signal aborts. */
export function forever(signal: AbortSignal): Promise<never> {
	return new Promise((_, reject) => {
		const abort = () => reject(signal.reason);
		if (signal.aborted) abort();
		else signal.addEventListener("abort", abort, { once: true });
	});
}
