/** Drawn on a grid of 16, in the text's colour. */
const paths = {
	list: "M2 4h12M2 8h12M2 12h8",
	play: "M5 3.500v9l7-4.500z",
	pause: "M5.500 3.500v9M10.500 3.500v9",
	search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.600 10.600 14 14",
	copy: "M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3",
	check: "m3 8.500 3.500 3.500L13 4.500",
	close: "m4 4 8 8M12 4l-8 8",
	trash: "M2.500 4.500h11M6 4.500v-2h4v2M4 4.500l.6 9h6.800l.6-9",
	download: "M8 2v8M4.500 7 8 10.500 11.500 7M3 13.500h10",
	back: "M9.500 3.500 5 8l4.500 4.500",
	up: "M8 13V3M4 7l4-4 4 4",
	next: "M6.500 3.500 11 8l-4.500 4.500",
	system: "M2 3h12v8H2zM5.500 14h5M8 11v3",
	light:
		"M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1v1.500M8 13.500V15M1 8h1.500M13.500 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1",
	dark: "M13.500 9.500A6 6 0 0 1 6.500 2.500a6 6 0 1 0 7 7Z",
	keyboard:
		"M1.500 4h13v8h-13zM4 6.500h.01M7 6.500h.01M10 6.500h.01M12.500 6.500h.01M4.500 9.500h7",
	picture:
		"M2 3h12v10H2zM5.5 7.200a1.200 1.200 0 1 0 0-2.400 1.200 1.200 0 0 0 0 2.400ZM2.500 12.500 7 8.500l2.500 2 2-1.500 2 2",
	chat: "M2 3h12v8H7.500L4.500 13.500V11H2zM5 6h6M5 8.300h4",
	chart: "M2 2v12h12M5 11V8M8.500 11V4.500M12 11V6.500",
	document: "M4 1.500h5.500L12.500 4.500v10h-8.500zM9 1.500V5h3.500",
	tool: "M10 2.200a3.500 3.500 0 0 0-4.300 4.400L2 10.500 4.500 14l4-4.200a3.500 3.500 0 0 0 4.700-4.100L11 8 8.500 7.500 8 5z",
	thought:
		"M4.500 11.500a3.300 3.300 0 0 1-.6-6.500A4 4 0 0 1 11.500 4a3.500 3.500 0 0 1 .3 7.500zM5 14h.01",
	bolt: "M9 1.500 3.500 9H8l-1 5.500L12.500 7H8z",
	swap: "M3 5.500h10M10.500 3 13 5.500 10.500 8M13 10.500H3M5.500 8 3 10.500 5.500 13",
	user: "M8 8a2.800 2.800 0 1 0 0-5.600A2.800 2.800 0 0 0 8 8ZM2.500 14c.5-3 2.700-4.500 5.500-4.500s5 1.500 5.500 4.500",
	model:
		"M8 1.500 9.600 6.400 14.500 8 9.600 9.600 8 14.500 6.400 9.600 1.500 8l4.900-1.600z",
} as const;

/** The icons there are. */
export type IconName = keyof typeof paths;

/** An icon; what it means stands beside it as text. */
export function Icon({ name }: { name: IconName }) {
	return (
		<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
			<path d={paths[name]} />
		</svg>
	);
}
