import { ConfigError } from "../errors.ts";
import { type FaultSpec, readFaults } from "../faults/fault.ts";
import { type QuotaSpec, readQuotas } from "../faults/quota.ts";
import { type ValueType, WrongValue } from "./types.ts";

/** A list of failures on purpose, or the path of a YAML or JSON file with one. */
export function faultList(): ValueType<FaultSpec[]> {
	return listOf("faults", readFaults);
}

/** A list of quotas, or the path of a YAML or JSON file with one. */
export function quotaList(): ValueType<QuotaSpec[]> {
	return listOf("quotas", readQuotas);
}

function listOf<Item>(
	what: string,
	readAll: (value: unknown) => Item[],
): ValueType<Item[]> {
	return {
		placeholder: "FILE",
		takes: `a list of ${what}, or the path of a YAML or JSON file with one`,
		form: "content",
		show: (items) => (items.length === 0 ? "" : `${items.length} ${what}`),
		read(value) {
			if (!Array.isArray(value)) throw new WrongValue();
			try {
				return readAll(value);
			} catch (error) {
				if (!(error instanceof ConfigError)) throw error;
				throw new WrongValue(`: ${error.message}`);
			}
		},
	};
}
