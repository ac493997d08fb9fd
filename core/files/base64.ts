/** Base64 (RFC 4648, section 4) for arrays inside JSON. `core` knows neither `btoa` nor `Buffer`. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function encodeBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; start += 3) {
    const [a, b, c] = [bytes[start]!, bytes[start + 1], bytes[start + 2]];
    const word = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    parts.push(
      alphabet[word >> 18]! + alphabet[(word >> 12) & 63]! + (b === undefined ? '=' : alphabet[(word >> 6) & 63]!) + (c === undefined ? '=' : alphabet[word & 63]!),
    );
  }
  return parts.join('');
}

const valueOf = new Map(Array.from(alphabet, (character, value) => [character, value]));

/** Null where the text is no base64: another character, a length that is no multiple of four, bits behind the last byte. */
export function decodeBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let at = 0, out = 0; at < text.length; at += 4) {
    let word = 0;
    for (let k = 0; k < 4; k++) {
      const isPadding = at + k >= text.length - padding;
      const value = isPadding ? 0 : valueOf.get(text[at + k]!);
      if (value === undefined) return null;
      word = (word << 6) | value;
    }
    for (let shift = 16; shift >= 0; shift -= 8) {
      const byte = (word >> shift) & 255;
      if (out < bytes.length) bytes[out++] = byte;
      else if (byte !== 0) return null;
    }
  }
  return bytes;
}
