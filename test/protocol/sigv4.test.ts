import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { HttpRequest } from "../../src/http/message.ts";
import {
	Identities,
	readIdentity,
	unsignedQuery,
} from "../../src/protocol/sigv4.ts";

const anonymous = {
	kind: "anonymous",
	accessKeyId: "",
	accountId: "000000000000",
	region: "us-east-1",
};

function request(headers: Record<string, string>, query = ""): HttpRequest {
	return {
		method: "POST",
		path: "/model/m/converse",
		query,
		headers,
		httpVersion: "1.1",
		remoteAddress: "127.0.0.1",
		body: async () => Buffer.alloc(0),
		signal: new AbortController().signal,
	};
}

function identityOf(authorization: string) {
	return readIdentity(request({ authorization }), "us-east-1");
}

test("a signed call belongs to the key and region of its credential", () => {
	const identity = identityOf(
		"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261001/eu-west-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date, Signature=00",
	);
	expect(identity).toEqual({
		kind: "sigv4",
		accessKeyId: "AKIAIOSFODNN7EXAMPLE",
		accountId: "000000000000",
		region: "eu-west-1",
	});
});

test("the parts of a signed header may follow each other without spaces and in any order", () => {
	const identity = identityOf(
		"AWS4-HMAC-SHA256 SignedHeaders=host,Signature=00,Credential=test/20261001/eu-west-1/bedrock/aws4_request",
	);
	expect(identity).toMatchObject({
		kind: "sigv4",
		accessKeyId: "test",
		region: "eu-west-1",
	});
});

test("an access key id of 12 digits is the account", () => {
	const identity = identityOf(
		"AWS4-HMAC-SHA256 Credential=123456789012/20261001/eu-west-1/bedrock/aws4_request, SignedHeaders=host, Signature=00",
	);
	expect(identity.accountId).toBe("123456789012");
});

test("an access key id of 13 digits is no account", () => {
	const identity = identityOf(
		"AWS4-HMAC-SHA256 Credential=1234567890123/20261001/eu-west-1/bedrock/aws4_request, SignedHeaders=host, Signature=00",
	);
	expect(identity).toMatchObject({
		accessKeyId: "1234567890123",
		accountId: "000000000000",
	});
});

test("a credential without a scope calls from the default region", () => {
	const identity = identityOf(
		"AWS4-HMAC-SHA256 Credential=test, SignedHeaders=host, Signature=00",
	);
	expect(identity).toMatchObject({
		kind: "sigv4",
		accessKeyId: "test",
		region: "us-east-1",
	});
});

test("a region that could not be one is not repeated", () => {
	const identity = identityOf(
		"AWS4-HMAC-SHA256 Credential=test/20261001/<script>/bedrock/aws4_request, SignedHeaders=host, Signature=00",
	);
	expect(identity).toMatchObject({ accessKeyId: "test", region: "us-east-1" });
});

test("a signed header without a credential is anonymous", () => {
	expect(
		identityOf("AWS4-HMAC-SHA256 SignedHeaders=host, Signature=00"),
	).toEqual(anonymous);
});

test("another scheme is anonymous", () => {
	expect(
		identityOf("Basic Credential=test/20261001/eu-west-1/bedrock/aws4_request"),
	).toEqual(anonymous);
});

test("a call without any credential is anonymous", () => {
	expect(readIdentity(request({}), "us-east-1")).toEqual(anonymous);
});

test("a presigned call belongs to the key and region in its query", () => {
	const query =
		"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=123456789012%2F20261001%2Feu-west-1%2Fbedrock%2Faws4_request&X-Amz-Date=20261001T120000Z";
	expect(readIdentity(request({}, query), "us-east-1")).toEqual({
		kind: "presigned",
		accessKeyId: "123456789012",
		accountId: "123456789012",
		region: "eu-west-1",
	});
});

test("a presigned call may leave the slashes as they are", () => {
	const query = "X-Amz-Credential=test/20261001/eu-west-1/bedrock/aws4_request";
	expect(readIdentity(request({}, query), "us-east-1")).toMatchObject({
		kind: "presigned",
		accessKeyId: "test",
		region: "eu-west-1",
	});
});

test("a presigned credential with a broken escape is anonymous", () => {
	expect(
		readIdentity(request({}, "X-Amz-Credential=%zz%2F20261001"), "us-east-1"),
	).toEqual(anonymous);
});

test("an access key id that is too long to be one is anonymous", () => {
	const id = "A".repeat(129);
	expect(
		identityOf(
			`AWS4-HMAC-SHA256 Credential=${id}/20261001/eu-west-1/bedrock/aws4_request`,
		),
	).toEqual(anonymous);
	expect(
		readIdentity(request({}, `X-Amz-Credential=${id}%2F20261001`), "us-east-1"),
	).toEqual(anonymous);
});

test("a query of other parameters is anonymous", () => {
	expect(
		readIdentity(
			request({}, "maxResults=3&Not-X-Amz-Credential=a"),
			"us-east-1",
		),
	).toEqual(anonymous);
});

