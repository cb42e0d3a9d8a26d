import { expect, test } from "vitest";
import { resolveConfig } from "../../src/resolve-config.ts";
import { refusal, resolve } from "./resolve.ts";

const keys = `
- accessKeyId: AKIAIOSFODNN7EXAMPLE
  secretAccessKey: wJalr
- accessKeyId: ASIA
  secretAccessKey: s
  sessionToken: t
- bearerToken: bedrock-api-key-x
`;

const readKeys = {
	credentials: new Map([
		[
			"AKIAIOSFODNN7EXAMPLE",
			{
				accessKeyId: "AKIAIOSFODNN7EXAMPLE",
				secretAccessKey: "wJalr",
				sessionToken: undefined,
			},
		],
		["ASIA", { accessKeyId: "ASIA", secretAccessKey: "s", sessionToken: "t" }],
	]),
	bearerKeys: new Set(["bedrock-api-key-x"]),
};

test.each(["outcrop.yaml", "outcrop.yml"])(
	"%s in the working folder is read",
	async (name) => {
		const config = await resolve({ files: { [name]: "port: 1" } });
		expect(config).toMatchObject({ port: 1, config: `/project/${name}` });
	},
);

test("outcrop.json in the working folder is read", async () => {
	expect(
		(await resolve({ files: { "outcrop.json": '{"port": 1}' } })).port,
	).toBe(1);
});

test("a folder in the place of outcrop.yaml stops the start", async () => {
	const readFile = async () => {
		throw Object.assign(new Error("EISDIR"), { code: "EISDIR" });
	};
	const given = { argv: [], env: {}, cwd: "/project", readFile };
	await expect(resolveConfig(given)).rejects.toThrow(
		"The configuration: outcrop.yaml is a folder, not a file.",
	);
});

test("--config names another file", async () => {
	const files = { "outcrop.yaml": "port: 1", "other.yaml": "port: 2" };
	expect(
		await resolve({ files, argv: ["--config", "other.yaml"] }),
	).toMatchObject({
		port: 2,
		config: "/project/other.yaml",
	});
});

test("--config wins over OUTCROP_CONFIG", async () => {
	const files = { "a.yaml": "port: 1", "b.yaml": "port: 2" };
	expect(
		(
			await resolve({
				files,
				env: { OUTCROP_CONFIG: "a.yaml" },
				argv: ["--config=b.yaml"],
			})
		).port,
	).toBe(2);
});

test("a file that --config names has to be there", async () => {
	expect(await refusal({ argv: ["--config", "nix.yaml"] })).toBe(
		"--config: there is no file nix.yaml.",
	);
});

test("an empty file changes nothing", async () => {
	expect(
		(await resolve({ files: { "outcrop.yaml": "# nothing yet\n" } })).port,
	).toBe(4566);
});

test("keys may be written in kebab-case", async () => {
	expect(
		(await resolve({ files: { "outcrop.yaml": "max-body-bytes: 1MB" } }))
			.maxBodyBytes,
	).toBe(1_000_000);
});

test("tls may be a group", async () => {
	const files = {
		"outcrop.yaml": "tls: { enabled: true, cert: c.pem, key: k.pem }",
		"c.pem": "-",
		"k.pem": "-",
	};
	expect(await resolve({ files })).toMatchObject({
		tls: true,
		tlsCert: "/project/c.pem",
		tlsKey: "/project/k.pem",
	});
});

test("tls may be a switch", async () => {
	expect((await resolve({ files: { "outcrop.yaml": "tls: true" } })).tls).toBe(
		true,
	);
});

test("an unknown member of a group is answered with the nearest one", async () => {
	expect(await refusal({ files: { "outcrop.yaml": "tls:\n  crt: x" } })).toBe(
		"outcrop.yaml:2:3: unknown key tls.crt. Did you mean tls.cert? See outcrop --help.",
	);
});

test("an option that is said twice is refused", async () => {
	expect(
		await refusal({
			files: { "outcrop.yaml": "firstTokenMs: 1\nfirst-token-ms: 2" },
		}),
	).toBe(
		"outcrop.yaml:2:1: first-token-ms says again what outcrop.yaml:1:1: firstTokenMs says. Keep one of them.",
	);
});

test("a list may be a YAML list", async () => {
	const files = { "outcrop.yaml": "allowedHosts: [a.test, b.test]" };
	expect((await resolve({ files })).allowedHosts).toEqual(["a.test", "b.test"]);
});

