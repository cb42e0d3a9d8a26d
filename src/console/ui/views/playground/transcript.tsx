import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../../components/icon.tsx";
import { Turn } from "../../components/turn.tsx";
import { readConverseRequest } from "../../conversation/converse.ts";
import { formatCount, formatDuration } from "../../format.ts";
import type { DraftMessage } from "../../playground/draft.ts";
import { adviceFor, type Run } from "../../playground/send.ts";
import { urlOf } from "../../router.ts";
import { SaveScript } from "./save-script.tsx";
import {
	answerOf,
	compose,
	draft,
	isRunning,
	run,
	runs,
	sendNow,
	takeBack,
} from "./state.ts";

/** How near to its end a conversation counts as read to the end. */
const nearEndPx = 40;

/** What was said, and what is being said now. */
export function Transcript() {
	const { messages } = draft.value;
	const latest = run.value;
	const scroller = useRef<HTMLDivElement>(null);
	const isAtEnd = useRef(true);
	useLayoutEffect(() => {
		const element = scroller.current;
		// Who has scrolled up to read is left there.
		if (element && isAtEnd.current) element.scrollTop = element.scrollHeight;
	}, [messages, latest]);
	if (messages.length === 0 && !latest) return <Beginning />;
	const answered = messages.at(-1);
	const isOpen = latest && (!answered || runs.get(answered) === undefined);
	return (
		<div
			class="transcript"
			ref={scroller}
			onScroll={({
				currentTarget: { scrollHeight, scrollTop, clientHeight },
			}) => {
				isAtEnd.current = scrollHeight - scrollTop - clientHeight < nearEndPx;
			}}
			tabindex={0}
			role="region"
			aria-label="Messages"
		>
			<h2 class="visually-hidden">Messages</h2>
			<div class="conversation">
				{messages.map((message, index) => (
					<Said key={`${index}`} message={message} index={index} />
				))}
				{isOpen && <Saying latest={latest} />}
			</div>
			<p class="visually-hidden" role="status">
				{latest && says[latest.state]}
			</p>
		</div>
	);
}

const says = {
	running: "The model answers",
	done: "Answered",
	failed: "Failed",
	stopped: "Stopped",
};

function Beginning() {
	return (
		<div class="transcript">
			<section class="empty">
				<h2>Ask a model</h2>
				<p>
					What you send goes to Outcrop like any application's call: the engines
					and rules that are set up answer it, faults and quotas are suffered,
					and it is among the exchanges.
				</p>
				<p class="empty-actions">
					{["Hello, Outcrop", "Write a short poem about rocks."].map((text) => (
						<button
							type="button"
							key={text}
							onClick={() => {
								compose({ text });
								sendNow();
							}}
						>
							{text}
						</button>
					))}
				</p>
			</section>
		</div>
	);
}

function Said({ message, index }: { message: DraftMessage; index: number }) {
	const came = runs.get(message);
	return (
		<Turn
			message={read(message)}
			isAnswer={came !== undefined}
			end={came?.failure && `${came.failure.name}: ${came.failure.message}`}
			actions={
				message.role === "user" && (
					<button
						type="button"
						class="quiet"
						disabled={isRunning.value}
						onClick={() => takeBack(index)}
						title="Take the conversation back to here, and write this again"
					>
						Edit
					</button>
				)
			}
		>
			{came && <Facts came={came} />}
		</Turn>
	);
}

function read(message: DraftMessage) {
	const [said] = readConverseRequest({ messages: [{ ...message }] }).messages;
	return said ?? { role: message.role, blocks: [] };
}

/** The answer as it comes; or why none came. */
function Saying({ latest }: { latest: Run }) {
	const { failure, state } = latest;
	const { content } = answerOf(latest);
	if (state === "running" || content.length > 0)
		return (
			<Turn
				message={read({ role: "assistant", content })}
				isAnswer
				note={state === "running" ? "answering…" : undefined}
			/>
		);
	if (state === "stopped")
		return <p class="notice notice-warn">Stopped before anything was said.</p>;
	if (!failure)
		return (
			<p class="notice notice-warn">
				Answered without content. <Facts came={latest} />
			</p>
		);
	return (
		<section class="turn turn-error">
			<h3>
				<Icon name="bolt" />
				Refused
				{latest.status !== undefined && (
					<span class="faint">HTTP {latest.status}</span>
				)}
			</h3>
			<div class="blocks">
				<p class="said" role="alert">
					<strong>{failure.name}</strong>
					<br />
					{failure.message}
				</p>
				{adviceFor(failure) && <p>{adviceFor(failure)}</p>}
				<Facts came={latest} />
			</div>
		</section>
	);
}

/** What it took, and where it is. */
function Facts({ came }: { came: Run }) {
	const { firstTokenMs, totalMs, requestId, state } = came;
	const { usage, stopReason } = answerOf(came);
	const time = (ms: number | undefined) =>
		ms === undefined ? undefined : formatDuration(ms);
	const facts: [string, string | undefined][] = [
		["first token", time(firstTokenMs)],
		["in all", time(totalMs)],
		["tokens in", usage && formatCount(usage.inputTokens)],
		["out", usage && formatCount(usage.outputTokens)],
		["stopped by", state === "stopped" ? "you" : stopReason],
	];
	return (
		<div class="came">
			<p class="settings">
				{facts.map(
					([name, value]) =>
						value && (
							<span key={name}>
								{name} <code>{value}</code>
							</span>
						),
				)}
			</p>
			{requestId !== undefined && (
				<p class="came-actions">
					<a href={urlOf(`exchanges/${requestId}`)}>Open the exchange</a>
					{state === "done" && <SaveScript id={requestId} />}
				</p>
			)}
		</div>
	);
}
