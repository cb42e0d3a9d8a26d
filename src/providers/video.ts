import { invalid } from "../errors.ts";
import type { DirectProvider } from "./direct.ts";

/** Nova Reel and Luma Ray make videos, which only `StartAsyncInvoke` starts. The text is assumed: no public log shows it. */
export const video: DirectProvider = {
	async answer() {
		throw invalid(
			"The model is unsupported for synchronous invocation. Use StartAsyncInvoke.",
		);
	},
};
