import { ConfigError } from "../errors.ts";
import { type FaultSpec, readFault } from "../faults/fault.ts";
import { type QuotaSpec, readQuota } from "../faults/quota.ts";
import { readEach, type ValueType, WrongValue } from "./value-type.ts";

/** A list of failures on purpose, or the path of a YAML or JSON file with one. */
export function faultList(): ValueType<FaultSpec[]> {
	return listOf("faults", readFault);
}

/** A list of quotas, or the path of a YAML or JSON file with one. */
export function quotaList(): ValueType<QuotaSpec[]> {
	return listOf("quotas", readQuota);
}

function listOf<Item>(
	what: string,
	readOne: (value: unknown) => Item,
): ValueType<Item[]> {
	return {
		placeholder: "FILE",
		takes: `a list of ${what}, or the path of a YAML or JSON file with one`,
		form: "content",
		show: (items) => (items.length === 0 ? "" : `${items.length} ${what}`),
		read(value) {
			if (!Array.isArray(value)) throw new WrongValue();
			return readEach(value, (item) => {
				try {
					return readOne(item);
				} catch (error) {
					if (!(error instanceof ConfigError)) throw error;
					throw new WrongValue(`: ${error.message}`);
				}
			});
		},
	};
}
