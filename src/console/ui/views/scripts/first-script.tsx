import { Code } from "../../components/copy.tsx";
import { urlOf } from "../../router.ts";
import { sample } from "./sample.ts";

/** Without rules: what one looks like, and the ways to add it. */
export function FirstScript() {
	return (
		<section class="empty">
			<h2>No rules yet: the next engine answers</h2>
			<p>
				A script is a list of rules. One rule answers Converse, streams and the
				native bodies of every family alike.
			</p>
			<Code text={sample} label="a script" />
			<p>
				<a href={urlOf("scripts/new")}>Write one here</a>, start with{" "}
				<code>outcrop --script replies.yaml</code>, or open an exchange and take
				it from its tab Code.
			</p>
		</section>
	);
}
