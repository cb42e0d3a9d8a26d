/** What the similarity of texts knows of words: how to find them, which say little, which belong together. */

/** Letters and digits in a row; scripts without spaces are taken apart below. */
const runs = /[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu;
const spaceless =
	/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const marks = /\p{M}/gu;

/**
 * The words of a text in lower case, without accents. Chinese, Japanese and Thai give their characters in pairs, as there
 * are no spaces to go by.
 */
export function* wordsIn(text: string): Generator<string> {
	const plain = text.normalize("NFKD").replace(marks, "").toLowerCase();
	for (const [run] of plain.matchAll(runs)) {
		if (!spaceless.test(run)) {
			yield run.replace(/['’].*$/, "").slice(0, 200);
			continue;
		}
		const characters = [...run];
		if (characters.length === 1) yield run;
		for (let at = 0; at + 1 < characters.length; at++)
			yield `${characters[at]}${characters[at + 1]}`;
	}
}

const common = new Set(
	(
		"a an the this that these those it its i you he she we they me him her us them my your his our their mine yours " +
		"is are was were be been being am do does did doing done have has had having can could will would shall should may might must " +
		"and or but nor so if then than as of at by for from in into on onto to with without within about over under up down out off " +
		"what which who whom whose when where why how there here not no yes also just very too much many more most some any " +
		"all each every both few other another such only own same get gets got let lets one ones please tell know " +
		"der die das ein eine und oder nicht ist sind war mit von zu im den dem le la les un une des et ou est sont du de que qui " +
		"dans pour sur el los las y o es son en por con para il lo gli e di che"
	).split(" "),
);

/** Words that are everywhere and so tell nothing apart. */
export function isCommon(word: string): boolean {
	return common.has(word);
}

const ordinary = new Set(
	(
		"make makes made making take takes took taken taking go goes going gone went come comes came coming give gives gave given giving " +
		"use uses used using find finds found finding want wants wanted need needs needed keep keeps kept put puts set sets " +
		"say says said see sees seen saw look looks like likes think thinks thought work works working way ways thing things " +
		"time times day days year years people person man men woman women world life part parts place places case point group number " +
		"show shows shown showing tell tells told ask asks asked call calls called try tries tried move moves moved moving turn turns turned " +
		"happen happens happened become becomes became begin begins long short high low good better best bad great small large big little " +
		"new old early late next last first second third two three four five right left own able still even well back again always never " +
		"often usually really away around between through during before after because against without until while since ago today now soon " +
		"per via etc explain describe mean means difference example kind sort type types question answer reason different several certain"
	).split(" "),
);

/** Words that are in texts of any kind and so tell little apart. */
export function isOrdinary(word: string): boolean {
	return ordinary.has(word);
}

const endings: [string, string][] = [
	["ational", "ate"],
	["ization", "ize"],
	["isation", "ise"],
	["fulness", "ful"],
	["iveness", "ive"],
	["ations", "ate"],
	["ation", "ate"],
	["ingly", ""],
	["ments", ""],
	["ment", ""],
	["ness", ""],
	["ings", ""],
	["ying", "y"],
	["edly", ""],
	["ies", "y"],
	["ied", "y"],
	["sses", "ss"],
	["ing", ""],
	["ers", ""],
	["est", ""],
	["ion", ""],
	["ed", ""],
	["er", ""],
	["or", ""],
	["ly", ""],
	["al", ""],
	["es", ""],
	["s", ""],
	["e", ""],
];

/** A word without its common English endings: `frozen` stays, `freezing`, `freezer` and `freezes` become `freez`. */
export function stem(word: string): string {
	if (word.length < 4 || !/^[a-z]+$/.test(word) || word.endsWith("ss"))
		return word;
	for (const [ending, instead] of endings) {
		if (!word.endsWith(ending) || word.length - ending.length < 3) continue;
		const root = word.slice(0, word.length - ending.length) + instead;
		const undoubled =
			/([bdfglmnprt])\1$/.test(root) && ending !== "s"
				? root.slice(0, -1)
				: root;
		return undoubled.length > 3 && undoubled.endsWith("e")
			? undoubled.slice(0, -1)
			: undoubled;
	}
	return word;
}

/** Words of one meaning, a line each: everyday English, and what is asked of help pages. Not a thesaurus. */
const groups = `
car cars vehicle vehicles automobile auto automobiles truck
buy purchase order acquire bought shop
pay payment charge bill billing invoice cost price fee fees
cheap inexpensive affordable
refund reimburse reimbursement repay return returned
money cash funds
job work employment occupation career
worker employee staff colleague personnel
boss manager supervisor
doctor physician medic clinician
medicine drug medication pill remedy
ill sick unwell disease illness ailment
hurt pain ache painful sore
house home residence dwelling
flat apartment
child kid children kids toddler infant baby
big large huge great giant enormous
small little tiny miniature
fast quick rapid speedy swift quickly
slow sluggish slowly
begin start launch commence begins began
end finish stop cease terminate conclude
cancel abort revoke unsubscribe terminate
delete remove erase drop discard
create make build construct produce built
fix repair mend restore
broken faulty defective damaged malfunctioning
error failure fault bug problem issue trouble
change modify alter edit update adjust
choose select pick
password passphrase credentials passcode
login signin logon
sign signature
send ship deliver mail dispatch shipping delivery shipped
parcel package packet
arrive arrival reach
show display present
see view watch look
hide conceal
help assist aid support assistance
teach instruct train educate
learn study
school college university
student pupil learner
teacher instructor professor
speak talk say converse chat
answer reply respond response
ask question inquire enquire query
phone telephone mobile smartphone cellphone
computer laptop pc
picture photo photograph image
film movie
song music tune melody
happy glad joyful cheerful
sad unhappy sorrowful
angry mad furious
hot warm heat
cold chilly cool freezing freeze frost frozen icy
rain rainfall precipitation shower rainy
storm hurricane cyclone tempest
sea ocean marine
river stream
mountain peak summit hill
forest wood woods woodland
tree trees
plant plants vegetation flora
animal creature beast
dog puppy canine hound
cat kitten feline
bird fowl avian
eat consume dine feed
food meal dish cuisine nutrition
drink beverage
cook bake roast prepare
sleep rest slumber nap
walk hike stroll
run jog sprint
trip journey travel voyage tour
holiday vacation leave
hotel lodging accommodation
plane airplane aircraft flight jet
train railway railroad rail
bike bicycle cycling cyclist
road street highway
town city urban municipal
country nation state
law legal legislation statute
war battle conflict combat
king monarch ruler emperor
old ancient aged elderly
new recent modern fresh
year annual yearly years
month monthly months
week weekly weeks
day daily days
night nighttime overnight evening
safe secure safety security
danger risk hazard peril dangerous
protect guard shield defend
rich wealthy
poor needy impoverished
star stars stellar
planet planets planetary
space cosmos universe
light bright illumination
dark dim darkness
energy power electricity electric
water aqua aquatic
fire flame blaze burn
stone rock boulder
earth soil ground dirt
grow growth cultivate
increase rise raise climb
decrease fall drop reduce lower decline
store keep save retain preserve storage
backup copy duplicate replicate
file document record
list catalogue catalog inventory
limit maximum cap quota
allow permit enable let authorise authorize
forbid ban prohibit disallow block
need require requirement necessary
use usage utilise utilize apply
test check verify examine inspect
find discover locate detect
search lookup seek
join connect attach link combine
split divide separate
open unlock
close shut
full complete entire whole
empty vacant blank
write author compose
read reading
book volume novel
letter message note
heart cardiac
brain mind mental
blood bleeding
eye eyes vision sight
tooth teeth dental dentist
skin dermal
`;

const concepts = new Map<string, number>();
for (const [index, group] of groups.trim().split("\n").entries()) {
	for (const word of group.split(" ")) {
		for (const form of [word, stem(word)])
			if (!concepts.has(form)) concepts.set(form, index);
	}
}

/** The group of synonyms that a word is in; undefined for most words. */
export function conceptOf(word: string): number | undefined {
	return concepts.get(word);
}
