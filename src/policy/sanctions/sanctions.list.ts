import { timeSchema } from '@groundtruth/sdk/protocol';
import { z } from 'zod';
import type { SanctionsList } from '../facts.js';

/** The largest lists published have below a hundred thousand names with all their spellings. */
const ENTRIES_MAX = 1_000_000;
const entries = z.array(z.string().trim().min(1).max(500)).max(ENTRIES_MAX);

const listSchema = z.strictObject({
  /** The moment up to which its publisher's list is in it, RFC 3339. */
  as_of: timeSchema,
  source: z.string().min(3),
  /** Ids of our own parties: agents and contributors. */
  ids: entries.default([]),
  names: entries.default([]),
  wallets: entries.default([]),
});
/** A sanctions list as a file holds it. */
export type SanctionsFile = z.input<typeof listSchema>;

/** Reads a sanctions list. A list without an entry is no list. @throws {Error} when it does not fit. */
export function readSanctions(text: string): SanctionsList {
  const { as_of, ids, names, wallets } = listSchema.parse(JSON.parse(text));
  if (ids.length + names.length + wallets.length === 0) throw new Error('the list names nobody');
  return { as_of, ids, names, wallets };
}
