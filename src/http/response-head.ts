import { reasons } from "./status.ts";

/** How the end of an answer's body is told. */
export type Framing =
	/** By this length in bytes. */
	| number
	| "chunked"
	/** By what the answer's maker says of its length, or by the end of the connection, or there is no body. */
	| "given";

/** What a header that an answer's maker gave does to the head. */
type Role = "plain" | "date" | "length" | "connection" | "framing";

const roles: Readonly<Record<string, Role>> = {
	date: "date",
	"content-length": "length",
	connection: "connection",
	"keep-alive": "framing",
	"transfer-encoding": "framing",
};

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const forbidden = /[^\t\x20-\x7e\x80-\xff]/;

/** Names whose roles are remembered: few are ever used, but scripts may make them up. */
const maxRemembered = 1000;

/** Writes the heads of answers. */
export class ResponseHeads {
	readonly #roles = new Map<string, Role>();
	readonly #keepAlive: string;
	#second = -1;
	#date = "";

	constructor(keepAliveTimeoutMs: number) {
		const seconds = Math.max(1, Math.floor(keepAliveTimeoutMs / 1000));
		this.#keepAlive = `Connection: keep-alive\r\nKeep-Alive: timeout=${seconds}\r\n`;
	}

	/**
	 * A head with the blank line behind it, one character a byte.
	 *
	 * @param keepsAlive - further requests are welcome on the connection
	 * @throws TypeError on a header or status that HTTP has no form for
	 */
	write(
		status: number,
		headers: Readonly<Record<string, string>>,
		framing: Framing,
		keepsAlive: boolean,
	): string {
		if (!Number.isInteger(status) || status < 200 || status > 999)
			throw new TypeError(`No answer has the status ${status}.`);
		let head = `HTTP/1.1 ${status} ${reasons[status] ?? "Unknown"}\r\n`;
		let dated = false;
		for (const name in headers) {
			const value = headers[name] as string;
			const role = this.#roles.get(name) ?? this.#learn(name);
			if (forbidden.test(value))
				throw new TypeError(
					`The header ${name} holds a character that HTTP forbids.`,
				);
			if (role === "connection" || role === "framing") continue;
			if (role === "length" && framing !== "given") continue;
			if (role === "date") dated = true;
			head += `${name}: ${value}\r\n`;
		}
		if (typeof framing === "number") head += `Content-Length: ${framing}\r\n`;
		else if (framing === "chunked") head += "Transfer-Encoding: chunked\r\n";
		if (!dated) head += this.#dateLine();
		return `${head}${keepsAlive ? this.#keepAlive : "Connection: close\r\n"}\r\n`;
	}

	#learn(name: string): Role {
		if (!token.test(name))
			throw new TypeError(`No header can be named ${JSON.stringify(name)}.`);
		const lower = name.toLowerCase();
		const role = Object.hasOwn(roles, lower) ? (roles[lower] as Role) : "plain";
		if (this.#roles.size >= maxRemembered) this.#roles.clear();
		this.#roles.set(name, role);
		return role;
	}

	#dateLine(): string {
		const now = Date.now();
		const second = Math.floor(now / 1000);
		if (second !== this.#second) {
			this.#second = second;
			this.#date = `Date: ${new Date(now).toUTCString()}\r\n`;
		}
		return this.#date;
	}
}

/** Whether an answer's maker asks for the connection to be closed. */
export function closes(headers: Readonly<Record<string, string>>): boolean {
	for (const name in headers) {
		if (name.length === 10 && name.toLowerCase() === "connection")
			return headers[name]?.toLowerCase() === "close";
	}
	return false;
}

/** Whether an answer's maker tells the length of the body. */
export function givesLength(
	headers: Readonly<Record<string, string>>,
): boolean {
	for (const name in headers)
		if (name.length === 14 && name.toLowerCase() === "content-length")
			return true;
	return false;
}