test("engines are a list of names, some with the models that they are for", async () => {
	const files = {
		"outcrop.yaml":
			"engines:\n  - script\n  - { engine: openai, models: [anthropic.*, amazon.nova-*] }\n  - stub",
	};
	expect((await resolve({ files })).engine).toEqual([
		{ name: "script", models: [] },
		{ name: "openai", models: ["anthropic.*", "amazon.nova-*"] },
		{ name: "stub", models: [] },
	]);
});

test.each([
	["engines: [stubb]", "there is no engine stubb. Did you mean stub?"],
	[
		"engines: [{ engine: stub, model: x }]",
		"an engine has no model. It has engine and models.",
	],
	[
		"engines: [{ engine: stub, models: [1] }]",
		"models takes patterns of model ids such as anthropic.*.",
	],
])("%s is refused", async (text, problem) => {
	expect(await refusal({ files: { "outcrop.yaml": text } })).toBe(
		`outcrop.yaml:1:11: engines: ${problem}`,
	);
});

test("a path in a file starts at the file's folder", async () => {
	const files = {
		"/etc/outcrop/outcrop.yaml": "keys: keys.yaml",
		"/etc/outcrop/keys.yaml": keys,
	};
	expect(
		(await resolve({ files, argv: ["--config", "/etc/outcrop/outcrop.yaml"] }))
			.keys,
	).toEqual(readKeys);
});

test("keys may stand in the file", async () => {
	const files = { "outcrop.yaml": `keys:${keys.replaceAll("\n", "\n  ")}` };
	expect((await resolve({ files })).keys).toEqual(readKeys);
});

test("--keys names a file of keys", async () => {
	expect(
		(
			await resolve({
				files: { "keys.yaml": keys },
				argv: ["--keys", "keys.yaml"],
			})
		).keys,
	).toEqual(readKeys);
});

test("OUTCROP_KEYS names a file of keys", async () => {
	const config = await resolve({
		files: { "keys.json": '[{"bearerToken": "b"}]' },
		env: { OUTCROP_KEYS: "keys.json" },
	});
	expect(config.keys).toEqual({
		credentials: new Map(),
		bearerKeys: new Set(["b"]),
	});
});

test.each([
	[
		"- accessKeyId: a",
		"keys.yaml:1:3: key 1 takes accessKeyId and secretAccessKey (and sessionToken), or bearerToken alone.",
	],
	[
		"- accessKeyId: 000000000000",
		"keys.yaml:1:3: accessKeyId of key 1 takes text. Put numbers in quotes.",
	],
	[
		"- { bearerToken: topsecret, accessKeyId: a, secretAccessKey: topsecret }",
		"keys.yaml:1:3: key 1 takes accessKeyId and secretAccessKey (and sessionToken), or bearerToken alone.",
	],
	[
		"topsecret",
		"keys.yaml takes a list of keys, or the path of a YAML or JSON file with one.",
	],
])("keys %s are refused without showing them", async (text, message) => {
	expect(
		await refusal({
			files: { "keys.yaml": text },
			argv: ["--keys", "keys.yaml"],
		}),
	).toBe(message);
});

test("two keys of one id are refused", async () => {
	const key = "- { accessKeyId: a, secretAccessKey: b }\n";
	expect(
		await refusal({
			files: { "keys.yaml": key + key },
			argv: ["--keys", "keys.yaml"],
		}),
	).toBe("keys.yaml:2:3: key 2 has the accessKeyId of an earlier key.");
});

test("checking signatures without any key is refused", async () => {
	expect(await refusal({ argv: ["--verify-signatures"] })).toBe(
		"--verify-signatures has no keys to check with. List some in a file and name it with --keys.",
	);
});

test("a file that is not YAML is refused with the place", async () => {
	expect(
		await refusal({ files: { "outcrop.yaml": "port: 1\nhost: [a\n" } }),
	).toMatch(/^outcrop\.yaml:3:1: .+\.$/u);
});

test("a file that is not JSON is refused with the place", async () => {
	expect(
		await refusal({ files: { "outcrop.json": '{"port": 1,\n "host" "x"}' } }),
	).toMatch(/^outcrop\.json:2:9: .+\.$/u);
});

test("a file that holds no mapping is refused", async () => {
	expect(await refusal({ files: { "outcrop.yaml": "- port" } })).toBe(
		'outcrop.yaml takes a mapping of options, such as "port: 4566".',
	);
});

test("aliases that expand without end are refused", async () => {
	const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
	for (let level = 1; level < 9; level++)
		lines.push(`a${level}: &a${level} [${`*a${level - 1}, `.repeat(9)}]`);
	expect(
		await refusal({ files: { "outcrop.yaml": lines.join("\n") } }),
	).toContain("alias");
});
