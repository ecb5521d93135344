import { z } from 'zod';
import { cardSchema, idSchema, observationsQuerySchema, pageOf, paidObservationSchema } from '../../protocol/index.js';
import type { Answer } from '../../http/index.js';
import { again, dryRun, keyOf, moneyShape, movedShape, onceBy } from '../money.js';
import { ADDS, READS, tool } from '../tool.js';
import { numberOf } from './query.js';

export const findObservations = tool({
  name: 'find_observations',
  title: 'Find observations',
  description:
    'Cards of published observations, oldest first: what, where (H3 cell of resolution 5), when, price; never what is sold. With bounty those of one that you funded; with wait_s it waits for the first. Pass next_cursor back as cursor while has_more. Reads only.',
  input: observationsQuerySchema,
  output: pageOf(cardSchema),
  hints: READS,
  async run({ transport, signal }, { limit, wait_s, ...filter }) {
    const query = { ...filter, limit: numberOf(limit), wait_s: numberOf(wait_s) };
    const page = await transport.call('list_observations', { query, signal });
    const lines = page.data.map(
      ({ id, kind, hour, price, currency }) => `${id} (${kind}, ${hour}, ${price} ${currency})`,
    );
    const say =
      lines.length === 0
        ? 'Nothing is published yet that fits.'
        : `${lines.length} found: ${lines.join(', ')}. Buy a body with read_observation.`;
    return { data: page, say };
  },
});

export const readObservation = tool({
  name: 'read_observation',
  title: 'Buy and read an observation',
  description:
    'Buys the body at the price of the card from the balance: signed record, proof, a link to the redacted picture. Free for who funded the bounty, and the second time. Its facts may quote texts from a picture. Check it with verify_observation.',
  input: z.strictObject({ observation_id: idSchema('observation'), ...moneyShape }),
  output: paidObservationSchema.extend(movedShape),
  hints: { ...ADDS, openWorldHint: true },
  async run(context, { idempotency_key, dry_run, observation_id }) {
    const { client, signal } = context;
    if (dry_run) {
      const seen = await client.observations.get(observation_id, { signal });
      const { currency, price } = seen.card;
      const would_charge = seen.body ? '0.000000' : price;
      const data = { ...seen, dry_run: dryRun({ currency, would_charge }), once: null };
      return { data, say: `Dry run: reading it would cost ${would_charge} ${currency}. Nothing was bought.` };
    }
    const { options, told } = onceBy(context, keyOf('read_observation', { idempotency_key, observation_id }));
    const read = await client.observations.read(observation_id, options);
    const once = told();
    return { data: { ...read, dry_run: null, once }, say: `${lineOf(read)}${again(once)}` };
  },
});

function lineOf({ card, body }: Answer<'read_observation'>): string {
  if (!body) return `${card.id} is not paid for.`;
  const { finding, tier, confidence, independent_captures } = body.record;
  const standing = card.disputed_at ? ' A dispute against it was upheld: do not rely on it.' : '';
  const newer = card.superseded_by ? ` ${card.superseded_by} replaces it.` : '';
  return `${card.id}: finding ${finding}, tier ${tier}, confidence ${confidence}, ${independent_captures} independent captures; what was seen is in body.record.facts.${standing}${newer}`;
}
