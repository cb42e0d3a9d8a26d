/** The formats that image models answer in. */
export type ImageFormat = "png" | "jpeg" | "webp";

/** What an image model is asked, as far as it shows. */
export interface ImageRequest {
	/** As received, percent-decoded: an id, an inference-profile id or an ARN. */
	modelId: string;
	/** What is done, in few words: `text to image`, `inpainting`, … */
	task: string;
	/** An empty string when the task has none. */
	prompt: string;
	negativePrompt?: string | undefined;
	/** Pixels. */
	width: number;
	height: number;
	format: ImageFormat;
	/** One image for each seed. */
	seeds: number[];
	/** Colours to use, as `#rrggbb`. */
	colors?: string[] | undefined;
	/** The images that were sent along: what is changed, varied, masked or imitated. */
	sources?: Uint8Array[] | undefined;
}

/** Encoded images, one for each seed in its order. */
export interface Images {
	images: Uint8Array[];
}
