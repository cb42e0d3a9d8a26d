/** Passages and questions for the retrieval checks, written for them: the questions paraphrase, they do not quote. */

/** Passages of help pages and encyclopedias, several of them near each other. */
export const passages: Record<string, string> = {
	refunds:
		"Items that arrive broken can be sent back within thirty days. Once we have received the parcel, the purchase price is refunded to the card you used.",
	exchange:
		"Clothes in the wrong size are exchanged for free. Choose the new size in your account and print the label.",
	delivery:
		"Standard delivery takes three to five working days. Orders over 50 euros are shipped free of charge.",
	password:
		"If you forget your password, click the link on the sign-in page. We email you a code with which you can set a new one.",
	twoFactor:
		"Two-factor authentication asks for a code from your phone in addition to the password each time you log in.",
	invoices:
		"Invoices are issued on the first of every month and can be downloaded as PDF from the billing page.",
	cancelling:
		"A subscription can be cancelled at any time in the settings. It stays active until the end of the period that has been paid for.",
	upgrade:
		"Moving to the business plan raises the storage quota from 10 to 500 gigabytes for each member of the team.",
	backups:
		"Databases are backed up every night at two o'clock. Snapshots are retained for 35 days and can be restored from the console.",
	rateLimit:
		"Each API key may send one hundred requests a second. Beyond that the server answers with status 429 and a Retry-After header.",
	webhooks:
		"Webhooks notify your server about events. A delivery that fails is retried up to eight times with growing pauses.",
	glaciers:
		"Glaciers carve valleys by plucking blocks of rock from their bed and grinding the ground beneath them with embedded stones.",
	volcanoes:
		"Volcanoes erupt when gas-rich magma rises through cracks in the crust and the pressure above it falls.",
	tides:
		"Tides rise and fall because the gravity of the Moon, and to a lesser degree of the Sun, pulls at the oceans.",
	photosynthesis:
		"Plants use sunlight to turn carbon dioxide and water into sugar; oxygen is released through their leaves.",
	bees: "Honeybees tell each other where flowers are by a waggle dance, whose angle shows the direction relative to the sun.",
	migration:
		"Arctic terns fly from pole to pole every year, the longest migration of any bird.",
	vaccines:
		"A vaccine shows the immune system a harmless piece of a virus, so that antibodies are ready when the real one comes.",
	insulin:
		"Insulin lets cells take up sugar from the blood. In people with type 1 diabetes the pancreas no longer makes it.",
	bread:
		"Sourdough rises because wild yeast and bacteria in the starter ferment the flour and give off gas.",
	espresso:
		"Espresso is brewed by forcing hot water under nine bars of pressure through finely ground coffee.",
	chess:
		"In chess, castling moves the king two squares towards a rook, and neither piece may have moved before.",
	printing:
		"Gutenberg's printing press with movable metal type made books cheap enough for ordinary townspeople around 1450.",
	railways:
		"The first public railway to use steam locomotives opened in 1825 between Stockton and Darlington.",
};

/** Questions, each with the passage that answers it. */
export const questions: [question: string, answer: string][] = [
	["My vase was damaged when it arrived. Do I get my money back?", "refunds"],
	["I can't remember my password any more, how do I reset it?", "password"],
	[
		"How do I end my subscription, and do I lose access right away?",
		"cancelling",
	],
	["How long do you keep snapshots of a database?", "backups"],
	["What happens when I make too many API requests per second?", "rateLimit"],
	["How do rivers of ice shape a valley?", "glaciers"],
	["Why does the sea level go up and down with the moon?", "tides"],
	["How does a bee show the others the way to flowers?", "bees"],
	[
		"Which hormone moves sugar out of the bloodstream of a diabetic?",
		"insulin",
	],
	["When did trains with steam engines first carry the public?", "railways"],
];
