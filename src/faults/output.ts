import type { Operation } from "../protocol/description.ts";
import type { Output } from "../protocol/write.ts";
import type { WriteCall } from "../protocol/write-stream.ts";
import type { FaultPlan } from "./plan.ts";

/** Has the stream of an output, if it has one, suffer the plan. */
export function breakOutput(
	{ output: { members } }: Operation,
	output: Output,
	call: WriteCall,
	plan: FaultPlan,
): void {
	const stream = members.find((member) => member.target.eventStream);
	const events = stream && output[stream.name];
	if (!events) return;
	const each = Array.isArray(events) ? oneByOne(events) : events;
	output[stream.name] = plan.events?.(each as AsyncIterable<unknown>) ?? each;
	call.beginsEarly ||= plan.beginsEarly;
	call.spoilFrame = plan.frame;
}

async function* oneByOne<Item>(items: Item[]): AsyncGenerator<Item> {
	yield* items;
}
