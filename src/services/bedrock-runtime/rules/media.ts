import type {
	DocumentBlock,
	ImageBlock,
} from "@aws-sdk/client-bedrock-runtime";
import type { ModelFacts } from "../../../models/facts.ts";
import { type ConverseRules, refuse } from "./rule.ts";
import { type Sniffed, sniff } from "./sniff.ts";

/** Rules on images, documents, video and audio. */
export const mediaRules = {
	blockUnsupported: {
		text: "This model doesn't support the {kind} content block that you provided. Update the content block and try again.",
		source: "observed",
		reference:
			"images on Nova Micro and others in live logs; video on Claude, in a tool result, pydantic-ai's recordings; audio in the same form (assumed)",
		models: "by facts",
	},
	s3Unsupported: {
		text: "This model doesn't support the s3Uri field. Remove s3Uri and try again.",
		source: "observed",
		reference: "pydantic/pydantic-ai, its recordings: an image for Claude",
		models: "by facts",
	},
	s3DocumentAnthropic: {
		text: "The model returned the following errors: {path}.document.source.type: Field required",
		source: "observed",
		reference:
			"pydantic/pydantic-ai, its recordings: a document beside text for Claude; in a tool result it passes",
		models: "by facts",
	},
	documentsUnsupported: {
		text: "This model doesn't support documents.",
		source: "observed",
		reference: "anomalyco/models.dev#6821, 2026-09",
		models: "by facts",
	},
	wrongRole: {
		text: "This model doesn't support the {field} field for {role} messages. Remove {field} and try again.",
		source: "observed",
		reference:
			"anomalyco/models.dev#6821 for `document` and user; that images and documents are for user messages is documented, that these are its words is assumed",
		models: "all",
	},
	documentName: {
		text: "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character. Check that the file name conforms to these restrictions and retry your request.",
		source: "observed",
		reference: "a gateway's catalogue of live errors",
		models: "all",
	},
	documentNameTwice: {
		text: "Messages can't contain duplicate document names. Rename the document and retry your request.",
		source: "observed",
		reference:
			"maximhq/bifrost#7003, ag-ui-protocol/ag-ui#2425: across all messages of the request",
		models: "all",
	},
	documentCount: {
		text: "You can't include more than 5 documents in a request.",
		source: "observed",
		reference: "aws-samples/generative-ai-use-cases#1685, 2026-08",
		models: "all",
	},
	documentType: {
		text: "The detected filetype is {detected}, but the provided filetype was {format}.",
		source: "observed",
		reference:
			"a gateway's catalogue of live errors: PLAIN_TEXT for PDF; other names than these two are assumed",
		models: "all",
	},
	documentIsImage: {
		text: "Unsupported MIME type: image/{kind}. Retry your request with a supported file type: xlsx, txt, pdf, csv, md, doc, html, xls, docx",
		source: "observed",
		reference: "a gateway's catalogue of live errors",
		models: "all",
	},
	documentWithoutText: {
		text: "A text block must be included when using documents. Add a text block and retry your request.",
		source: "observed",
		reference:
			"archestra-ai/archestra#4220 and a gateway's catalogue of live errors",
		models: "all",
	},
	toolDocumentCitations: {
		text: "Citations are not supported in tool result documents.",
		source: "observed",
		reference: "boto/boto3#4648, 2025-10",
		models: "all",
	},
	imageTypeAnthropic: {
		text: "The model returned the following errors: {path}.image.source.base64: The image was specified using the image/{format} media type, but the image appears to be a image/{detected} image",
		source: "observed",
		reference:
			"NousResearch/hermes-agent#55429; live logs of Bedrock's clients",
		models: "by facts",
	},
	imageTypeMeta: {
		text: "The model returned the following errors: The provided image does not match the specified image format.",
		source: "observed",
		reference: "boto/boto3#4415, Llama 3.2",
		models: "by facts",
	},
	mediaCount: {
		text: "The model returned the following errors: too many images and documents: {images} + {documents} > {limit}",
		source: "observed",
		reference:
			"cline/cline#1844, boto/boto3#4632; the limit was 20 for all and is the model's since 2025-12",
		models: "by facts",
	},
} as const satisfies ConverseRules;

/** Images and documents counted over a request. */
export interface MediaCount {
	images: number;
	documents: number;
	/** Names seen; made with the first document. */
	names: Set<string> | undefined;
}

/** Checks an image of a message or of a tool result. */
export function checkImage(
	image: ImageBlock,
	path: string,
	facts: ModelFacts,
	count: MediaCount,
): void {
	if (facts.images === false)
		throw refuse(mediaRules.blockUnsupported, { kind: "image" });
	count.images++;
	checkCount(count, facts);
	if (facts.family === "anthropic" && image.source?.s3Location)
		throw refuse(mediaRules.s3Unsupported);
	// What the bytes are is the model's own check, so only for families whose words are known.
	if (facts.family !== "anthropic" && facts.family !== "meta") return;
	const detected = image.source?.bytes && sniff(image.source.bytes);
	if (!detected || !imageTypes.has(detected) || detected === image.format)
		return;
	throw facts.family === "meta"
		? refuse(mediaRules.imageTypeMeta)
		: refuse(mediaRules.imageTypeAnthropic, {
				path,
				format: String(image.format),
				detected,
			});
}

/** Checks a document of a message or of a tool result. */
export function checkDocument(
	document: DocumentBlock,
	facts: ModelFacts,
	count: MediaCount,
): void {
	if (facts.documents === false) throw refuse(mediaRules.documentsUnsupported);
	const name = document.name ?? "";
	if (!documentName.test(name)) throw refuse(mediaRules.documentName);
	count.names ??= new Set();
	if (count.names.has(name)) throw refuse(mediaRules.documentNameTwice);
	count.names.add(name);
	if (++count.documents > 5) throw refuse(mediaRules.documentCount);
	checkCount(count, facts);
	if (document.source?.bytes)
		checkDocumentBytes(document.source.bytes, document.format ?? "txt");
}

function checkCount(
	{ images, documents }: MediaCount,
	{ maxMedia: limit }: ModelFacts,
): void {
	if (limit !== undefined && images + documents > limit) {
		throw refuse(mediaRules.mediaCount, { images, documents, limit });
	}
}

const imageTypes: ReadonlySet<Sniffed> = new Set([
	"png",
	"jpeg",
	"gif",
	"webp",
]);
/** The refusal does not name the underscore, but it passes (observed on Claude Sonnet 5: langchain-ai/langchain-aws, its cassettes). */
const documentName = /^(?:[\w()[\]-]|\s(?!\s))+$/;

/** The container that each binary format must have. Text formats take any bytes: Bedrock reads what they are (observed). */
const containers: Partial<Record<string, Sniffed>> = {
	pdf: "pdf",
	docx: "zip",
	xlsx: "zip",
	doc: "ole",
	xls: "ole",
};

const detectedNames: Partial<Record<Sniffed, string>> = {
	text: "PLAIN_TEXT",
	pdf: "PDF",
	html: "HTML",
	zip: "ZIP",
	ole: "OLE",
};

function checkDocumentBytes(bytes: Uint8Array, format: string): void {
	const detected = sniff(bytes);
	if (!detected) return;
	if (imageTypes.has(detected))
		throw refuse(mediaRules.documentIsImage, { kind: detected });
	const container = containers[format];
	if (container && detected !== container) {
		throw refuse(mediaRules.documentType, {
			detected: detectedNames[detected] ?? "UNKNOWN",
			format: format.toUpperCase(),
		});
	}
}
