import { Code } from "../../components/copy.tsx";
import { JsonTree } from "../../components/json-tree.tsx";
import { formatBytes } from "../../format.ts";
import type { LoadedExchange } from "./load.ts";

/** What the client sent: the line, the headers that may be kept, and the body as it travelled. */
export function RequestPart({
	exchange,
	request,
	requestText,
}: LoadedExchange) {
	const { method, path, httpVersion, requestHeaders, identity } = exchange;
	return (
		<div class="stack">
			<p class="request-line">
				<strong>{method}</strong> <code>{path}</code>{" "}
				<span class="faint">HTTP/{httpVersion}</span>
			</p>
			<dl class="headers">
				{Object.entries(requestHeaders).map(([name, value]) => (
					<div key={name}>
						<dt>{name}</dt>
						<dd>{value}</dd>
					</div>
				))}
				<div>
					<dt>signed</dt>
					<dd>
						{identity.kind} for {identity.region}, account {identity.accountId}.
						Credentials are never kept.
					</dd>
				</div>
			</dl>
			<h3>
				Body <span class="faint">{formatBytes(requestText.length)}</span>
			</h3>
			{request === null ? (
				<Code text={requestText || "(empty)"} label="request" />
			) : (
				<JsonTree value={request} label="request" />
			)}
		</div>
	);
}
