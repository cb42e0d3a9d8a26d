import { expect, test } from "vitest";
import { startOutcrop, type TestOutcrop } from "../support/outcrop.ts";
import { converse, failure } from "./client.ts";

async function api(
	outcrop: TestOutcrop,
	method: string,
	path: string,
	body?: string,
	headers: Record<string, string> = {},
): Promise<{ status: number; json: Record<string, unknown> }> {
	const response = await fetch(`${outcrop.url}/_outcrop/api/${path}`, {
		method,
		headers,
		...(body !== undefined && { body }),
	});
	const json = (await response.json()) as Record<string, unknown>;
	return { status: response.status, json };
}

test("one plain POST makes the next call fail", async () => {
	await using outcrop = await startOutcrop();
	const added = await api(
		outcrop,
		"POST",
		"faults",
		'{ "throw": "ThrottlingException", "times": 1, "message": "Slow down" }',
		{ "content-type": "application/x-www-form-urlencoded" },
	);
	expect(added).toEqual({ status: 201, json: { ids: ["fault-1"] } });
	const seen = await failure(outcrop.client().send(converse()));
	expect([seen.name, seen.message]).toEqual([
		"ThrottlingException",
		"Slow down",
	]);
	const { json } = await api(outcrop, "GET", "faults");
	expect(json.faults).toMatchObject([
		{ id: "fault-1", hits: 1, spec: { throw: "ThrottlingException" } },
	]);
});

test("a POST may be the short form, or a list", async () => {
	await using outcrop = await startOutcrop();
	await api(outcrop, "POST", "faults", "cut; after=3");
	const added = await api(
		outcrop,
		"POST",
		"faults",
		'[{ "break": "stall" }, "delay=400ms"]',
	);
	expect(added.json.ids).toEqual(["fault-2", "fault-3"]);
});

test("a fault that cannot be read answers 400 and says why", async () => {
	await using outcrop = await startOutcrop();
	expect(await api(outcrop, "POST", "faults", '{ "break": "cat" }')).toEqual({
		status: 400,
		json: {
			message:
				'A fault: break takes one of cut, reset, goaway, stall, drip, wrongCrc, wrongLength, truncatedJson, not "cat".',
		},
	});
	const broken = await api(outcrop, "POST", "faults", "{");
	expect(broken.status).toBe(400);
	expect(broken.json.message).toMatch(/^The body is no JSON \(/u);
});

test("the header x-outcrop-namespace keeps a fault to its namespace", async () => {
	await using outcrop = await startOutcrop();
	const headers = { "x-outcrop-namespace": "a" };
	await api(outcrop, "POST", "faults", "throttlingException", headers);
	const reply = await outcrop.client().send(converse());
	expect(reply.stopReason).toBe("end_turn");
	await api(outcrop, "DELETE", "faults", undefined, headers);
	expect((await api(outcrop, "GET", "faults")).json).toEqual({ faults: [] });
});

test("faults are removed one by one, or all", async () => {
	await using outcrop = await startOutcrop();
	await api(outcrop, "POST", "faults", '["cut", "cut", "cut"]');
	expect(await api(outcrop, "DELETE", "faults/fault-1")).toEqual({
		status: 200,
		json: {},
	});
	expect(await api(outcrop, "DELETE", "faults/fault-1")).toEqual({
		status: 404,
		json: { message: "There is no fault fault-1." },
	});
	expect((await api(outcrop, "DELETE", "faults")).json).toEqual({ removed: 2 });
});

test("a quota is set, read with its meters, and removed", async () => {
	await using outcrop = await startOutcrop();
	await api(
		outcrop,
		"POST",
		"quotas",
		'{ "name": "small", "requestsPerMinute": 1 }',
	);
	const client = outcrop.client();
	await client.send(converse());
	expect((await failure(client.send(converse()))).name).toBe(
		"ThrottlingException",
	);
	const { json } = await api(outcrop, "GET", "quotas");
	expect(json.quotas).toMatchObject([
		{
			id: "quota-1",
			spec: { name: "small", requestsPerMinute: 1 },
			meters: [{ requestsThisMinute: 1, throttled: 1, running: 0 }],
		},
	]);
	await api(outcrop, "DELETE", "quotas/small");
	expect((await client.send(converse())).stopReason).toBe("end_turn");
});

test("the clock is moved by a POST, and quotas with it", async () => {
	await using outcrop = await startOutcrop({
		quotas: [{ requestsPerMinute: 1 }],
	});
	const client = outcrop.client();
	await client.send(converse());
	const moved = await api(outcrop, "POST", "clock", '{ "advance": "60s" }');
	expect(moved.json.aheadMs).toBe(60_000);
	expect((await client.send(converse())).stopReason).toBe("end_turn");
	expect((await api(outcrop, "DELETE", "clock")).json.aheadMs).toBe(0);
});

test.each([
	["{}", 'The clock was not told how far to move. Send { "advance": "60s" }.'],
	[
		'{ "advance": "soon" }',
		'The clock: advance takes a time such as 400ms, 1.5s or 2m, not "soon".',
	],
	["", "The request has no body. Send JSON."],
])("a clock told %j answers 400 and says why", async (body, message) => {
	await using outcrop = await startOutcrop();
	expect(await api(outcrop, "POST", "clock", body)).toEqual({
		status: 400,
		json: { message },
	});
});

test("a reset takes faults, quotas and moved time away", async () => {
	await using outcrop = await startOutcrop();
	await api(outcrop, "POST", "faults", "cut");
	await api(outcrop, "POST", "quotas", '{ "concurrency": 0 }');
	await api(outcrop, "POST", "clock", '{ "advance": "1h" }');
	await api(outcrop, "POST", "reset");
	expect((await api(outcrop, "GET", "faults")).json).toEqual({ faults: [] });
	expect((await api(outcrop, "GET", "quotas")).json).toEqual({ quotas: [] });
	expect((await api(outcrop, "GET", "clock")).json.aheadMs).toBe(0);
});
