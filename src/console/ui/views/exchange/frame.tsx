import { useState } from "preact/hooks";
import { JsonTree } from "../../components/json-tree.tsx";
import { formatBytes, formatDuration } from "../../format.ts";
import {
	type Checksum,
	decodeBase64,
	decodeFrame,
	type Frame,
	hexDump,
} from "../../stream/frame.ts";

/** An event of a stream: a line, and its frame when it is opened. */
export function FrameView({
	atMs,
	gapMs,
	name,
	delta,
	base64,
}: {
	atMs: number;
	gapMs: number;
	name: string;
	delta: string;
	base64: string | undefined;
}) {
	const [open, setOpen] = useState(false);
	return (
		<details
			class="frame"
			open={open}
			onToggle={(event) => setOpen(event.currentTarget.open)}
		>
			<summary>
				<span class="frame-at">{formatDuration(atMs)}</span>
				<span class="frame-gap">+{formatDuration(gapMs)}</span>
				<span class="frame-name">{name}</span>
				<span class="frame-delta">{delta}</span>
			</summary>
			{open && base64 !== undefined && <Decoded base64={base64} />}
		</details>
	);
}

function Decoded({ base64 }: { base64: string }) {
	const bytes = decodeBase64(base64);
	const frame = decodeFrame(bytes);
	return (
		<div class="decoded">
			<table>
				<caption>
					{formatBytes(frame.totalBytes)}, {formatBytes(frame.headersBytes)} of
					them headers
				</caption>
				<tbody>
					{frame.headers.map(({ name, type, value }) => (
						<tr key={name}>
							<th scope="row">{name}</th>
							<td>
								{value} <span class="faint">{type}</span>
							</td>
						</tr>
					))}
					<Crc name="Prelude CRC" crc={frame.preludeCrc} />
					<Crc name="Message CRC" crc={frame.messageCrc} />
				</tbody>
			</table>
			<Payload frame={frame} />
			<pre
				class="hex"
				tabindex={0}
				role="region"
				aria-label="Bytes of the frame"
			>
				{hexDump(bytes)}
			</pre>
		</div>
	);
}

function Crc({ name, crc }: { name: string; crc: Checksum }) {
	return (
		<tr>
			<th scope="row">{name}</th>
			<td>
				<code>{crc.value.toString(16).padStart(8, "0")}</code>{" "}
				<span class={crc.isRight ? "is-right" : "is-wrong"}>
					{crc.isRight ? "right" : "wrong"}
				</span>
			</td>
		</tr>
	);
}

function Payload({ frame }: { frame: Frame }) {
	if (frame.payload === "") return null;
	try {
		return <JsonTree value={JSON.parse(frame.payload)} label="payload" />;
	} catch {
		return <pre>{frame.payload}</pre>;
	}
}
