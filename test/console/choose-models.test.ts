import { expect, test } from "vitest";
import type { Model } from "../../src/console/ui/api/types.ts";
import {
	chooseModels,
	readChosen,
	writeChosen,
} from "../../src/console/ui/views/models/choose.ts";

function model(id: string, rest: Partial<Model> = {}): Model {
	return {
		id,
		name: id,
		provider: "Anyone",
		family: "Generic",
		can: ["converse"],
		lifecycle: { state: "active" },
		isCurrent: true,
		isGranted: true,
		profiles: [],
		...rest,
	};
}

const models = [
	model("b.big", { prices: { input: 3 }, can: ["tools", "images"] }),
	model("a.small", { provider: "Zed", prices: { input: 0.5 }, can: ["tools"] }),
	model("c.unpriced"),
	model("d.gone", { isCurrent: false, lifecycle: { state: "ended" } }),
];

function choose(query: string): string[] {
	const chosen = readChosen(new URLSearchParams(query));
	return chooseModels(models, chosen).map(({ id }) => id);
}

test.each([
	["", ["b.big", "c.unpriced", "a.small"]],
	["text=BIG+any", ["b.big"]],
	["provider=Zed", ["a.small"]],
	["can=tools", ["b.big", "a.small"]],
	["can=tools,images", ["b.big"]],
	["state=ended", ["d.gone"]],
	["state=any&text=d.", ["d.gone"]],
	["sort=priceIn", ["a.small", "b.big", "c.unpriced"]],
	["sort=-priceIn", ["b.big", "a.small", "c.unpriced"]],
	["sort=nonsense", ["b.big", "c.unpriced", "a.small"]],
])("%s chooses %j", (query, ids) => {
	expect(choose(query)).toEqual(ids);
});

test("the address says what was chosen, and nothing else", () => {
	const query = "text=claude&provider=Anthropic&can=tools&sort=-context";
	expect(writeChosen(readChosen(new URLSearchParams(query)))).toBe(
		`models?${query}`,
	);
	expect(writeChosen(readChosen(new URLSearchParams()))).toBe("models");
});
