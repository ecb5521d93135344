import { STRANGER_TEXT_MAX } from '../decoder/evidence.js';

/**
 * Text read from a stranger's picture, safe to store: control characters, lone surrogates and everything else unprintable
 * becomes a space (a NUL would not even fit into Postgres), and it is cut. Safe to store, never safe to obey.
 */
export function strangerText(text: string): string {
  return Array.from(text.replace(/\p{C}/gu, ' ')).slice(0, STRANGER_TEXT_MAX).join('');
}
