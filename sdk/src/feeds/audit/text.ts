/** Text forms of bytes, strict: one text per value. */
const HEX = /^(?:[0-9a-f]{2})*$/;

/** Null for anything but lower-case hex digits in pairs. */
export function bytesFromHex(text: string): Uint8Array | null {
  if (!HEX.test(text)) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function hexOf(bytes: Uint8Array): string {
  return bytes.reduce((text, byte) => text + (byte < 16 ? '0' : '') + byte.toString(16), '');
}

/** Null for what is no base64, or not the one text of its bytes. */
export function bytesFromBase64(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null;
  const binary = atob(text);
  return btoa(binary) === text ? Uint8Array.from(binary, (character) => character.charCodeAt(0)) : null;
}

export const bytesOfText = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(text));