test("a long-term API key calls from the default region", () => {
	expect(identityOf("Bearer ABSKQmVkcm9ja0FQSUtleQ==")).toEqual({
		...anonymous,
		kind: "bearer",
	});
});

// Made by @aws/bedrock-token-generator 1.1.0 with the clock at 2026-10-01T12:00:00Z and AWS's example key (observed).
test("a short-term API key of the JS generator belongs to the key and region that signed it", () => {
	const identity = identityOf(
		"Bearer bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29tLz9BY3Rpb249Q2FsbFdpdGhCZWFyZXJUb2tlbiZYLUFtei1BbGdvcml0aG09QVdTNC1ITUFDLVNIQTI1NiZYLUFtei1DcmVkZW50aWFsPUFLSUFJT1NGT0ROTjdFWEFNUExFJTJGMjAyNjEwMDElMkZldS13ZXN0LTElMkZiZWRyb2NrJTJGYXdzNF9yZXF1ZXN0JlgtQW16LURhdGU9MjAyNjEwMDFUMTIwMDAwWiZYLUFtei1FeHBpcmVzPTQzMjAwJlgtQW16LVNpZ25hdHVyZT02MzEzYmNjYjNhODcwOTI0NGFiNjY0ZWVhMjI2OTU3MjcwNjQzMDFjMTY0YWYwYjNhYzQ5YjRiOWM3YWE5MjFlJlgtQW16LVNpZ25lZEhlYWRlcnM9aG9zdCZWZXJzaW9uPTE=",
	);
	expect(identity).toEqual({
		kind: "bearer",
		accessKeyId: "AKIAIOSFODNN7EXAMPLE",
		accountId: "000000000000",
		region: "eu-west-1",
	});
});

test("a short-term API key that holds something else is still an API key", () => {
	expect(identityOf("Bearer bedrock-api-key-aGVsbG8=")).toEqual({
		...anonymous,
		kind: "bearer",
	});
});

test("a short-term API key for another host names nobody", () => {
	// Holds bedrock.amazonaws.org/?X-Amz-Credential=test/20261001/eu-west-1/bedrock/aws4_request
	const key =
		"bedrock-api-key-YmVkcm9jay5hbWF6b25hd3Mub3JnLz9YLUFtei1DcmVkZW50aWFsPXRlc3QvMjAyNjEwMDEvZXUtd2VzdC0xL2JlZHJvY2svYXdzNF9yZXF1ZXN0";
	expect(identityOf(`Bearer ${key}`)).toEqual({ ...anonymous, kind: "bearer" });
});

test("an empty API key is still an API key", () => {
	expect(identityOf("Bearer ")).toEqual({ ...anonymous, kind: "bearer" });
});

const signedBy = (keyId: string, region: string) => ({
	authorization: `AWS4-HMAC-SHA256 Credential=${keyId}/20261001/${region}/bedrock/aws4_request, SignedHeaders=host, Signature=0`,
});

test("the same caller has the same identity, and another region or kind has another", () => {
	const identities = new Identities("us-east-1");
	const of = (keyId: string, region: string) =>
		identities.of(request(signedBy(keyId, region)));
	const first = of("AKIAIOSFODNN7EXAMPLE", "eu-west-1");
	expect(of("AKIAIOSFODNN7EXAMPLE", "eu-west-1")).toBe(first);
	expect(of("AKIAIOSFODNN7EXAMPLE", "us-west-2").region).toBe("us-west-2");
	expect(of("", "us-west-2").kind).toBe("anonymous");
	expect(identities.of(request({ authorization: "Bearer key" })).kind).toBe(
		"bearer",
	);
	expect(identities.of(request({}))).toEqual(anonymous);
});

test("callers past those that are remembered are told apart as well", () => {
	const identities = new Identities("us-east-1");
	for (let at = 0; at < 2500; at++)
		expect(
			identities.of(request(signedBy(`AKIA${at}`, "us-east-1"))).accessKeyId,
		).toBe(`AKIA${at}`);
});

test("a caller who is remembered does not hold the header that named them in memory", () => {
	setFlagsFromString("--expose-gc");
	const collectGarbage: () => void = runInNewContext("gc");
	const identities = new Identities("us-east-1");
	const callers = 900;
	const headerBytes = 100_000;
	collectGarbage();
	const before = process.memoryUsage().heapUsed;
	for (let at = 0; at < callers; at++) {
		const { authorization } = signedBy(`AKIAIOSFODNN7${at}`, "ap-southeast-1");
		const header = authorization + "0".repeat(headerBytes);
		identities.of(request({ authorization: header }));
	}
	collectGarbage();
	const held = process.memoryUsage().heapUsed - before;
	expect(held).toBeLessThan((callers * headerBytes) / 4);
});

test("a query loses what signs it and keeps the rest as it came", () => {
	expect(
		unsignedQuery(
			"maxResults=5&X-Amz-Algorithm=AWS4-HMAC-SHA256&x=%2F&X-Amz-Security-Token=secret&X-Amz-Signature=0",
		),
	).toBe("maxResults=5&x=%2F");
	expect(unsignedQuery("")).toBe("");
});
