import fc from 'fast-check';
import Stripe from 'stripe';
import { type Bench, cardPayment, openBench } from '../simulator.fixture.js';

const SEQUENCES = 10;
const CARDS = [
  'pm_card_visa',
  'pm_card_bypassPending',
  'pm_card_chargeDeclined',
  'pm_card_createDispute',
  'pm_card_createDisputeInquiry',
  'pm_card_createIssuerFraudRecord',
  'pm_card_pendingRefund',
  'pm_card_authenticationRequired',
];

const cents = fc.integer({ min: 1, max: 4_000 });
const pick = fc.nat(100);
const operation = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('pay' as const),
      cents: fc.integer({ min: 50, max: 50_000 }),
      card: fc.constantFrom(...CARDS),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'refund' as const,
        'transfer' as const,
        'transfer' as const,
        'reverse' as const,
        'payout' as const,
      ),
      cents,
      pick,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('dispute' as const, 'win' as const, 'lose' as const, 'authenticate' as const),
      pick,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('refundFails' as const, 'payoutFails' as const, 'cancelPayout' as const),
      pick,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), hours: fc.integer({ min: 1, max: 36 }) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

describe('cents in the simulator', () => {
  const done: Record<string, number> = {};

  it('are conserved whatever is done, and whatever is repeated with its key changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 15, maxLength: 30 }), async (operations) => {
        const bench = await openBench();
        try {
          const payees = [await bench.payee(), await bench.payee()];
          bench.simulator.control.accounts.setPayoutSchedule(payees[0] ?? '', 'manual');
          await bench.pay(20_000);
          await bench.stripe.transfers.create({ amount: 6_000, currency: 'usd', destination: payees[0] ?? '' });
          await bench.stripe.payouts.create({ amount: 1_000, currency: 'usd' }, { stripeAccount: payees[0] });
          for (const [step, next] of operations.entries()) {
            if (await perform(bench, payees, next, `step-${step}`)) done[next.do] = (done[next.do] ?? 0) + 1;
            expect(bench.simulator.control.audit().faults).toEqual([]);
          }
        } finally {
          await bench.simulator.stop();
        }
      }),
      { numRuns: SEQUENCES, seed: 5 },
    );
  });

  it('were really moved by each kind of operation above', () => {
    const kinds = ['pay', 'refund', 'transfer', 'reverse', 'payout', 'dispute', 'win', 'lose', 'authenticate'];
    const rarer = ['refundFails', 'payoutFails', 'cancelPayout', 'pass'];
    expect([...kinds, ...rarer].filter((kind) => !done[kind])).toEqual([]);
  });
});

/** True when it went through; a refusal of Stripe's is a fair outcome, anything else is not. */
async function perform(bench: Bench, payees: string[], next: Operation, idempotencyKey: string): Promise<boolean> {
  const { stripe, simulator } = bench;
  const { control } = simulator;
  const twice = async <T extends { id: string }>(
    call: (options: Stripe.RequestOptions) => Promise<T>,
    account?: string,
  ) => {
    const options = { idempotencyKey, ...(account ? { stripeAccount: account } : {}) };
    const first = await outcome(call(options));
    const audited = control.audit();
    expect(await outcome(call(options))).toEqual(first);
    expect(control.audit()).toEqual(audited);
    return first.startsWith('ok ');
  };
  switch (next.do) {
    case 'pay':
      return twice((options) => stripe.paymentIntents.create(cardPayment(next.cents, next.card), options));
    case 'refund':
      return onOne(
        (await stripe.charges.list({ limit: 20 })).data.filter((row) => row.paid),
        next.pick,
        (row) => twice((options) => stripe.refunds.create({ charge: row.id, amount: next.cents }, options)),
      );
    case 'transfer': {
      const destination = payees[next.pick % payees.length] ?? '';
      const order = { amount: next.cents, currency: 'usd', destination };
      return twice((options) => stripe.transfers.create(order, options));
    }
    case 'reverse':
      return onOne((await stripe.transfers.list({ limit: 20 })).data, next.pick, (row) =>
        twice((options) => stripe.transfers.createReversal(row.id, { amount: next.cents }, options)),
      );
    case 'payout': {
      const account = [...payees, undefined][next.pick % 3];
      return twice((options) => stripe.payouts.create({ amount: next.cents, currency: 'usd' }, options), account);
    }
    case 'dispute': {
      const free = (await stripe.charges.list({ limit: 20 })).data.filter(
        (row) => row.paid && !row.disputed && !row.refunded,
      );
      return onOne(free, next.pick, async (row) => Boolean(control.disputes.open(row.id)));
    }
    case 'win':
    case 'lose': {
      const open = (await stripe.disputes.list({ limit: 20 })).data.filter((row) =>
        row.status.endsWith('needs_response'),
      );
      return onOne(open, next.pick, async (row) =>
        Boolean(control.disputes.decide(row.id, next.do === 'win' ? 'won' : 'lost')),
      );
    }
    case 'authenticate': {
      const asked = (await stripe.paymentIntents.list({ limit: 20 })).data.filter(
        (row) => row.status === 'requires_action',
      );
      return onOne(asked, next.pick, async (row) => {
        control.authenticate(row.id, next.pick % 3 === 0 ? 'fails' : 'agrees');
        return true;
      });
    }
    case 'refundFails': {
      const made = (await stripe.refunds.list({ limit: 20 })).data.filter((row) => row.status !== 'failed');
      return onOne(made, next.pick, async (row) => Boolean(control.refunds.fail(row.id)));
    }
    case 'payoutFails':
    case 'cancelPayout':
      return onOnePayout(bench, payees, next.do, next.pick);
    case 'pass':
      bench.pass(next.hours * 3_600_000);
      return true;
  }
}

async function onOnePayout(
  bench: Bench,
  payees: string[],
  what: 'payoutFails' | 'cancelPayout',
  pick: number,
): Promise<boolean> {
  const stripeAccount = payees[pick % payees.length] ?? '';
  const all = (await bench.stripe.payouts.list({ limit: 20 }, { stripeAccount })).data;
  if (what === 'cancelPayout') {
    const pending = all.filter((row) => row.status === 'pending' && !row.automatic);
    return onOne(pending, pick, async (row) =>
      Boolean(await bench.stripe.payouts.cancel(row.id, {}, { stripeAccount })),
    );
  }
  const sent = all.filter((row) => row.status !== 'failed' && row.status !== 'canceled');
  return onOne(sent, pick, async (row) => {
    bench.simulator.control.payouts.fail(row.id);
    bench.simulator.control.accounts.replaceBankAccount(stripeAccount);
    return true;
  });
}

async function onOne<T>(rows: readonly T[], pick: number, act: (row: T) => Promise<boolean>): Promise<boolean> {
  const row = rows[pick % Math.max(1, rows.length)];
  return row === undefined ? false : act(row);
}

async function outcome(work: Promise<{ id: string }>): Promise<string> {
  try {
    return `ok ${(await work).id}`;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && [400, 402].includes(error.statusCode ?? 0))
      return `${error.type} ${error.code}`;
    throw error;
  }
}
