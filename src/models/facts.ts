/**
 * What is known of a model, as far as it changes what Bedrock accepts for it. Every member is optional: undefined is
 * unknown, and what is unknown is permitted. The one exception is `leadingAssistant`, which says itself why.
 *
 * Source: the feature matrix of the user guide (documented) and refusals met by users of each family (observed).
 */
export interface ModelFacts {
	/** The family, as its ids tell it: `anthropic`, `amazon-nova`, `meta`, `mistral`, `qwen`, … Picks the texts of the model's own refusals. */
	family?: string | undefined;
	/** AWS's `providerName`, such as `Anthropic`. */
	provider?: string | undefined;

	/** Takes the `system` member. */
	system?: boolean | undefined;
	/** Takes messages of role `system` between others. */
	systemMessages?: boolean | undefined;
	/** Takes a conversation that starts with an assistant message. Unknown means no, except for Anthropic and Qwen. */
	leadingAssistant?: boolean | undefined;
	/** Takes a last message of the assistant, and continues it. */
	prefill?: boolean | undefined;
	/** Who refuses blank text: the service, before the model is asked (unknown means this), or the model in its own words. */
	blankText?: "service" | "model" | undefined;

	/** Takes image blocks. */
	images?: boolean | undefined;
	/** Takes image blocks in messages of the assistant, as models that answer with images do. */
	assistantImages?: boolean | undefined;
	/** Takes document blocks. */
	documents?: boolean | undefined;
	/** Takes video blocks. */
	video?: boolean | undefined;
	/** Takes audio blocks. */
	audio?: boolean | undefined;
	/** The most images and documents of one request together: 20, 100 or 600 on Claude. */
	maxMedia?: number | undefined;

	/** Takes `toolConfig`. */
	tools?: boolean | undefined;
	/** Takes `toolConfig` in ConverseStream. */
	streamingTools?: boolean | undefined;
	/** The members of `toolChoice` that it takes. */
	toolChoice?: readonly ("auto" | "any" | "tool")[] | undefined;
	/** Takes `status` in tool results. */
	toolResultStatus?: boolean | undefined;
	/** Takes text or attachments beside tool uses or tool results in one turn. */
	mixedToolContent?: boolean | undefined;

	/** Takes `outputConfig`. */
	outputConfig?: boolean | undefined;
	/** Takes cache points. */
	promptCaching?: boolean | undefined;
	/** The largest `inferenceConfig.maxTokens`. */
	maxOutputTokens?: number | undefined;
	/** The most tokens of a conversation. */
	contextWindow?: number | undefined;
}
