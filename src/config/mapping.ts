import { isObject } from "../json.ts";
import { hintFor } from "../nearest.ts";
import { camelCase } from "./option.ts";
import { readAs, type ValueType, WrongValue } from "./value-type.ts";

/** A mapping of known members, each of a type of its own; dashes in their names are as good as capitals. */
export function mapping(
	types: Record<string, ValueType<unknown>>,
): ValueType<Record<string, unknown>> {
	const names = Object.keys(types);
	return {
		placeholder: "{ … }",
		takes: `a mapping with ${names.slice(0, 3).join(", ")} or others`,
		form: "plain",
		show: () => "",
		read(value) {
			if (!isObject(value)) throw new WrongValue();
			const wrong: string[] = [];
			let place: WrongValue["path"] | undefined;
			const read: Record<string, unknown> = {};
			for (const [key, member] of Object.entries(value)) {
				const name = camelCase(key);
				const type = Object.hasOwn(types, name) ? types[name] : undefined;
				if (type) {
					const label = (path: WrongValue["path"]) => {
						place ??= [key, ...path];
						return key;
					};
					read[name] = readAs(type, member, label, (problem) =>
						wrong.push(problem),
					);
					continue;
				}
				place ??= [key];
				wrong.push(`There is no member ${key}.${hintFor(name, names)}`);
			}
			if (wrong.length > 0) throw new WrongValue(`: ${wrong.join(" ")}`, place);
			return read;
		},
	};
}
