import { z } from 'zod';
import { escapeUnseen } from '../../text/unseen.js';

/** A text that a stranger may have written: data to weigh, never an instruction to whoever reads it. */
export interface Untrusted {
  readonly untrusted: string;
}

/** A text of a stranger in an answer: the member says what it is, and a bare text never is one. */
export const untrustedSchema = z.strictObject({ untrusted: z.string() });

/** Wraps a text, with every character that hides spelled out. */
export const untrusted = (text: string): Untrusted => ({ untrusted: escapeUnseen(text) });

/** Forms that only this exchange gives: ids, amounts, times, hashes, names of states. No sentence fits one of them. */
const OURS =
  /^(?:[a-z]{2,5}_[0-9a-f]{32}|-?\d{1,19}(?:\.\d{1,9})?|\d{4}-\d\d-\d\dT[\d:.]{5,18}Z|(?:0x)?[0-9a-f]{15,130})$/;
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** Any value of no known form: each text in it is wrapped unless it can be no sentence, and so is an object whose names are not plain. */
export function untrustedDeep(value: unknown): unknown {
  if (typeof value === 'string') return OURS.test(value) ? value : untrusted(value);
  if (Array.isArray(value)) return value.map(untrustedDeep);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value);
  if (!members.every(([name]) => NAME.test(name))) return untrusted(JSON.stringify(value));
  return Object.fromEntries(members.map(([name, member]) => [name, untrustedDeep(member)]));
}
