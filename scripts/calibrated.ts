import type { models } from "ai-tokenizer";

/** A row of `calibration.json` before the measured figures of `from` are joined to it. */
export interface CalibratedFamily {
	/** Part of a foundation-model id; the first row that a model id contains decides, `""` stands for all others. */
	id: string;
	/** The model of ai-tokenizer's table whose figures are taken. */
	from: keyof typeof models;
	/** How images are counted, see `src/turn/media.ts`. */
	images: "claude" | "claude-large" | "nova" | "patches";
	/** Why a figure differs from the table's, or why a neighbour's figures are taken. */
	why?: string;
	encoding?: "claude" | "o200k_base" | "cl100k_base";
	contentMultiplier?: number;
	baseOverhead?: number;
	perMessage?: number;
	toolsExist?: number;
}

const tiktoken =
	"the table's choice is a fit; the family's own vocabulary is of the tiktoken kind, as its siblings' are (assumed)";
const nearest = "not in the table: the nearest model's figures (assumed)";

/** The families of models on Bedrock, in the order they are tried. */
export const calibrated: CalibratedFamily[] = [
	{
		id: "anthropic.claude-3-haiku",
		from: "anthropic/claude-3-haiku",
		images: "claude",
	},
	{
		id: "anthropic.claude-3-sonnet",
		from: "anthropic/claude-3-haiku",
		images: "claude",
		toolsExist: 212,
		why: "not in the table; 159 tokens of tool prompt (documented by Anthropic) + 53 for the first tool, as with its siblings",
	},
	{
		id: "anthropic.claude-3-opus",
		from: "anthropic/claude-3-opus",
		images: "claude",
	},
	{
		id: "anthropic.claude-3-5-haiku",
		from: "anthropic/claude-3.5-haiku",
		images: "claude",
	},
	{
		id: "anthropic.claude-3-5-sonnet-20240620",
		from: "anthropic/claude-3.5-sonnet-20240620",
		images: "claude",
	},
	{
		id: "anthropic.claude-3-5-sonnet",
		from: "anthropic/claude-3.5-sonnet",
		images: "claude",
	},
	{
		id: "anthropic.claude-3-7-sonnet",
		from: "anthropic/claude-3.7-sonnet",
		images: "claude",
	},
	{
		id: "anthropic.claude-opus-4-1",
		from: "anthropic/claude-opus-4.1",
		images: "claude",
	},
	{
		id: "anthropic.claude-opus-4-2",
		from: "anthropic/claude-opus-4",
		images: "claude",
	},
	{
		id: "anthropic.claude-opus-4-5",
		from: "anthropic/claude-opus-4.5",
		images: "claude",
	},
	{
		id: "anthropic.claude-opus-4-6",
		from: "anthropic/claude-opus-4.5",
		images: "claude",
		why: nearest,
	},
	{
		id: "anthropic.claude-sonnet-4-2",
		from: "anthropic/claude-sonnet-4",
		images: "claude",
	},
	{
		id: "anthropic.claude-sonnet-4-5",
		from: "anthropic/claude-sonnet-4.5",
		images: "claude",
	},
	{
		id: "anthropic.claude-sonnet-4-6",
		from: "anthropic/claude-sonnet-4.5",
		images: "claude",
		why: nearest,
	},
	{
		id: "anthropic.claude-haiku-4-5",
		from: "anthropic/claude-haiku-4.5",
		images: "claude",
	},
	{
		id: "anthropic.claude-v",
		from: "anthropic/claude-3-haiku",
		images: "claude",
		contentMultiplier: 1,
		why: "the vocabulary is Claude 2's own, so its counts need no factor",
	},
	{
		id: "anthropic.claude-instant",
		from: "anthropic/claude-3-haiku",
		images: "claude",
		contentMultiplier: 1,
		why: "the vocabulary is Claude 2's own, so its counts need no factor",
	},
	{
		id: "anthropic.",
		from: "anthropic/claude-opus-4.5",
		images: "claude-large",
		why: nearest,
	},

	{ id: "amazon.nova-micro", from: "amazon/nova-micro", images: "nova" },
	{ id: "amazon.nova-lite", from: "amazon/nova-lite", images: "nova" },
	{ id: "amazon.nova-pro", from: "amazon/nova-pro", images: "nova" },
	{ id: "amazon.nova", from: "amazon/nova-pro", images: "nova", why: nearest },

	{
		id: "meta.llama3-3",
		from: "meta/llama-3.3-70b",
		images: "patches",
		encoding: "cl100k_base",
		contentMultiplier: 1,
		why: tiktoken,
	},
	{ id: "meta.llama3-1", from: "meta/llama-3.1-8b", images: "patches" },
	{
		id: "meta.llama4",
		from: "meta/llama-4-scout",
		images: "patches",
		encoding: "o200k_base",
		contentMultiplier: 1,
		why: tiktoken,
	},
	{
		id: "meta.llama",
		from: "meta/llama-3.1-8b",
		images: "patches",
		why: nearest,
	},

	{
		id: "mistral.mistral-7b",
		from: "mistral/mistral-small",
		images: "patches",
		contentMultiplier: 1.11,
		why: "the first Mistral vocabulary makes 11 % more tokens of English text (observed on 46 KB)",
	},
	{
		id: "mistral.mixtral",
		from: "mistral/mistral-small",
		images: "patches",
		contentMultiplier: 1.11,
		why: "the first Mistral vocabulary makes 11 % more tokens of English text (observed on 46 KB)",
	},
	{
		id: "mistral.mistral-large",
		from: "mistral/mistral-large",
		images: "patches",
	},
	{ id: "mistral.pixtral", from: "mistral/pixtral-large", images: "patches" },
	{
		id: "mistral.magistral",
		from: "mistral/magistral-small",
		images: "patches",
	},
	{ id: "mistral.devstral", from: "mistral/devstral-small", images: "patches" },
	{
		id: "mistral.mistral-small",
		from: "mistral/mistral-small",
		images: "patches",
	},
	{
		id: "mistral.",
		from: "mistral/mistral-small",
		images: "patches",
		why: nearest,
	},

	{ id: "qwen.qwen3-32b", from: "alibaba/qwen-3-32b", images: "patches" },
	{ id: "qwen.qwen3-235b", from: "alibaba/qwen-3-235b", images: "patches" },
	{ id: "qwen.qwen3-coder", from: "alibaba/qwen3-coder", images: "patches" },
	{
		id: "qwen.qwen3-next",
		from: "alibaba/qwen3-next-80b-a3b-instruct",
		images: "patches",
	},
	{ id: "qwen.qwen3-vl", from: "alibaba/qwen3-vl-instruct", images: "patches" },
	{ id: "qwen.", from: "alibaba/qwen-3-32b", images: "patches", why: nearest },

	{ id: "deepseek.r1", from: "deepseek/deepseek-r1", images: "patches" },
	{
		id: "deepseek.v3.2",
		from: "deepseek/deepseek-v3.2-exp",
		images: "patches",
	},
	{ id: "deepseek.", from: "deepseek/deepseek-v3.1", images: "patches" },

	{
		id: "openai.gpt-oss-120b",
		from: "openai/gpt-oss-120b",
		images: "patches",
		encoding: "o200k_base",
		why: "gpt-oss uses o200k_harmony, whose ordinary tokens are o200k_base's (documented)",
	},
	{
		id: "openai.gpt-oss-20b",
		from: "openai/gpt-oss-20b",
		images: "patches",
		encoding: "o200k_base",
		why: "gpt-oss uses o200k_harmony, whose ordinary tokens are o200k_base's (documented)",
	},
	{
		id: "openai.gpt-oss",
		from: "openai/gpt-oss-safeguard-20b",
		images: "patches",
		encoding: "o200k_base",
		why: "gpt-oss uses o200k_harmony, whose ordinary tokens are o200k_base's (documented)",
	},
	{
		id: "openai.",
		from: "openai/gpt-5.1-instant",
		images: "patches",
		why: nearest,
	},

	{
		id: "moonshot.kimi-k2",
		from: "moonshotai/kimi-k2-thinking",
		images: "patches",
	},
	{
		id: "moonshotai.",
		from: "moonshotai/kimi-k2-thinking",
		images: "patches",
		why: nearest,
	},
	{ id: "minimax.", from: "minimax/minimax-m2", images: "patches" },
	{ id: "zai.", from: "zai/glm-4.5", images: "patches", why: nearest },
	{
		id: "google.gemma",
		from: "google/gemini-2.0-flash",
		images: "patches",
		why: "Gemma 3 shares Gemini's vocabulary (assumed)",
	},
	{
		id: "xai.",
		from: "xai/grok-4.1-fast-reasoning",
		images: "patches",
		encoding: "o200k_base",
		why: `${nearest}; p50k_base is not packed, and grok-3 was fitted with o200k_base`,
	},
	{
		id: "",
		from: "meta/llama-3.1-8b",
		images: "patches",
		baseOverhead: 3,
		why: "families nobody measured: cl100k_base and a plain chat template (assumed)",
	},
];
