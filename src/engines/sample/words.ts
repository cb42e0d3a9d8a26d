import type { Random } from "../../call.ts";

/** Values by the last words of a property's name; the first row that matches decides. */
const textsByName: [RegExp, string[]][] = [
	[/e ?mail$/, ["ada@example.com", "grace@example.com", "alan@example.org"]],
	[
		/\b(url|uri|link|href|website|endpoint)$/,
		["https://example.com/", "https://example.com/docs"],
	],
	[
		/\b(city|town|location|place|destination|origin)$/,
		["Paris", "Berlin", "Tokyo", "Seattle"],
	],
	[/\bcountry( code)?$/, ["FR", "DE", "JP", "US"]],
	[/\b(state|region|province)$/, ["Washington", "Bavaria", "Ontario"]],
	[/\b(zip|postal|post)( code)?$/, ["75001", "10115", "98101"]],
	[
		/\b(street|address)( line)?( ?\d)?$/,
		["12 Example Street", "34 Sample Avenue"],
	],
	[/\bfirst name$/, ["Ada", "Grace", "Alan"]],
	[/\b(last|family) name|surname$/, ["Lovelace", "Hopper", "Turing"]],
	[
		/\b(file|path|filename|file name|file path)$/,
		["notes/example.txt", "README.md"],
	],
	[/\b(user|login) ?(name)?$/, ["ada", "grace", "alan"]],
	[
		/\b(company|organization|organisation|vendor|brand)$/,
		["Example Corp", "Sample Ltd"],
	],
	[
		/\bname|author|owner|person|customer|assignee$/,
		["Ada Lovelace", "Grace Hopper", "Alan Turing"],
	],
	[/\b(phone|mobile|tel)( number)?$/, ["+14255550100", "+33155500100"]],
	[
		/\b(birthday|(start|end|due|birth|from|to)? ?date|day)$/,
		["2026-03-14", "2026-07-01"],
	],
	[
		/\b(timestamp|date ?time|created at|updated at)$/,
		["2026-03-14T09:26:53Z", "2026-07-01T12:00:00Z"],
	],
	[/\btime$/, ["09:30", "14:15"]],
	[/\btime ?zone$/, ["Europe/Paris", "UTC"]],
	[/\bcurrency( code)?$/, ["EUR", "USD", "JPY"]],
	[/\b(language|locale|lang)( code)?$/, ["en", "fr", "de"]],
	[/\b(ticker|symbol)$/, ["AMZN", "ACME"]],
	[/\bunits?$/, ["celsius", "km"]],
	[/\b(colou?r)$/, ["blue", "green"]],
	[/\b(title|subject|headline)$/, ["An example title", "A sample subject"]],
	[
		/\b(query|search|question|prompt|keywords?|term)$/,
		["example query", "how does it work"],
	],
	[/\bsql$/, ["SELECT 1"]],
	[/\b(expression|formula)$/, ["2 + 2", "6 * 7"]],
	[/\b(command|cmd)$/, ["ls"]],
	[/\b(code|script|snippet)$/, ["print(42)"]],
	[/\b(status|state)$/, ["active", "open"]],
	[/\b(tags?|category|categories|labels?|topic|genre)$/, ["general", "news"]],
	[/\b(id|uuid|identifier|key|reference|sku)$/, ["id-1001", "id-2002"]],
	[
		/\b(description|summary|message|text|content|body|comment|reason|notes?)$/,
		["An example sentence.", "A short sample."],
	],
];

const numbersByName: [RegExp, number[]][] = [
	[/\blat(itude)?$/, [48.8566, 52.52]],
	[/\b(lon|lng|long|longitude)$/, [2.3522, 13.405]],
	[/\bage$/, [36, 42]],
	[/\byear$/, [2026, 2025]],
	[/\bmonth$/, [3, 7]],
	[/\bday$/, [14, 1]],
	[/\b(temperature|temp)$/, [21, 18]],
	[/\b(price|amount|cost|total|budget)$/, [19.99, 49.5]],
	[/\b(percent|percentage)$/, [25, 50]],
	[/\b(probability|confidence|score|threshold|ratio)$/, [0.75, 0.5]],
	[/\b(limit|count|max results|top k|page size|size)$/, [10, 5]],
	[/\b(page|index|offset|quantity|qty|guests|people)$/, [1, 2]],
	[/\b(port)$/, [8080, 443]],
];

const textsByFormat: Record<string, string[]> = {
	"date-time": ["2026-03-14T09:26:53Z", "2026-07-01T12:00:00Z"],
	date: ["2026-03-14", "2026-07-01"],
	time: ["09:26:53Z", "12:00:00Z"],
	duration: ["P1D", "PT30M"],
	email: ["ada@example.com", "grace@example.com"],
	"idn-email": ["ada@example.com"],
	hostname: ["example.com", "www.example.org"],
	"idn-hostname": ["example.com"],
	ipv4: ["192.0.2.1", "198.51.100.7"],
	ipv6: ["2001:db8::1", "2001:db8::2"],
	uri: ["https://example.com/", "https://example.com/docs"],
	url: ["https://example.com/"],
	"uri-reference": ["/docs/example"],
	iri: ["https://example.com/"],
	"uri-template": ["https://example.com/{id}"],
	uuid: [
		"123e4567-e89b-42d3-a456-426614174000",
		"9f1b7a52-3c4d-4e5f-8a6b-7c8d9e0f1a2b",
	],
	"json-pointer": ["/example/0"],
	"relative-json-pointer": ["0/example"],
	regex: ["^[a-z]+$"],
	byte: ["ZXhhbXBsZQ=="],
};

/** The words of a property's name in lower case: `maxResults` and `max_results` give `max results`. */
function wordsOf(name: string): string {
	return name
		.slice(0, 80)
		.replace(/([a-z\d])([A-Z])/g, "$1 $2")
		.replace(/[^A-Za-z\d]+/g, " ")
		.trim()
		.toLowerCase();
}

/** A text that is valid in a `format` of JSON Schema; undefined when the format is unknown. */
export function textOfFormat(
	format: string,
	random: Random,
): string | undefined {
	return Object.hasOwn(textsByFormat, format)
		? pick(textsByFormat[format] ?? [], random)
		: undefined;
}

/** A text that suits a property's name, such as `Paris` for `city`; `example foo` for a name that says nothing. */
export function textForName(name: string, random: Random): string {
	const words = wordsOf(name);
	const row = textsByName.find(([pattern]) => pattern.test(words));
	return (
		(row && pick(row[1], random)) ?? (words ? `example ${words}` : "example")
	);
}

/** A number that suits a property's name; undefined when the name says nothing. */
export function numberForName(
	name: string,
	random: Random,
): number | undefined {
	const words = wordsOf(name);
	const row = numbersByName.find(([pattern]) => pattern.test(words));
	return row && pick(row[1], random);
}

/** One of the values; undefined when there are none. */
export function pick<T>(values: readonly T[], random: Random): T | undefined {
	return values[Math.floor(random.next() * values.length)];
}
