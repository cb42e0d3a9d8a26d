import { services } from "../../src/services/index.ts";

/** Every operation of every service: what is built, and what `--compat floci` answers. */
export function operationsPage(): string {
	const lines = [
		"# Operations",
		"",
		"Generated from the service descriptions and the handlers by `npm run docs`.",
		"",
		"- **done**: answers as AWS does.",
		"- **501**: described (routed, named), not built; answers 501 `UnsupportedOperationException` with its name.",
	];
	for (const service of services) {
		lines.push(
			"",
			`## ${service.description.service.sdkId} (\`${service.name}\`)`,
			"",
		);
		lines.push(
			"| operation | request | default and `--strict` | `--compat floci` |",
			"| --- | --- | --- | --- |",
		);
		for (const operation of service.description.operations.values()) {
			const built = service.handlers[operation.name] ? "done" : "501";
			const floci = flociState(
				service.flociHandlers[operation.name] !== undefined,
				operation.name,
			);
			lines.push(
				`| ${operation.name} | \`${operation.method} ${operation.uri}\` | ${built} | ${floci} |`,
			);
		}
	}
	return `${lines.join("\n")}\n`;
}

function flociState(built: boolean, name: string): string {
	return built && !name.includes("Stream") ? "done" : "501";
}
