import type { ViewProps } from "../../view-props.ts";
import { CassetteView } from "./cassette.tsx";
import { CassetteList } from "./list.tsx";

/** What real models answered, kept in files. */
export function RecordingsView({ parameters: { file } }: ViewProps) {
	return file === undefined ? (
		<CassetteList />
	) : (
		<CassetteView key={file} file={file} />
	);
}
