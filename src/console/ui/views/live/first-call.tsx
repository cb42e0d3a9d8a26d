import { useState } from "preact/hooks";
import { Code } from "../../components/copy.tsx";
import { feed } from "../../feed.ts";

const modelId = "amazon.nova-lite-v1:0";

/** What to do when nothing has happened yet. */
export function FirstCall() {
	const endpoint = location.origin;
	const [error, setError] = useState<string>();
	const send = () => {
		setError(undefined);
		fetch(`/model/${encodeURIComponent(modelId)}/converse`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({
				messages: [{ role: "user", content: [{ text: "Hello, Outcrop" }] }],
			}),
		}).catch(() => setError("Outcrop does not answer. Is it still running?"));
	};
	return (
		<section class="empty first-call">
			<h2>Waiting for the first call</h2>
			<p>
				{feed.state.value === "lost"
					? "Outcrop does not answer. Start it, and this page goes on by itself."
					: "Every call to Amazon Bedrock that comes here is listed, as it ends."}
			</p>
			<ol>
				<li>
					<h3>Point your application here</h3>
					<p>Paste this into its shell. Nothing else has to change.</p>
					<Code
						label="exports"
						text={`export AWS_ENDPOINT_URL=${endpoint}
export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test`}
					/>
				</li>
				<li>
					<h3>Make a call</h3>
					<p>With your application, with the AWS CLI, or from here.</p>
					<Code
						label="first call"
						text={`aws bedrock-runtime converse --model-id ${modelId} \\
  --messages '[{"role":"user","content":[{"text":"Hello"}]}]'`}
					/>
					<button type="button" class="primary" onClick={send}>
						Send a first call
					</button>
					{error && <p role="alert">{error}</p>}
				</li>
			</ol>
		</section>
	);
}
