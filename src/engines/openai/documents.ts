/**
 * The text of documents. Text formats are sent as they are: models read HTML, Markdown and CSV. The readers of the others
 * are packages of 2 to 3 MB that few need, so they are optional, and loaded with the first document of their kind.
 */
import { invalid, ServiceError } from "../../errors.ts";

const textFormats = ["txt", "md", "csv", "html"];

/**
 * Reads a document's text.
 *
 * @param format - Bedrock's word for it: `pdf`, `docx`, …
 * @throws ServiceError `ValidationException` when it is broken, its format cannot be read, or its reader is not installed
 */
export async function readDocument(
	bytes: Uint8Array,
	format: string,
): Promise<string> {
	if (textFormats.includes(format)) return Buffer.from(bytes).toString("utf8");
	const read = readers[format];
	if (!read)
		throw invalid(
			`The engine openai reads no text out of ${format} files: ${olderFormats[format] ?? `it reads ${[...textFormats, ...Object.keys(readers)].join(", ")}`}.`,
		);
	try {
		return await read(bytes);
	} catch (error) {
		if (error instanceof ServiceError) throw error;
		throw invalid(
			`The ${format} document cannot be read: ${error instanceof Error ? error.message : error}`,
		);
	}
}

const olderFormats: Record<string, string> = {
	doc: "save it as docx",
	xls: "save it as xlsx",
};

const readers: Record<string, (bytes: Uint8Array) => Promise<string>> = {
	async pdf(bytes) {
		const { extractText } = await optional("unpdf", () => import("unpdf"));
		// The reader takes the bytes away from their owner: it gets its own.
		const { text } = await extractText(Uint8Array.from(bytes));
		return text.join("\n\n");
	},
	async docx(bytes) {
		const { default: mammoth } = await optional(
			"mammoth",
			() => import("mammoth"),
		);
		const { value } = await mammoth.extractRawText({
			buffer: Buffer.from(bytes),
		});
		return value.trimEnd();
	},
	async xlsx(bytes) {
		const { default: readSheets } = await optional(
			"read-excel-file",
			() => import("read-excel-file/node"),
		);
		const sheets = await readSheets(Buffer.from(bytes));
		return sheets
			.map(({ sheet, data }) => `${sheet}\n${data.map(writeRow).join("\n")}`)
			.join("\n\n");
	},
};

/** As CSV has it. */
function writeRow(cells: readonly unknown[]): string {
	return cells
		.map((cell) => {
			const text =
				cell instanceof Date ? cell.toISOString() : String(cell ?? "");
			return /[",\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
		})
		.join(",");
}

/** @throws ServiceError that names the package which is not there */
async function optional<Module>(
	name: string,
	load: () => Promise<Module>,
): Promise<Module> {
	try {
		return await load();
	} catch {
		throw invalid(
			`The engine openai needs the package ${name} to read this document. Install it beside Outcrop: npm install ${name}`,
		);
	}
}
