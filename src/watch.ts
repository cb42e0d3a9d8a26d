import { type FSWatcher, watch } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";

/** Editors write a file in several steps; what comes within this time is one change. */
const settleMs = 30;

/**
 * Hears of changes to files and to folders with all below them. A file is watched through its folder: editors replace files,
 * and a watch on the file itself would end with it. Does not keep the process alive.
 *
 * @param changed - is not called again before it has ended: of two readings side by side the first might end last, and what it
 * had read would stay
 * @param failed - hears of what `changed` throws, and of a watch that broke
 * @returns what ends the watch
 */
export async function watchPaths(
	paths: readonly string[],
	changed: () => void | Promise<void>,
	failed: (error: unknown) => void,
): Promise<() => void> {
	const watchers: FSWatcher[] = [];
	let timer: NodeJS.Timeout | undefined;
	let working = false;
	let isOutdated = false;
	const work = async () => {
		isOutdated = true;
		if (working) return;
		working = true;
		while (isOutdated) {
			isOutdated = false;
			try {
				await changed();
			} catch (error) {
				failed(error);
			}
		}
		working = false;
	};
	const settle = () => {
		clearTimeout(timer);
		timer = setTimeout(work, settleMs).unref();
	};
	for (const path of paths) {
		const folder = (await stat(path)).isDirectory();
		const watcher = watch(
			folder ? path : dirname(path),
			{ persistent: false, recursive: folder },
			(_, name) => {
				if (folder || name === null || name === basename(path)) settle();
			},
		);
		watcher.on("error", failed);
		watchers.push(watcher);
	}
	return () => {
		clearTimeout(timer);
		isOutdated = false;
		for (const watcher of watchers) watcher.close();
	};
}
