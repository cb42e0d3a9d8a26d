import type { ServerName } from "./servers.ts";

/** One request under load, against several servers in turn. */
export interface Scenario {
	/** As `--only` names it; scenarios may share a name. */
	readonly name: string;
	/** As tables call it. */
	readonly title: string;
	readonly httpVersion: "1.1" | "2";
	readonly path: string;
	readonly body: string;
	/** The first is the one that the others are compared with. */
	readonly servers: readonly [ServerName, ...ServerName[]];
}

const model = "/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0";

const question = JSON.stringify({
	messages: [
		{ role: "user", content: [{ text: "Which rivers run through Vienna?" }] },
		{
			role: "assistant",
			content: [
				{
					text: "The Danube and the small river Wien, which gave the city its name.",
				},
			],
		},
		{
			role: "user",
			content: [
				{
					text: "Explain in one paragraph why the Danube was regulated in the 1870s.",
				},
			],
		},
	],
	system: [
		{
			text: "You are a helpful assistant for visitors of the city. Answer briefly and name your sources.",
		},
	],
	inferenceConfig: {
		maxTokens: 512,
		temperature: 0.2,
		stopSequences: ["\n\nHuman:"],
	},
});

const converse = {
	name: "converse",
	path: `${model}/converse`,
	body: question,
};
const stream = {
	name: "stream",
	path: `${model}/converse-stream`,
	body: question,
};

/** What is put under load. */
export const scenarios: readonly Scenario[] = [
	{
		...converse,
		title: "Converse, HTTP/1.1",
		httpVersion: "1.1",
		servers: ["outcrop", "bare", "aimock"],
	},
	{
		...stream,
		title: "ConverseStream, HTTP/1.1",
		httpVersion: "1.1",
		servers: ["outcrop", "bare", "aimock"],
	},
	{
		...converse,
		name: "rules",
		title: "Converse, 10,000 rules of a script against 10",
		httpVersion: "1.1",
		servers: ["tenThousandRules", "tenRules"],
	},
	{
		...converse,
		name: "journal",
		title: "Converse, with the journal and without",
		httpVersion: "1.1",
		servers: ["outcrop", "noJournal"],
	},
	{
		...converse,
		title: "Converse, HTTP/2",
		httpVersion: "2",
		servers: ["outcrop", "bareHttp2"],
	},
	{
		...stream,
		title: "ConverseStream, HTTP/2",
		httpVersion: "2",
		servers: ["outcrop", "bareHttp2"],
	},
];

/** The servers whose start is timed, with the request that each has to answer; the first as above. */
export const startUp: {
	readonly servers: readonly [ServerName, ...ServerName[]];
	readonly path: string;
	readonly body: string;
} = {
	servers: ["outcrop", "bare", "aimock"],
	path: converse.path,
	body: converse.body,
};

/**
 * Headers that every request carries: those of the AWS SDK for JavaScript, signature and all, since a server has to read
 * them. The signature is of the right form and of no key.
 */
export const sdkHeaders: Readonly<Record<string, string>> = {
	"content-type": "application/json",
	accept: "*/*",
	"user-agent":
		"aws-sdk-js/3.1164.0 ua/2.1 os/linux lang/js md/nodejs#24.21.0 api/bedrock-runtime#3.1164.0 m/E,N",
	"amz-sdk-invocation-id": "3f3f0d52-6a0e-4d0b-9b13-3f1b3a4f6d2a",
	"amz-sdk-request": "attempt=1; max=3",
	"x-amz-user-agent": "aws-sdk-js/3.1164.0",
	"x-amz-date": "20260101T000000Z",
	"x-amz-content-sha256":
		"0d1e2a55c9f1f7a1c3f2b6d4e8907a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f",
	authorization:
		"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/bedrock/aws4_request, " +
		"SignedHeaders=accept;amz-sdk-invocation-id;amz-sdk-request;content-type;host;user-agent;x-amz-content-sha256;x-amz-date, " +
		"Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
};
