/** The parts of a message that are no text: images, sound, video and files, as data URIs. */

import type {
	AudioFormat,
	ContentBlock,
	DocumentFormat,
	ImageFormat,
	VideoFormat,
} from "@aws-sdk/client-bedrock-runtime";
import type { JsonObject } from "../../json.ts";
import { decodeBase64 } from "../native.ts";
import { refuse } from "./refusal.ts";
import { asObject, asText, optional, required } from "./values.ts";

/** Converse's formats by what the client calls them: the subtype of a media type, or OpenAI's own word for sound. */
const imageFormats: Record<string, ImageFormat> = {
	png: "png",
	jpeg: "jpeg",
	jpg: "jpeg",
	gif: "gif",
	webp: "webp",
};
const audioFormats: Record<string, AudioFormat> = {
	wav: "wav",
	"x-wav": "wav",
	mp3: "mp3",
	mpeg: "mp3",
	flac: "flac",
	ogg: "ogg",
	opus: "opus",
	m4a: "m4a",
	aac: "aac",
	mp4: "mp4",
	webm: "webm",
	pcm16: "pcm",
};
const videoFormats: Record<string, VideoFormat> = {
	mp4: "mp4",
	webm: "webm",
	quicktime: "mov",
	"x-matroska": "mkv",
	"x-flv": "flv",
	mpeg: "mpeg",
	"x-ms-wmv": "wmv",
	"3gpp": "three_gp",
};
const documentFormats: Record<string, DocumentFormat> = {
	pdf: "pdf",
	plain: "txt",
	csv: "csv",
	html: "html",
	markdown: "md",
	msword: "doc",
	"vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
	"vnd.ms-excel": "xls",
	"vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
};

/** Reads `{type: "image_url", image_url: {url} | "…"}`. @throws ChatBodyError */
export function readImage(part: JsonObject, path: string): ContentBlock {
	const { subtype, bytes, at } = readUrl(part, "image_url", path);
	return {
		image: { format: formatOf(imageFormats, subtype, at), source: { bytes } },
	};
}

/** Reads `{type: "video_url", video_url: {url}}`. @throws ChatBodyError */
export function readVideo(part: JsonObject, path: string): ContentBlock {
	const { subtype, bytes, at } = readUrl(part, "video_url", path);
	return {
		video: { format: formatOf(videoFormats, subtype, at), source: { bytes } },
	};
}

/** Reads `{type: "audio_url", audio_url: {url}}`. @throws ChatBodyError */
export function readAudioUrl(part: JsonObject, path: string): ContentBlock {
	const { subtype, bytes, at } = readUrl(part, "audio_url", path);
	return {
		audio: { format: formatOf(audioFormats, subtype, at), source: { bytes } },
	};
}

/** Reads `{type: "input_audio", input_audio: {data, format}}`. @throws ChatBodyError */
export function readAudio(part: JsonObject, path: string): ContentBlock {
	const at = `${path}.input_audio`;
	const audio = asObject(
		required(part, "input_audio", path),
		at,
		"struct InputAudio",
	);
	const format = asText(required(audio, "format", at), `${at}.format`);
	const bytes = readBase64(
		asText(required(audio, "data", at), `${at}.data`),
		`${at}.data`,
	);
	return {
		audio: {
			format: formatOf(audioFormats, format, `${at}.format`),
			source: { bytes },
		},
	};
}

/** Reads `{type: "file", file: {file_data, filename}}`. @throws ChatBodyError */
export function readFile(part: JsonObject, path: string): ContentBlock {
	const at = `${path}.file`;
	const file = asObject(required(part, "file", path), at, "struct FileObject");
	const { subtype, bytes } = readDataUri(
		asText(required(file, "file_data", at), `${at}.file_data`),
		`${at}.file_data`,
	);
	const name = optional(file, "filename");
	return {
		document: {
			format: formatOf(documentFormats, subtype, `${at}.file_data`),
			name:
				name === undefined
					? "Document"
					: nameOf(asText(name, `${at}.filename`)),
			source: { bytes },
		},
	};
}

/** A file's name in the letters that Converse allows for a document's: without its ending, in at most 200 characters. */
function nameOf(filename: string): string {
	const ending = filename.lastIndexOf(".");
	const name = (ending > 0 ? filename.slice(0, ending) : filename).slice(
		0,
		200,
	);
	return (
		name
			.replace(/[^A-Za-z0-9()[\]-]/g, " ")
			.replace(/ +/g, " ")
			.trim() || "Document"
	);
}

function readUrl(
	part: JsonObject,
	key: string,
	path: string,
): { subtype: string; bytes: Uint8Array; at: string } {
	const value = required(part, key, path);
	const at = `${path}.${key}`;
	if (typeof value === "string") return { ...readDataUri(value, at), at };
	const url = required(asObject(value, at, "struct ImageUrl"), "url", at);
	return {
		...readDataUri(asText(url, `${at}.url`), `${at}.url`),
		at: `${at}.url`,
	};
}

/** Bedrock fetches nothing: only data URIs are taken (documented for images; the wording is assumed). */
function readDataUri(
	uri: string,
	path: string,
): { subtype: string; bytes: Uint8Array } {
	const comma = uri.indexOf(",");
	const head = uri.slice(0, Math.min(comma, 200));
	if (!uri.startsWith("data:") || comma < 0 || !head.endsWith(";base64")) {
		throw refuse(
			path,
			`${path}: only base64 data URIs are supported, such as data:image/png;base64,…`,
		);
	}
	const mediaType = head.slice("data:".length, head.indexOf(";"));
	return {
		subtype: mediaType.slice(mediaType.indexOf("/") + 1).toLowerCase(),
		bytes: readBase64(uri.slice(comma + 1), path),
	};
}

function readBase64(text: string, path: string): Uint8Array {
	const bytes = text === "" ? undefined : decodeBase64(text);
	if (!bytes) throw refuse(path, `${path}: invalid base64 data`);
	return bytes;
}

function formatOf<Format>(
	formats: Record<string, Format>,
	name: string,
	path: string,
): Format {
	const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
	if (format === undefined) {
		throw refuse(
			path,
			`${path}: unsupported format \`${name.slice(0, 100)}\`, expected one of ${Object.keys(formats).join(", ")}`,
		);
	}
	return format;
}
