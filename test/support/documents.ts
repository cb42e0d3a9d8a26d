/** Small documents, made by hand. */
import { crc32 } from "node:zlib";

/** A PDF of one page that says a text. */
export function pdf(text: string): Buffer {
	const stream = `BT /F1 12 Tf 72 720 Td (${text}) Tj ET`;
	const objects = [
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	];
	let file = "%PDF-1.4\n";
	const offsets = objects.map((object, index) => {
		const at = file.length;
		file += `${index + 1} 0 obj\n${object}\nendobj\n`;
		return `${String(at).padStart(10, "0")} 00000 n \n`;
	});
	return Buffer.from(
		`${file}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join("")}` +
			`trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`,
		"latin1",
	);
}

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const types = "http://schemas.openxmlformats.org/package/2006/content-types";
const relations =
	"http://schemas.openxmlformats.org/package/2006/relationships";
const office =
	"http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/** A Word document of one paragraph. */
export function docx(text: string): Buffer {
	const main =
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
	const word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
	return zip({
		"[Content_Types].xml": `${xml}<Types xmlns="${types}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="${main}"/></Types>`,
		"_rels/.rels": `${xml}<Relationships xmlns="${relations}"><Relationship Id="r1" Type="${office}/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml": `${xml}<w:document xmlns:w="${word}"><w:body><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:body></w:document>`,
	});
}

/** A workbook of one row. */
export function xlsx(...cells: string[]): Buffer {
	const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
	const kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
	const row = cells
		.map(
			(cell, index) =>
				`<c r="${String.fromCharCode(65 + index)}1" t="inlineStr"><is><t>${cell}</t></is></c>`,
		)
		.join("");
	return zip({
		"[Content_Types].xml": `${xml}<Types xmlns="${types}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${kind}.worksheet+xml"/></Types>`,
		"_rels/.rels": `${xml}<Relationships xmlns="${relations}"><Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `${xml}<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `${xml}<Relationships xmlns="${relations}"><Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml": `${xml}<worksheet xmlns="${main}"><sheetData><row r="1">${row}</row></sheetData></worksheet>`,
	});
}

/** A zip of files that are stored as they are. */
function zip(files: Record<string, string>): Buffer {
	const locals: Buffer[] = [];
	const central: Buffer[] = [];
	let offset = 0;
	for (const [name, text] of Object.entries(files)) {
		const content = Buffer.from(text);
		const head = Buffer.alloc(26);
		head.writeUInt16LE(20, 0);
		head.writeUInt32LE(crc32(content), 10);
		head.writeUInt32LE(content.length, 14);
		head.writeUInt32LE(content.length, 18);
		head.writeUInt16LE(name.length, 22);
		const local = Buffer.concat([
			Buffer.from("PK\x03\x04"),
			head,
			Buffer.from(name),
			content,
		]);
		const tail = Buffer.alloc(14);
		tail.writeUInt32LE(offset, 10);
		central.push(
			Buffer.concat([
				Buffer.from("PK\x01\x02\x14\x00"),
				head,
				tail,
				Buffer.from(name),
			]),
		);
		locals.push(local);
		offset += local.length;
	}
	const directory = Buffer.concat(central);
	const end = Buffer.alloc(18);
	end.writeUInt16LE(central.length, 4);
	end.writeUInt16LE(central.length, 6);
	end.writeUInt32LE(directory.length, 8);
	end.writeUInt32LE(offset, 12);
	return Buffer.concat([...locals, directory, Buffer.from("PK\x05\x06"), end]);
}
