import { ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { startOutcrop } from "../support/outcrop.ts";
import { relayTo, temporaryFolder } from "./support.ts";

const modelId = "amazon.nova-lite-v1:0";

async function recorded(folder: string) {
	await using real = await startOutcrop();
	await using outcrop = await startOutcrop(
		{ record: folder },
		{ engines: [relayTo(() => real.url)] },
	);
	await outcrop.client().send(
		new ConverseCommand({
			modelId,
			messages: [{ role: "user", content: [{ text: "Hello" }] }],
		}),
	);
}

async function api(url: string, path: string, method = "GET") {
	const response = await fetch(`${url}/_outcrop/api/recordings${path}`, {
		method,
	});
	return { status: response.status, json: (await response.json()) as unknown };
}

test("recordings are listed, shown, made a script and deleted over HTTP", async () => {
	using folder = temporaryFolder();
	await recorded(folder.path);
	const [file = ""] = folder.files();
	await using outcrop = await startOutcrop({ replay: folder.path });
	expect(await api(outcrop.url, "")).toEqual({
		status: 200,
		json: {
			folder: folder.path,
			mode: "none",
			cassettes: [
				expect.objectContaining({
					file,
					operation: "Converse",
					model: modelId,
					firstWords: "Hello",
					changes: [],
				}),
			],
		},
	});
	expect(await api(outcrop.url, `/${encodeURIComponent(file)}`)).toMatchObject({
		status: 200,
		json: {
			file,
			changes: [],
			cassette: {
				request: { operation: "Converse" },
				response: { status: 200 },
			},
		},
	});
	expect(await api(outcrop.url, "/script")).toMatchObject({
		json: { text: expect.stringContaining("operation: Converse"), left: [] },
	});
	const only = (name: string) =>
		api(outcrop.url, `/script?${new URLSearchParams({ file: name })}`);
	expect(await only(file)).toMatchObject({
		json: { text: expect.stringContaining("operation: Converse") },
	});
	expect(await only("other.yaml")).toEqual({
		status: 404,
		json: { message: "There is no cassette other.yaml." },
	});
	expect(await api(outcrop.url, `/${file}`, "DELETE")).toMatchObject({
		status: 200,
	});
	expect(folder.files()).toEqual([]);
	expect(await api(outcrop.url, `/${file}`)).toEqual({
		status: 404,
		json: { message: `There is no cassette ${file}.` },
	});
});

test("no file outside the folder can be named", async () => {
	using folder = temporaryFolder();
	await recorded(folder.path);
	await using outcrop = await startOutcrop({ replay: folder.path });
	const { status } = await api(
		outcrop.url,
		`/${encodeURIComponent("../secret.yaml")}`,
		"DELETE",
	);
	expect(status).toBe(404);
});

test("without recordings the routes say how to have some", async () => {
	await using outcrop = await startOutcrop();
	expect(await api(outcrop.url, "")).toEqual({
		status: 409,
		json: {
			message:
				"Nothing is recorded or replayed. Start Outcrop with --record DIR or --replay DIR.",
		},
	});
});
