import { readFaults } from "../faults/fault.ts";
import type { Faults } from "../faults/faults.ts";
import { writeJson } from "../http/router.ts";
import { answering, namespaceOf, readJsonBody } from "./body.ts";
import type { ApiRow } from "./row.ts";

const path = "/_outcrop/api/faults";
const namespace =
	"Only this namespace; the header x-outcrop-namespace says the same";

/** Failures on purpose: add, list, remove. */
export function faultRoutes({ faults }: { faults: Faults }): ApiRow[] {
	return [
		{
			method: "GET",
			path,
			summary: "Faults, oldest first, with how many calls each has hit",
			query: { namespace },
			answer: (request) =>
				writeJson({ faults: faults.list(namespaceOf(request)) }),
		},
		{
			method: "POST",
			path,
			summary:
				"Adds a fault, or a list of them: JSON, or text such as throttlingException; times=1",
			query: { namespace },
			body: {
				type: "object",
				examples: [{ throw: "ThrottlingException", times: 1 }],
			},
			answer: (request) =>
				answering(async () => {
					const specs = readFaults(await readJsonBody(request, true));
					const ids = specs.map((spec) =>
						faults.add(spec, namespaceOf(request)),
					);
					return writeJson({ ids }, 201);
				}),
		},
		{
			method: "DELETE",
			path,
			summary: "Removes the faults of a namespace, or all",
			query: { namespace },
			answer(request) {
				const removed = faults.list(namespaceOf(request));
				for (const { id } of removed) faults.remove(id);
				return writeJson({ removed: removed.length });
			},
		},
		{
			method: "DELETE",
			path: `${path}/{id}`,
			summary: "Removes a fault by its id or name",
			answer: (_request, { id = "" }) =>
				faults.remove(id)
					? writeJson({})
					: writeJson({ message: `There is no fault ${id}.` }, 404),
		},
	];
}
