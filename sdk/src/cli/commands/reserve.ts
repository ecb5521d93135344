import type { ContributorClient } from '../../contributor/contributor-client.js';
import type { Reservation } from '../../protocol/index.js';
import { command } from '../command.js';
import { EXIT } from '../exit.js';
import { repeatably, REPEATABLE } from '../repeatable.js';
import { contributorOf } from '../session.js';
import { durationMs } from '../values.js';

/** Takes a slot in whichever way the bounty gives them away. */
export const reserve = command({
  name: 'reserve',
  summary: 'Takes a slot of a bounty: reserved, in a race without holding one, or by the draw of a bounty for markets.',
  args: [{ name: 'BOUNTY' }],
  options: {
    timeout: { type: 'string', value: 'TIME', default: '10m', about: 'Longest wait for a draw.' },
    ...REPEATABLE,
  },
  examples: ['reserve bty_…'],
  async run({ args: [id], options, terminal, out }) {
    const client = await contributorOf(terminal);
    const wait = { timeout_ms: durationMs('timeout', options.timeout), signal: terminal.signal };
    const reservation = await repeatably(options, (idempotencyKey) => slotOf(client, id!, { ...wait, idempotencyKey }));
    const { price, currency, challenge, lapses_at } = reservation;
    out.show(reservation, [
      `reservation ${reservation.id}`,
      ['  price', `${price} ${currency}`],
      ['  code', `${challenge.code} (show it in the picture when the bounty asks for it)`],
      ['  until', lapses_at],
    ]);
    return EXIT.ok;
  },
});

interface Wish {
  readonly idempotencyKey: string;
  readonly timeout_ms: number;
  readonly signal: AbortSignal;
}

async function slotOf(client: ContributorClient, id: string, wish: Wish): Promise<Reservation> {
  const { idempotencyKey, timeout_ms, signal } = wish;
  const { terms } = await client.bounties.get(id, { signal });
  if (terms.mode === 'race') return client.reservations.challenge(id, { idempotencyKey, signal });
  if (terms.purpose !== 'markets') return client.reservations.create(id, { idempotencyKey, signal });
  const application = await client.applications.create(id, { idempotencyKey, signal });
  return client.applications.drawn(application.id, { timeout_ms, signal });
}
