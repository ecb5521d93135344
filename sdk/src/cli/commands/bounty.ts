import { command, UsageError } from '../command.js';
import { EXIT } from '../exit.js';
import { repeatably, REPEATABLE } from '../repeatable.js';
import { agentOf } from '../session.js';
import { bountyLines } from '../shown.js';
import { momentOf } from '../values.js';

/** Pays more, waits longer, or both. */
export const raise = command({
  name: 'raise',
  summary: 'Pays more for an open bounty, waits longer, or both; never less.',
  args: [{ name: 'BOUNTY' }],
  options: {
    price: {
      type: 'string',
      value: 'AMOUNT',
      about: 'The new fixed price of a slot; what it holds more is taken now.',
    },
    'closes-at': { type: 'string', value: 'TIME', about: 'The new end: RFC 3339, or from now like 2h.' },
    ...REPEATABLE,
  },
  examples: ['raise bty_… --price 7.500000'],
  async run({ args: [id], options, terminal, out }) {
    const end = options['closes-at'];
    if (options.price === undefined && end === undefined) throw new UsageError('give --price, --closes-at, or both');
    const closes_at = end === undefined ? undefined : momentOf('closes-at', end, terminal);
    const change = {
      ...(options.price !== undefined && { price: { schedule: 'fixed' as const, amount: options.price } }),
      ...(closes_at !== undefined && { closes_at }),
    };
    const client = await agentOf(terminal);
    const bounty = await repeatably(
      options,
      (idempotencyKey) => client.bounties.raise(id!, change, { idempotencyKey, signal: terminal.signal }),
      closes_at === undefined ? [] : ['--closes-at', closes_at],
    );
    out.show(bounty, bountyLines(bounty));
    return EXIT.ok;
  },
});

/** What is in flight is still decided and paid. */
export const cancel = command({
  name: 'cancel',
  summary: 'Takes no new work for a bounty; what is in flight is still decided and paid.',
  args: [{ name: 'BOUNTY' }],
  options: { reason: { type: 'string', about: 'Why, for the record.' }, ...REPEATABLE },
  examples: ['cancel bty_… --reason "found it"'],
  async run({ args: [id], options, terminal, out }) {
    const client = await agentOf(terminal);
    const reason = options.reason === undefined ? {} : { reason: options.reason };
    const bounty = await repeatably(options, (idempotencyKey) =>
      client.bounties.cancel(id!, { ...reason, idempotencyKey, signal: terminal.signal }),
    );
    out.show(bounty, bountyLines(bounty));
    return EXIT.ok;
  },
});
