import type { Picture } from "./state.ts";

/** What Converse takes. */
export const pictureTypes = [
	"image/png",
	"image/jpeg",
	"image/gif",
	"image/webp",
];
const maxBytes = 20 * 1024 * 1024;

/** A file as a picture to be sent; or why it is none. */
export async function readPicture(file: File): Promise<Picture | string> {
	if (!pictureTypes.includes(file.type))
		return `${file.name} is ${file.type || "of no known type"}; pictures are PNG, JPEG, GIF or WebP.`;
	if (file.size > maxBytes)
		return `${file.name} is larger than 20 MB, all that a request may have.`;
	return {
		name: file.name,
		format: file.type.slice("image/".length),
		base64: encodeBase64(new Uint8Array(await file.arrayBuffer())),
	};
}

const pieceBytes = 0x8000;

/** In pieces: a call takes only so many arguments. */
function encodeBase64(bytes: Uint8Array): string {
	let binary = "";
	for (let at = 0; at < bytes.length; at += pieceBytes)
		binary += String.fromCharCode(...bytes.subarray(at, at + pieceBytes));
	return btoa(binary);
}
