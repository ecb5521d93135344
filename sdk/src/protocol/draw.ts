import { z } from 'zod';
import { lifecycleShape } from './bounty.js';
import { concatBytes, fromHex, sha256, toHex, utf8 } from './bytes.js';
import { sha256HexSchema } from './capture.js';
import { idSchema } from './ids.js';
import { commit } from './leaf.js';
import { inclusionProofSchema, ProofInvalid, verifyInclusion, type ProofOptions } from './proof.js';
import { timeOutSchema } from './time.js';

export const APPLICATION_STATES = ['applied', 'drawn', 'not_drawn', 'withdrawn'] as const;
export type ApplicationState = (typeof APPLICATION_STATES)[number];
export const DRAW_STATES = ['open', 'closed', 'drawn'] as const;
export type DrawState = (typeof DRAW_STATES)[number];

export const createApplicationSchema = z.strictObject({});

/** A wish for a slot that is drawn. It holds no slot, no price and no challenge: the reservation that it may become does. */
export const applicationSchema = z.object({
  id: idSchema('application'),
  bounty_id: idSchema('bounty'),
  ...lifecycleShape,
  state: z.enum(APPLICATION_STATES),
  /** The round it is drawn in, from 1. */
  round: z.int().min(1),
  /** What stands for it in the draw: SHA-256 of its id, hex. Nobody else can tell whose it is. */
  entry: sha256HexSchema,
  /** The slot it was drawn for; null in every other state. */
  reservation_id: idSchema('reservation').nullable(),
  created_at: timeOutSchema,
});
export type Application = z.infer<typeof applicationSchema>;

/** One round of a bounty whose slots are drawn, with all that it takes to draw again. */
export const drawSchema = z.object({
  id: idSchema('draw'),
  bounty_id: idSchema('bounty'),
  round: z.int().min(1),
  /** `open` takes applications; `closed` waits for the checkpoint that covers its leaf. */
  state: z.enum(DRAW_STATES),
  /** When it closes, unless so many apply that it closes before. */
  closes_at: timeOutSchema,
  /** The salt of its leaf, whose record is `{bounty_id, round, entries}`; null while it is open. */
  salt: sha256HexSchema.nullable(),
  /** Who may be drawn, one entry for each cluster of persons, sorted by entry. `ticket` and `drawn` are null until the draw. Null while it is open. */
  entries: z
    .array(
      z.strictObject({ entry: sha256HexSchema, ticket: sha256HexSchema.nullable(), drawn: z.boolean().nullable() }),
    )
    .nullable(),
  /** How many slots were free at the draw; null before it. */
  slots: z.int().min(0).nullable(),
  /** That the leaf is under the first checkpoint that covers it, whose root is what drew; null before the draw. */
  proof: inclusionProofSchema.nullable(),
});
export type Draw = z.infer<typeof drawSchema>;

/** What stands for an application in its draw: SHA-256 of its id, hex. */
export function drawEntry(applicationId: string): string {
  return toHex(sha256(utf8(applicationId)));
}

/** What the leaf of a round commits to, so that nobody can be added or left out once the root is known. */
export function drawRecord(of: { bounty_id: string; round: number; entries: readonly string[] }) {
  return { bounty_id: of.bounty_id, round: of.round, entries: of.entries.toSorted() };
}

/** SHA-256(root of the checkpoint ‖ bounty id ‖ round in decimal), hex. Root and id have a fixed length. */
export function drawSeed(of: { root: string; bounty_id: string; round: number }): string {
  return toHex(sha256(concatBytes(fromHex(of.root.replace(/^0x/, '')), utf8(`${of.bounty_id}${of.round}`))));
}

/** The entries with their tickets, SHA-256(seed ‖ entry), the lowest first: the first ones are drawn. */
export function drawOrder(seed: string, entries: readonly string[]): { entry: string; ticket: string }[] {
  return entries
    .map((entry) => ({ entry, ticket: toHex(sha256(concatBytes(fromHex(seed), fromHex(entry)))) }))
    .sort((a, b) => (a.ticket < b.ticket ? -1 : 1));
}

/**
 * Draws again: the entries are those of the leaf, the leaf was under the checkpoint whose root drew, the log signed that checkpoint, and the
 * lowest tickets won. Pure computation, repeatable, no network. That it was the *first* checkpoint over the leaf, and that the platform did
 * not try several, it cannot show: docs/sortition.md says what limits both.
 *
 * @example
 * const { log } = await feeds.keys('test');
 * for await (const draw of groundtruth.bounties.draws(drawn.id))
 *   if (draw.state === 'drawn') console.log(await verifyDraw(draw, { keys: { mode: 'test', ...log }, allowTest: true }));
 * @returns The entries that were drawn: compare with the `entry` of your application.
 * @throws {ProofInvalid} naming the first thing that does not hold; also for a round that is not drawn yet.
 */
export async function verifyDraw(draw: unknown, options: ProofOptions): Promise<readonly string[]> {
  const parsed = drawSchema.safeParse(draw);
  if (!parsed.success) throw new ProofInvalid('malformed', { cause: parsed.error });
  const { id, bounty_id, round, salt, entries, slots, proof } = parsed.data;
  if (parsed.data.state !== 'drawn' || !salt || !entries || slots === null || !proof)
    throw new ProofInvalid('the round is not drawn yet');
  const names = entries.map(({ entry }) => entry);
  if (new Set(names).size !== names.length) throw new ProofInvalid('an entry is there twice');
  const commitment = commit(drawRecord({ bounty_id, round, entries: names }), salt);
  const leaf = { v: 1, type: 'draw', id, commitment } as const;
  const { root } = await verifyInclusion(proof, { ...options, leaf });
  const order = drawOrder(drawSeed({ root: toHex(root), bounty_id, round }), names);
  const place = new Map(order.map(({ entry, ticket }, index) => [entry, { ticket, drawn: index < slots }]));
  for (const { entry, ticket, drawn } of entries) {
    const expected = place.get(entry)!;
    if (ticket !== expected.ticket) throw new ProofInvalid(`the ticket of ${entry} is another`);
    if (drawn !== expected.drawn) throw new ProofInvalid(`${entry} was ${drawn ? '' : 'not '}drawn against its ticket`);
  }
  return order.slice(0, slots).map(({ entry }) => entry);
}
