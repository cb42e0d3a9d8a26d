/** Made-up values for templates. They look right and belong to nobody; the same chance gives the same ones. */
import type { Random } from "../../call.ts";
import { uuid } from "../../random.ts";

const firstNames =
	"Ada Amir Ana Ben Chen Clara David Elif Emma Fatima Grace Hugo Ines Ivan Jonas Kofi Lena Liam Maria Mei Noah Olga Omar Priya Rosa Sam Sofia Tariq Yuki Zoe";
const lastNames =
	"Abbott Berg Castro Diallo Evans Fischer Garcia Hansen Ito Jansen Kaya Kim Lopez Meyer Nowak Okafor Patel Quinn Rossi Sato Singh Smith Tanaka Urban Varga Weber Wong Young Zhang";
const cities =
	"Amsterdam Athens Bergen Bogota Boston Cairo Chicago Dakar Delhi Dublin Geneva Hanoi Helsinki Lagos Lima Lisbon London Madrid Melbourne Montreal Nairobi Osaka Oslo Paris Porto Prague Rome Seoul Tokyo Vienna";
const countries =
	"Argentina Australia Austria Brazil Canada Chile Denmark Egypt Finland France Germany Greece India Ireland Italy Japan Kenya Mexico Morocco Norway Peru Poland Portugal Senegal Spain Sweden Turkey Uruguay Vietnam";
const streets =
	"Birch Cedar Church Garden Harbour High Hill Lake Maple Market Mill Oak Park River School Spring Station Willow";
const companies =
	"Alder Beacon Cobalt Delta Ember Falcon Granite Harbor Juniper Lumen Meridian Northwind Orchid Pioneer Quarry Summit Tidal Vertex";
const words =
	"lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna aliqua enim ad minim veniam quis nostrud exercitation ullamco laboris nisi aliquip ex ea commodo consequat duis aute irure in reprehenderit voluptate velit esse cillum fugiat nulla pariatur excepteur sint occaecat cupidatat non proident sunt culpa qui officia deserunt mollit anim id est laborum";

const dayMs = 86_400_000;
/** Made-up dates lie in the ten years from here, so that they do not move with the clock. */
const firstDayMs = Date.UTC(2020, 0, 1);

const makers: Record<string, (random: Random) => string | number | boolean> = {
	firstName: (random) => pick(firstNames, random),
	lastName: (random) => pick(lastNames, random),
	name: (random) => `${pick(firstNames, random)} ${pick(lastNames, random)}`,
	// example.com belongs to nobody (RFC 2606).
	email: (random) =>
		`${pick(firstNames, random)}.${pick(lastNames, random)}@example.com`.toLowerCase(),
	// 555-0100 to 555-0199 are kept for fiction.
	phone: (random) =>
		`+1 202 555 01${String(upTo(random, 100)).padStart(2, "0")}`,
	city: (random) => pick(cities, random),
	country: (random) => pick(countries, random),
	street: (random) =>
		`${1 + upTo(random, 200)} ${pick(streets, random)} Street`,
	company: (random) =>
		`${pick(companies, random)} ${pick("Labs Group Works Systems", random)}`,
	uuid: (random) => uuid(random),
	number: (random) => upTo(random, 1000),
	boolean: (random) => random.next() < 0.5,
	date: (random) =>
		new Date(firstDayMs + upTo(random, 3653) * dayMs)
			.toISOString()
			.slice(0, 10),
	word: (random) => pick(words, random),
	sentence: (random) => sentence(random),
	lorem: (random) =>
		Array.from({ length: 4 }, () => sentence(random)).join(" "),
};

/** What there is to make up. */
export const fakeNames: readonly string[] = Object.keys(makers);

/** Makes a value up; undefined for a kind that there is not. */
export function fake(
	kind: string,
	random: Random,
): string | number | boolean | undefined {
	return Object.hasOwn(makers, kind) ? makers[kind]?.(random) : undefined;
}

/** A whole number from 0 to one less than `count`. */
export function upTo(random: Random, count: number): number {
	return Math.floor(random.next() * count);
}

function pick(list: string, random: Random): string {
	const items = list.split(" ");
	return items[upTo(random, items.length)] as string;
}

function sentence(random: Random): string {
	const text = Array.from({ length: 6 + upTo(random, 6) }, () =>
		pick(words, random),
	).join(" ");
	return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
