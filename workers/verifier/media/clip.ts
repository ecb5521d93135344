import { STRANGER_TEXT_MAX } from '../decoder/evidence.js';

/** A message of a library about a stranger's file: one line, printable, cut to what evidence may carry. */
export function clip(text: string): string {
  return text
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim()
    .slice(0, STRANGER_TEXT_MAX);
}
