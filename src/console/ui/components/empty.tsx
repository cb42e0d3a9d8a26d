import type { ComponentChildren } from "preact";

/** What stands where nothing is, or where something went wrong: says why, and what to do next. */
export function Empty({
	title,
	children,
}: {
	title: string;
	children: ComponentChildren;
}) {
	return (
		<section class="empty">
			<h1>{title}</h1>
			{children}
		</section>
	);
}
