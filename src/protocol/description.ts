/**
 * What AWS says of a service's operations, as checked-in data (`services/<service>/description.json`) and as the linked
 * form that routing, reading, validating and writing walk.
 */

/** A member as `description.json` spells it. */
export interface MemberFile {
	shape: string;
	in?: "label" | "header" | "query" | "payload";
	/** Header or query name on the wire. */
	name?: string;
	idempotencyToken?: true;
}

/** A shape as `description.json` spells it. */
export interface ShapeFile {
	type: ShapeType;
	members?: Record<string, MemberFile>;
	required?: string[];
	member?: string;
	key?: string;
	value?: string;
	min?: number;
	max?: number;
	pattern?: string;
	enum?: string[];
	sensitive?: boolean;
	eventStream?: true;
	error?: { status: number; fault: string };
}

/** `services/<service>/description.json`. */
export interface DescriptionFile {
	service: {
		name: string;
		sdkId: string;
		version: string;
		signingName: string;
	};
	operations: Record<
		string,
		{
			method: string;
			uri: string;
			status: number;
			input: string;
			output: string;
			errors: string[];
		}
	>;
	shapes: Record<string, ShapeFile>;
}

export type ShapeType =
	| "structure"
	| "union"
	| "list"
	| "map"
	| "string"
	| "integer"
	| "long"
	| "float"
	| "double"
	| "boolean"
	| "timestamp"
	| "blob"
	| "document";

/** A linked member: its target is an object, not a name. */
export interface Member {
	name: string;
	target: Shape;
	required: boolean;
	in: "label" | "header" | "query" | "payload" | "body";
	/** Header (lower case) or query name on the wire. */
	wireName: string;
	/** What JSON has before the value: `{"name":` where it is an object's first member, else `,"name":`. */
	firstKey: string;
	nextKey: string;
}

/** A linked shape. `members` keep the description's alphabetical order, which is the order Bedrock writes. */
export interface Shape {
	name: string;
	type: ShapeType;
	members: Member[];
	/** Of them, those that travel in the JSON body, and the others. */
	bodyMembers: Member[];
	boundMembers: Member[];
	memberByName: Map<string, Member>;
	member: Shape | undefined;
	key: Shape | undefined;
	value: Shape | undefined;
	min: number | undefined;
	max: number | undefined;
	pattern: string | undefined;
	enum: string[] | undefined;
	sensitive: boolean;
	eventStream: boolean;
	error: { status: number; fault: string } | undefined;
}

/** A linked operation. */
export interface Operation {
	name: string;
	method: string;
	uri: string;
	status: number;
	input: Shape;
	output: Shape;
	/** Names of the errors the operation declares. */
	errors: string[];
}

/** A linked service description. */
export interface Description {
	service: DescriptionFile["service"];
	operations: Map<string, Operation>;
	shapes: Map<string, Shape>;
	/** HTTP status by error name. */
	errorStatus: Map<string, number>;
}

/** Links a `description.json`: every name becomes the object it names. */
export function linkDescription(file: DescriptionFile): Description {
	const shapes = new Map<string, Shape>();
	const errorStatus = new Map<string, number>();

	const link = (name: string): Shape => {
		const known = shapes.get(name);
		if (known) return known;
		const from = file.shapes[name];
		if (!from)
			throw new Error(
				`${file.service.name}: description.json names a shape it lacks: ${name}`,
			);
		const shape: Shape = {
			name,
			type: from.type,
			members: [],
			bodyMembers: [],
			boundMembers: [],
			memberByName: new Map(),
			member: undefined,
			key: undefined,
			value: undefined,
			min: from.min,
			max: from.max,
			pattern: from.pattern,
			enum: from.enum,
			sensitive: from.sensitive ?? false,
			eventStream: from.eventStream ?? false,
			error: from.error,
		};
		shapes.set(name, shape);
		if (from.member) shape.member = link(from.member);
		if (from.key) shape.key = link(from.key);
		if (from.value) shape.value = link(from.value);
		for (const [memberName, member] of Object.entries(from.members ?? {})) {
			const linked: Member = {
				name: memberName,
				target: link(member.shape),
				required: from.required?.includes(memberName) ?? false,
				in: member.in ?? "body",
				wireName:
					member.in === "header"
						? (member.name ?? memberName).toLowerCase()
						: (member.name ?? memberName),
				firstKey: `{${JSON.stringify(memberName)}:`,
				nextKey: `,${JSON.stringify(memberName)}:`,
			};
			shape.members.push(linked);
			if (linked.in === "body") shape.bodyMembers.push(linked);
			else shape.boundMembers.push(linked);
			shape.memberByName.set(memberName, linked);
		}
		if (from.error) errorStatus.set(name, from.error.status);
		return shape;
	};

	const operations = new Map<string, Operation>();
	for (const [name, operation] of Object.entries(file.operations)) {
		operations.set(name, {
			...operation,
			name,
			input: link(operation.input),
			output: link(operation.output),
		});
	}
	for (const name of Object.keys(file.shapes)) link(name);
	return { service: file.service, operations, shapes, errorStatus };
}
