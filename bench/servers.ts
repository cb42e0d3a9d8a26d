/** A server that is measured. A variant of Outcrop, such as one with ten thousand rules, is a row of its own. */
export interface Server {
	/** As tables call it. */
	readonly label: string;
	/** Arguments for Node; the working folder is the project's. Paths must exist once the run has begun. */
	args(port: number, files: ServerFiles): string[];
}

/** Files that the run writes before it starts a server. */
export interface ServerFiles {
	/** Outcrop's own answers, for the bare server. */
	answers: string;
	/** A catch-all fixture for aimock, with the text of Outcrop's answer. */
	fixtures: string;
	/** Scripts of ten and of ten thousand rules; the last rule answers the question. */
	tenRules: string;
	tenThousandRules: string;
}

const outcrop = (port: number) => [
	"dist/cli.cjs",
	"start",
	"--port",
	`${port}`,
	"--log",
	"error",
];

/** What can be measured, by name. */
export const servers = {
	outcrop: { label: "Outcrop", args: outcrop },
	tenRules: {
		label: "10 rules",
		args: (port, files) => [...outcrop(port), "--script", files.tenRules],
	},
	tenThousandRules: {
		label: "10,000 rules",
		args: (port, files) => [
			...outcrop(port),
			"--script",
			files.tenThousandRules,
		],
	},
	noJournal: {
		label: "without a journal",
		args: (port) => [...outcrop(port), "--journal-count", "0"],
	},
	bare: {
		label: "bare node:http",
		args: (port, files) => ["bench/bare.cjs", `${port}`, files.answers],
	},
	bareHttp2: {
		label: "bare node:http2",
		args: (port, files) => [
			"bench/bare.cjs",
			`${port}`,
			files.answers,
			"--http2",
		],
	},
	aimock: {
		label: "aimock",
		args: (port, files) => {
			const program = "bench/node_modules/@copilotkit/aimock/dist/cli.js";
			return [
				program,
				"--port",
				`${port}`,
				"--fixtures",
				files.fixtures,
				"--log-level",
				"silent",
			];
		},
	},
} satisfies Record<string, Server>;

export type ServerName = keyof typeof servers;
