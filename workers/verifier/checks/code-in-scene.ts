import type { Gathered } from './check.js';
import type { TextEvidence } from '../decoder/evidence.js';

/** `near`: one character wrong, missing or too many, which OCR does to honest cards; a person should look or the photo be retaken. */
export type CodeReading = 'exact' | 'near' | 'absent';

/**
 * Looks for a reservation's short code in the text of a picture. Exact, in one line or across lines; case, spaces and hyphens do
 * not count. Look-alikes are not translated: the code's alphabet has none.
 */
export function readCode(lines: readonly { readonly text: string }[], code: string): CodeReading {
  const wanted = bare(code);
  const cleaned = lines.map((line) => bare(line.text));
  const places = [...cleaned, cleaned.join('')];
  if (places.some((text) => text.includes(wanted))) return 'exact';
  return places.some((text) => holdsNear(text, wanted)) ? 'near' : 'absent';
}

/** Null until the text was read; the failure when it could not be. */
export function codeReading(
  text: Gathered<TextEvidence> | undefined,
  code: string,
): CodeReading | 'unavailable' | null {
  if (!text) return null;
  return text.ok ? readCode(text.value.lines, code) : 'unavailable';
}

/** Upper-case letters and digits alone, full-width forms included. */
const bare = (text: string): string =>
  text
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '');

function holdsNear(text: string, wanted: string): boolean {
  const lengths = [wanted.length - 1, wanted.length, wanted.length + 1];
  return lengths.some((length) => {
    for (let start = 0; start + length <= text.length; start++)
      if (oneEditApart(text.slice(start, start + length), wanted)) return true;
    return false;
  });
}

/** Levenshtein distance of at most 1, for lengths that differ by at most 1: equal prefix, one edit, equal rest. */
function oneEditApart(a: string, b: string): boolean {
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  const [restA, restB] = [a.slice(same), b.slice(same)];
  if (a.length === b.length) return restA.slice(1) === restB.slice(1);
  return a.length > b.length ? restA.slice(1) === restB : restA === restB.slice(1);
}
