import type { ConverseCommandOutput } from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { startOutcrop } from "../support/outcrop.ts";

async function api(
	url: string,
	method: string,
	path: string,
	body?: unknown,
): Promise<{ status: number; json: Record<string, unknown> }> {
	const response = await fetch(`${url}/_outcrop/api/scripts${path}`, {
		method,
		...(body !== undefined && {
			body: typeof body === "string" ? body : JSON.stringify(body),
		}),
	});
	return {
		status: response.status,
		json: (await response.json()) as Record<string, unknown>,
	};
}

async function ask(url: string, text: string, namespace = "a") {
	const response = await fetch(`${url}/model/amazon.nova-lite-v1:0/converse`, {
		method: "POST",
		headers: {
			"content-type": "application/json",
			"x-outcrop-namespace": namespace,
		},
		body: JSON.stringify({
			messages: [{ role: "user", content: [{ text }] }],
		}),
	});
	const { output } = (await response.json()) as ConverseCommandOutput;
	return output?.message?.content?.[0]?.text;
}

test("rules are added for a namespace and listed with how often they answered", async () => {
	await using outcrop = await startOutcrop();
	const added = await api(outcrop.url, "POST", "?namespace=a", [
		{ name: "yes", when: { user: "hello" }, text: "Yes." },
	]);
	expect(added.status).toBe(201);

	expect(await ask(outcrop.url, "hello")).toBe("Yes.");
	expect(await ask(outcrop.url, "hello", "b")).not.toBe("Yes.");

	const { json } = await api(outcrop.url, "GET", "?namespace=a");
	expect(json.rules).toMatchObject([
		{ name: "yes", namespace: "a", id: added.json.id, answered: 1 },
	]);
});

test("PUT takes the place of what was added for the namespace", async () => {
	await using outcrop = await startOutcrop();
	await api(outcrop.url, "POST", "?namespace=a", [{ text: "Old." }]);
	await api(outcrop.url, "POST", "", [{ text: "For all." }]);
	await api(outcrop.url, "PUT", "?namespace=a", { replies: [] });

	expect(await ask(outcrop.url, "hello")).toBe("For all.");
});

test("PUT of rules that cannot work leaves the others as they were", async () => {
	await using outcrop = await startOutcrop();
	await api(outcrop.url, "POST", "", [{ text: "Good." }]);

	const { status } = await api(outcrop.url, "PUT", "", [{ when: {} }]);

	expect(status).toBe(400);
	expect(await ask(outcrop.url, "hello")).toBe("Good.");
});

test("rules are removed by their id, and by their namespace", async () => {
	await using outcrop = await startOutcrop();
	const { json } = await api(outcrop.url, "POST", "", [{ text: "One." }]);
	await api(outcrop.url, "POST", "?namespace=a", [{ text: "Two." }]);

	expect((await api(outcrop.url, "DELETE", "?namespace=a")).json).toEqual({
		removed: 1,
	});
	expect(await ask(outcrop.url, "hello")).toBe("One.");

	expect((await api(outcrop.url, "DELETE", `/${json.id}`)).status).toBe(200);
	expect(await ask(outcrop.url, "hello")).not.toBe("One.");
	expect((await api(outcrop.url, "DELETE", `/${json.id}`)).json).toEqual({
		message: `There are no rules ${json.id}.`,
	});
});

test("a script that cannot be loaded is refused with its problems", async () => {
	await using outcrop = await startOutcrop();

	const { status, json } = await api(outcrop.url, "POST", "", [
		{ when: { usr: "hello" }, text: "Never." },
	]);

	expect(status).toBe(400);
	expect(json.message).toMatch(/usr/);
	expect(json.problems).toMatchObject([{ severity: "error" }]);
});

test("check says what is wrong with a script and loads nothing", async () => {
	await using outcrop = await startOutcrop();

	const wrong = await api(
		outcrop.url,
		"POST",
		"/check",
		"replies:\n  - when:\n      usr: hello\n    text: Never.\n",
	);
	expect(wrong.json.problems).toMatchObject([{ line: 3, severity: "error" }]);

	const linted = await api(
		outcrop.url,
		"POST",
		"/check",
		"replies:\n  - when: { user: /(a/ }\n    text: Hi.\n  - when: { model: nova-lit }\n    text: Hi.\n",
	);
	expect(linted.json.problems).toMatchObject([
		{ line: 2, severity: "error" },
		{ line: 4, severity: "warning" },
	]);

	const right = await api(
		outcrop.url,
		"POST",
		"/check",
		"replies:\n  - text: Hi.\n",
	);
	expect(right.json).toEqual({ problems: [] });
	expect(await ask(outcrop.url, "hello")).not.toBe("Hi.");
});

test("reset forgets added rules", async () => {
	await using outcrop = await startOutcrop();
	await api(outcrop.url, "POST", "", [{ text: "Here." }]);
	await fetch(`${outcrop.url}/_outcrop/api/reset`, { method: "POST" });

	expect(await ask(outcrop.url, "hello")).not.toBe("Here.");
});
