/** A request that is not served: the client gets the status and the message, and the connection closes. */
export class Refusal extends Error {
	override readonly name = "Refusal";
	readonly status: number;

	constructor(status: number, message: string) {
		super(message);
		this.status = status;
	}
}

const malformedText = "The request is no well-formed HTTP";

/** The refusal of what breaks HTTP's grammar. @param why - how, when that is known */
export function malformed(why?: string): Refusal {
	return new Refusal(
		400,
		why === undefined ? `${malformedText}.` : `${malformedText}: ${why}.`,
	);
}
