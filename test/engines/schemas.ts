import type { Json } from "../../src/json.ts";

const text = { type: "string" };
const whole = { type: "integer" };

/** The linter takes a literal `then` for a promise. */
const when = (condition: Json, yes: Json, no: Json = true) =>
	JSON.parse(
		`{"if":${JSON.stringify(condition)},"then":${JSON.stringify(yes)},"else":${JSON.stringify(no)}}`,
	);

/** Tool schemas as clients send them: by hand, from pydantic, zod, JSON Schema generators, MCP servers. */
export const schemas: Record<string, Json> = {
	get_weather: {
		type: "object",
		properties: {
			location: {
				type: "string",
				description: "City and state, e.g. San Francisco, CA",
			},
			unit: { type: "string", enum: ["celsius", "fahrenheit"] },
		},
		required: ["location"],
	},
	no_arguments: { type: "object", properties: {} },
	bare_object: { type: "object" },
	closed_object: {
		type: "object",
		properties: {},
		additionalProperties: false,
	},
	top_song: { type: "object", properties: { sign: text }, required: ["sign"] },
	calculator: {
		type: "object",
		properties: { expression: text },
		required: ["expression"],
		additionalProperties: false,
	},
	search: {
		type: "object",
		properties: {
			query: { type: "string", minLength: 3, maxLength: 200 },
			max_results: { type: "integer", minimum: 1, maximum: 50, default: 10 },
			filters: {
				type: "array",
				items: { type: "string", enum: ["web", "news", "images"] },
				uniqueItems: true,
				minItems: 2,
			},
		},
		required: ["query", "filters"],
	},
	pydantic_optional: {
		$schema: "http://json-schema.org/draft-07/schema#",
		title: "Args",
		type: "object",
		properties: {
			name: { title: "Name", type: "string" },
			age: {
				anyOf: [{ type: "integer", exclusiveMinimum: 0 }, { type: "null" }],
				default: null,
				title: "Age",
			},
			tags: {
				anyOf: [{ type: "array", items: text }, { type: "null" }],
				default: null,
			},
		},
		required: ["name"],
	},
	pydantic_refs: {
		$defs: {
			Address: {
				type: "object",
				properties: {
					street: text,
					zip_code: { type: "string", pattern: "^\\d{5}(-\\d{4})?$" },
				},
				required: ["street", "zip_code"],
			},
			Color: { enum: ["red", "green"], type: "string" },
		},
		type: "object",
		properties: {
			address: { $ref: "#/$defs/Address" },
			color: { allOf: [{ $ref: "#/$defs/Color" }], default: "red" },
		},
		required: ["address", "color"],
	},
	pydantic_union: {
		$defs: {
			Cat: {
				type: "object",
				properties: { kind: { const: "cat", type: "string" }, lives: whole },
				required: ["kind", "lives"],
			},
			Dog: {
				type: "object",
				properties: {
					kind: { const: "dog", type: "string" },
					barks: { type: "boolean" },
				},
				required: ["kind"],
			},
		},
		type: "object",
		properties: {
			pet: {
				discriminator: { propertyName: "kind" },
				oneOf: [{ $ref: "#/$defs/Cat" }, { $ref: "#/$defs/Dog" }],
			},
		},
		required: ["pet"],
	},
	zod_strict: {
		$schema: "https://json-schema.org/draft/2020-12/schema",
		type: "object",
		properties: {
			email: {
				type: "string",
				format: "email",
				pattern:
					"^[A-Za-z0-9_'+\\-.]+@[A-Za-z0-9][A-Za-z0-9\\-]*\\.[A-Za-z]{2,}$",
			},
			id: {
				type: "string",
				format: "uuid",
				pattern:
					"^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12})$",
			},
			count: {
				type: "integer",
				minimum: -9007199254740991,
				maximum: 9007199254740991,
			},
			ratio: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
		},
		required: ["email", "id", "count", "ratio"],
		additionalProperties: false,
	},
	zod_record: {
		type: "object",
		properties: {
			labels: {
				type: "object",
				propertyNames: text,
				additionalProperties: text,
			},
		},
		required: ["labels"],
	},
	zod_tuple: {
		type: "object",
		properties: {
			point: {
				type: "array",
				prefixItems: [{ type: "number" }, { type: "number" }],
				items: false,
			},
		},
		required: ["point"],
	},
	draft7_tuple: {
		type: "object",
		properties: {
			pair: {
				type: "array",
				items: [text, whole],
				additionalItems: false,
				minItems: 2,
			},
		},
		required: ["pair"],
	},
	book_flight: {
		type: "object",
		properties: {
			origin: { type: "string", pattern: "^[A-Z]{3}$" },
			destination: { type: "string", pattern: "^[A-Z]{3}$" },
			departure_date: { type: "string", format: "date" },
			passengers: { type: "integer", minimum: 1, maximum: 9 },
			cabin: { enum: ["economy", "business", "first"] },
			budget: { type: "number", multipleOf: 0.01, minimum: 0 },
		},
		required: ["origin", "destination", "departure_date", "passengers"],
	},
	tree: {
		type: "object",
		$defs: {
			node: {
				type: "object",
				properties: {
					value: text,
					children: { type: "array", items: { $ref: "#/$defs/node" } },
				},
				required: ["value", "children"],
			},
		},
		properties: { root: { $ref: "#/$defs/node" } },
		required: ["root"],
	},
	linked_list: {
		type: "object",
		definitions: {
			link: {
				type: "object",
				properties: {
					next: { anyOf: [{ $ref: "#/definitions/link" }, { type: "null" }] },
				},
				required: ["next"],
			},
		},
		properties: { head: { $ref: "#/definitions/link" } },
		required: ["head"],
	},
	expression_tree: {
		type: "object",
		$defs: {
			expr: {
				oneOf: [
					{
						type: "object",
						properties: {
							op: { enum: ["+", "-"] },
							left: { $ref: "#/$defs/expr" },
							right: { $ref: "#/$defs/expr" },
						},
						required: ["op", "left", "right"],
						additionalProperties: false,
					},
					{ type: "number" },
				],
			},
		},
		properties: { expr: { $ref: "#/$defs/expr" } },
		required: ["expr"],
	},
	null_types: {
		type: "object",
		properties: {
			note: { type: ["string", "null"] },
			size: { type: ["integer", "null"] },
		},
		required: ["note", "size"],
	},
	const_version: {
		type: "object",
		properties: { version: { const: 2 }, mode: { const: "fast" } },
		required: ["version", "mode"],
	},
	all_of: {
		type: "object",
		allOf: [
			{ properties: { a: text }, required: ["a"] },
			{ properties: { b: { type: "integer", minimum: 3 } }, required: ["b"] },
			{ properties: { b: { maximum: 4 } } },
		],
	},
	any_of_required: {
		type: "object",
		properties: { id: text, name: text },
		anyOf: [{ required: ["id"] }, { required: ["name"] }],
	},
	one_of_required: {
		type: "object",
		properties: { url: { type: "string", format: "uri" }, file: text },
		oneOf: [{ required: ["url"] }, { required: ["file"] }],
	},
	if_then_else: {
		type: "object",
		properties: {
			method: { enum: ["card", "cash"] },
			card_number: { type: "string", pattern: "^[0-9]{16}$" },
			change: { type: "boolean" },
		},
		required: ["method"],
		...when(
			{ properties: { method: { const: "card" } } },
			{ required: ["card_number"] },
			{ required: ["change"], not: { required: ["card_number"] } },
		),
	},
	two_conditions: {
		type: "object",
		properties: { kind: { enum: ["a", "b", "c"] }, x: whole, y: whole },
		required: ["kind"],
		allOf: [
			when({ properties: { kind: { const: "a" } } }, { required: ["x"] }),
			when({ properties: { kind: { const: "b" } } }, { required: ["y"] }),
		],
	},
	not_keyword: {
		type: "object",
		properties: {
			state: { type: "string", not: { enum: ["Washington", "Bavaria"] } },
		},
		required: ["state"],
	},
	exclusive_draft4: {
		type: "object",
		properties: {
			n: { type: "integer", exclusiveMinimum: 3, exclusiveMaximum: 5 },
		},
		required: ["n"],
	},
	negative_range: {
		type: "object",
		properties: {
			t: { type: "number", minimum: -40, maximum: -5 },
			d: { type: "integer", maximum: -3 },
		},
		required: ["t", "d"],
	},
	multiple_of: {
		type: "object",
		properties: {
			step: { type: "integer", multipleOf: 15, minimum: 20, maximum: 100 },
			half: { type: "number", multipleOf: 0.5, exclusiveMinimum: 1 },
		},
		required: ["step", "half"],
	},
	string_lengths: {
		type: "object",
		properties: {
			code: { type: "string", minLength: 12, maxLength: 12 },
			initial: { type: "string", maxLength: 1 },
		},
		required: ["code", "initial"],
	},
	long_text: {
		type: "object",
		properties: { essay: { type: "string", minLength: 5000 } },
		required: ["essay"],
	},
	patterns: {
		type: "object",
		properties: {
			sku: { type: "string", pattern: "^[A-Z]{2,4}-\\d{3,}$" },
			hex: { type: "string", pattern: "^#(?:[0-9a-f]{3}){1,2}$" },
			time: { type: "string", pattern: "^([01]\\d|2[0-3]):[0-5]\\d$" },
			slug: {
				type: "string",
				pattern: "^[a-z0-9]+(?:-[a-z0-9]+)*$",
				minLength: 8,
				maxLength: 30,
			},
			version: {
				type: "string",
				pattern: "^v?(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)$",
			},
			phone: { type: "string", pattern: "^\\+?[1-9]\\d{1,14}$" },
			arn: {
				type: "string",
				pattern:
					"^arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:guardrail/[a-z0-9]+$",
			},
			bare: { type: "string", pattern: "foo|bar" },
			word: { type: "string", pattern: "^\\w+\\s\\S+$" },
			unicode: { type: "string", pattern: "^\\p{L}+$" },
			not_slash: { type: "string", pattern: "^[^/]+/[^/]+$" },
			ahead: { type: "string", pattern: "^(?!foo)[a-z]{3}$" },
		},
		required: [
			"sku",
			"hex",
			"time",
			"slug",
			"version",
			"phone",
			"arn",
			"bare",
			"word",
			"unicode",
			"not_slash",
			"ahead",
		],
	},
	formats: {
		type: "object",
		properties: Object.fromEntries(
			[
				"date-time",
				"date",
				"time",
				"email",
				"uri",
				"uuid",
				"ipv4",
				"ipv6",
				"hostname",
				"made-up",
			].map((format) => [`the ${format}`, { type: "string", format }]),
		),
	},
	pattern_properties: {
		type: "object",
		properties: {
			headers: {
				type: "object",
				patternProperties: { "^X-[A-Z]{2,8}$": text },
				additionalProperties: false,
				minProperties: 2,
			},
		},
		required: ["headers"],
	},
	min_properties: {
		type: "object",
		minProperties: 3,
		maxProperties: 4,
		additionalProperties: whole,
	},
	property_names: {
		type: "object",
		propertyNames: { pattern: "^[a-z]{4}$" },
		minProperties: 2,
		additionalProperties: { type: "boolean" },
	},
	property_names_enum: {
		type: "object",
		propertyNames: { enum: ["en", "fr", "de"] },
		minProperties: 2,
		additionalProperties: text,
	},
	max_properties: {
		type: "object",
		properties: { a: text, b: text, c: text },
		maxProperties: 2,
		required: ["c"],
	},
	dependent_required: {
		type: "object",
		properties: { card: text, billing: text },
		required: ["card"],
		dependentRequired: { card: ["billing"] },
	},
	dependencies: {
		type: "object",
		properties: { card: text },
		required: ["card"],
		dependencies: { card: ["billing", "zip"] },
	},
	dependent_schemas: {
		type: "object",
		properties: { card: text, cvc: { type: "string", pattern: "^\\d{3}$" } },
		dependentSchemas: { card: { required: ["cvc"] } },
	},
	contains: {
		type: "object",
		properties: {
			list: {
				type: "array",
				items: { type: ["integer", "string"] },
				contains: { type: "integer", minimum: 5 },
				minItems: 3,
			},
		},
		required: ["list"],
	},
	unique_objects: {
		type: "object",
		properties: {
			rows: {
				type: "array",
				minItems: 3,
				uniqueItems: true,
				items: {
					type: "object",
					properties: { n: { type: "integer", minimum: 0 } },
					required: ["n"],
				},
			},
		},
		required: ["rows"],
	},
	unique_strings: {
		type: "object",
		properties: {
			cities: { type: "array", items: text, minItems: 6, uniqueItems: true },
		},
		required: ["cities"],
	},
	max_items: {
		type: "object",
		properties: {
			one: { type: "array", items: text, maxItems: 1 },
			none: { type: "array", maxItems: 0 },
		},
	},
	nested_arrays: {
		type: "object",
		properties: {
			matrix: {
				type: "array",
				items: {
					type: "array",
					items: { type: "number" },
					minItems: 2,
					maxItems: 2,
				},
				minItems: 2,
			},
		},
		required: ["matrix"],
	},
	untyped: {
		properties: {
			a: { minimum: 5 },
			b: { items: { type: "boolean" } },
			c: { minLength: 4 },
			d: {},
		},
		required: ["a", "b", "c", "d"],
	},
	true_schema: {
		type: "object",
		properties: { anything: true, other: {} },
		required: ["anything", "other"],
	},
	ref_siblings: {
		type: "object",
		$defs: { base: text },
		properties: { s: { $ref: "#/$defs/base", minLength: 30 } },
		required: ["s"],
	},
	ref_to_property: {
		type: "object",
		properties: {
			a: { type: "integer", maximum: 3 },
			b: { $ref: "#/properties/a" },
		},
		required: ["a", "b"],
	},
	anchor: {
		type: "object",
		$defs: {
			point: { $anchor: "point", type: "array", items: whole, minItems: 2 },
		},
		properties: { p: { $ref: "#point" } },
		required: ["p"],
	},
	encoded_ref: {
		type: "object",
		$defs: { "a/b c": whole },
		properties: { p: { $ref: "#/$defs/a~1b%20c" } },
		required: ["p"],
	},
	deep_nesting: {
		type: "object",
		properties: {
			a: {
				type: "object",
				properties: {
					b: {
						type: "object",
						properties: {
							c: {
								type: "object",
								properties: {
									d: {
										type: "object",
										properties: { e: whole },
										required: ["e"],
									},
								},
								required: ["d"],
							},
						},
						required: ["c"],
					},
				},
				required: ["b"],
			},
		},
		required: ["a"],
	},
	many_properties: {
		type: "object",
		properties: Object.fromEntries(
			Array.from({ length: 60 }, (_, index) => [
				`field_${index}`,
				index % 2 ? text : whole,
			]),
		),
		required: ["field_0", "field_59"],
		additionalProperties: false,
	},
	mcp_edit_file: {
		$schema: "http://json-schema.org/draft-07/schema#",
		type: "object",
		properties: {
			path: text,
			edits: {
				type: "array",
				items: {
					type: "object",
					properties: { oldText: text, newText: text },
					required: ["oldText", "newText"],
					additionalProperties: false,
				},
			},
			dryRun: { type: "boolean", default: false },
		},
		required: ["path", "edits"],
		additionalProperties: false,
	},
	sql_query: {
		type: "object",
		properties: {
			sql: text,
			parameters: {
				type: "array",
				items: {
					anyOf: [
						text,
						{ type: "number" },
						{ type: "boolean" },
						{ type: "null" },
					],
				},
			},
			timeout: { type: "number", minimum: 0.1, maximum: 30 },
		},
		required: ["sql"],
	},
	mixed_enum: {
		type: "object",
		properties: {
			level: { type: "integer", enum: [1, 2, "three"] },
			any: { enum: [null, true, "x", { a: 1 }] },
		},
		required: ["level", "any"],
	},
	nested_any_all: {
		type: "object",
		properties: {
			v: {
				allOf: [
					{ anyOf: [text, whole] },
					{ anyOf: [whole, { type: "boolean" }] },
				],
			},
		},
		required: ["v"],
	},
	pattern_of_some_length: {
		type: "object",
		properties: {
			word: {
				type: "string",
				pattern: "^[a-z]+$",
				minLength: 20,
				maxLength: 22,
			},
			exact: {
				type: "string",
				pattern: "^[A-Z]*-\\d+$",
				minLength: 37,
				maxLength: 37,
			},
			long: { type: "string", pattern: "^a+$", minLength: 3000 },
		},
		required: ["word", "exact", "long"],
	},
	narrow_numbers: {
		type: "object",
		properties: {
			rate: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 0.001 },
			ratio: { type: "number", minimum: 0.1251, maximum: 0.1252 },
		},
		required: ["rate", "ratio"],
	},
	dependent_schema_of_required: {
		type: "object",
		properties: { card: text },
		required: ["card"],
		dependentSchemas: {
			card: { properties: { holder: whole }, required: ["holder"] },
		},
	},
	dependency_that_is_a_schema: {
		$schema: "http://json-schema.org/draft-07/schema#",
		type: "object",
		properties: { card: text },
		required: ["card"],
		dependencies: { card: { required: ["holder"] } },
	},
	anything_but: {
		type: "object",
		properties: {
			value: { not: { type: "string" } },
			other: { not: { type: ["string", "number"] } },
		},
		required: ["value", "other"],
	},
	absolute_references: {
		$id: "https://example.com/args",
		type: "object",
		properties: {
			count: { $ref: "https://example.com/args#/$defs/count" },
			child: { $ref: "https://example.com/args" },
		},
		required: ["count"],
		$defs: { count: { type: "integer", minimum: 2 } },
	},
	dynamic_reference: {
		$dynamicAnchor: "node",
		type: "object",
		properties: {
			data: whole,
			children: { type: "array", items: { $dynamicRef: "#node" } },
		},
		required: ["data", "children"],
	},
	fifty_levels: nest(50),
};

function nest(levels: number): Json {
	if (levels === 0) return text;
	return {
		type: "object",
		properties: { inner: nest(levels - 1) },
		required: ["inner"],
		additionalProperties: false,
	};
}
