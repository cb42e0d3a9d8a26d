import { setImmediate } from "node:timers";

/**
 * Calls back at the end of this turn of the event loop. Node's own function, taken once: tests that run Outcrop in their own
 * process replace the global one, or have none (jsdom).
 */
export const atEndOfTurn: (callback: () => void) => unknown = setImmediate;
