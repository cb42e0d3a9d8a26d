import { readQuotas } from "../faults/quota.ts";
import type { Quotas } from "../faults/quotas.ts";
import { writeJson } from "../http/router.ts";
import { answering, namespaceOf, readJsonBody } from "./body.ts";
import type { ApiRow } from "./row.ts";

const path = "/_outcrop/api/quotas";
const namespace =
	"Only this namespace; the header x-outcrop-namespace says the same";

/** Quotas: set, list with what is used of them, remove. */
export function quotaRoutes({ quotas }: { quotas: Quotas }): ApiRow[] {
	return [
		{
			method: "GET",
			path,
			summary: "Quotas, with what is used of each now",
			query: { namespace },
			answer: (request) =>
				writeJson({ quotas: quotas.list(namespaceOf(request)) }),
		},
		{
			method: "POST",
			path,
			summary: "Sets a quota, or a list of them",
			query: { namespace },
			body: {
				type: "object",
				examples: [{ model: "anthropic.*", requestsPerMinute: 60 }],
			},
			answer: (request) =>
				answering(async () => {
					const specs = readQuotas(await readJsonBody(request));
					const ids = specs.map((spec) =>
						quotas.set(spec, namespaceOf(request)),
					);
					return writeJson({ ids }, 201);
				}),
		},
		{
			method: "DELETE",
			path,
			summary: "Removes the quotas of a namespace, or all",
			query: { namespace },
			answer(request) {
				const removed = quotas.list(namespaceOf(request));
				for (const { id } of removed) quotas.remove(id);
				return writeJson({ removed: removed.length });
			},
		},
		{
			method: "DELETE",
			path: `${path}/{id}`,
			summary: "Removes a quota by its id or name",
			answer: (_request, { id = "" }) =>
				quotas.remove(id)
					? writeJson({})
					: writeJson({ message: `There is no quota ${id}.` }, 404),
		},
	];
}
