import fc from 'fast-check';
import { reconcile, type LedgerRow, type Statement, type StripeRow } from './reconcile.rules.js';

const NOW = Date.parse('2026-11-21T03:00:00Z');
const HOUR = 3_600_000;

interface Thing {
  readonly cents: bigint;
  readonly fee: bigint;
  readonly kind: 'charge' | 'transfer' | 'fee';
}
const thing: fc.Arbitrary<Thing> = fc.record({
  cents: fc.bigInt({ min: 1_001n, max: 10n ** 9n }),
  fee: fc.bigInt({ min: 0n, max: 1_000n }),
  kind: fc.constantFrom('charge', 'transfer', 'fee'),
});

/** What both sides say of the same things. A charge is booked as two transfers: what came, and what it cost. */
function matching(things: readonly Thing[], created_at = NOW - 2 * HOUR): Statement {
  const stripe: StripeRow[] = [];
  const ledger: LedgerRow[] = [];
  const payouts: Statement['payouts'][number][] = [];
  things.forEach(({ cents, fee, kind }, i) => {
    const id = `txn_${i}`;
    if (kind === 'charge') {
      stripe.push({ id, source: `ch_${i}`, type: 'charge', net: cents - fee, created_at });
      ledger.push({ id: `trf_${i}`, change: cents, reference: `ch_${i}`, created_at });
      ledger.push({ id: `trf_${i}_fee`, change: -fee, reference: id, created_at });
    } else if (kind === 'transfer') {
      stripe.push({ id, source: `tr_${i}`, type: 'transfer', net: -cents, created_at });
      ledger.push({ id: `trf_${i}`, change: -cents, reference: `tr_${i}`, created_at });
      const both = { account: `acct_${i}`, amount: cents, reversed: 0n };
      payouts.push({
        payout: `pay_${i}`,
        is_young: false,
        ours: { ...both, transfer: `tr_${i}`, is_planned: false },
        stripe: [{ ...both, id: `tr_${i}` }],
      });
    } else {
      stripe.push({ id, source: null, type: 'stripe_fee', net: -cents, created_at });
      ledger.push({ id: `trf_${i}`, change: -cents, reference: id, created_at });
    }
  });
  const total = stripe.reduce((sum, { net }) => sum + net, 0n);
  return {
    stripe,
    ledger,
    payouts,
    holdings: [{ of: 'platform', stripe: total, books: total, flying: 0n }],
    incomparable: [],
    settled_before: NOW - HOUR,
  };
}

describe('the comparison of Stripe with the books', () => {
  it('finds nothing where both say the same', () => {
    fc.assert(fc.property(fc.array(thing), (things) => expect(reconcile(matching(things)).findings).toEqual([])));
  });

  it('names the row of every change of a single cent, on either side', () => {
    fc.assert(
      fc.property(
        fc.array(thing, { minLength: 1, maxLength: 12 }),
        fc.nat(),
        fc.constantFrom(-1n, 1n),
        (things, pick, cent) => {
          const good = matching(things);
          const at = pick % good.stripe.length;
          const changed = { ...good.stripe[at]!, net: good.stripe[at]!.net + cent };
          const key = changed.source ?? changed.id;
          const there = reconcile({ ...good, stripe: good.stripe.with(at, changed) });
          expect(there.findings).toEqual([expect.objectContaining({ rule: 'amount', row: key, difference: cent })]);
          const row = good.ledger.findIndex(({ reference }) => reference === key);
          const booked = { ...good.ledger[row]!, change: good.ledger[row]!.change + cent };
          const here = reconcile({ ...good, ledger: good.ledger.with(row, booked) });
          expect(here.findings).toEqual([expect.objectContaining({ rule: 'amount', row: key, difference: -cent })]);
        },
      ),
    );
  });

  it('names every row that one side has and the other lacks', () => {
    fc.assert(
      fc.property(fc.array(thing, { minLength: 1, maxLength: 12 }), fc.nat(), (things, pick) => {
        const good = matching(things);
        const at = pick % good.stripe.length;
        const { id, source, net } = good.stripe[at]!;
        const key = source ?? id;
        const unbooked = good.ledger.filter(({ reference }) => reference !== key && reference !== id);
        expect(reconcile({ ...good, ledger: unbooked }).findings).toEqual([
          expect.objectContaining({ rule: 'not_in_ledger', row: key, difference: net }),
        ]);
        const gone = reconcile({ ...good, stripe: good.stripe.toSpliced(at, 1) }).findings;
        expect(gone.every(({ rule }) => rule === 'not_at_stripe')).toBe(true);
        expect(gone.reduce((sum, one) => sum + one.difference, 0n)).toBe(-net);
      }),
    );
  });

  it('waits for what is too young to be missed, and counts it in the balance', () => {
    const young: StripeRow = { id: 'txn_new', source: 'ch_new', type: 'charge', net: 5n, created_at: NOW - HOUR };
    const good = matching([]);
    const fresh = { ...good, stripe: [young], holdings: [{ of: 'platform', stripe: 5n, books: 0n, flying: 0n }] };
    expect(reconcile(fresh)).toEqual({ matched: 1, in_flight: 1, findings: [] });
    const old = { ...fresh, stripe: [{ ...young, created_at: NOW - HOUR - 1 }] };
    expect(reconcile(old).findings.map(({ rule }) => rule)).toEqual(['not_in_ledger', 'balance']);
  });

  it('names a payout that was sent twice, elsewhere, unbooked, or for another sum', () => {
    const good = matching([{ kind: 'transfer', cents: 500n, fee: 0n }]);
    const [{ ours, stripe }] = good.payouts as [Statement['payouts'][number]];
    const found = (pair: Partial<Statement['payouts'][number]>) =>
      reconcile({ ...good, payouts: [{ payout: 'pay_0', is_young: false, ours, stripe, ...pair }] }).findings.map(
        ({ rule }) => rule,
      );
    const made = stripe[0]!;
    expect(found({ stripe: [made, { ...made, id: 'tr_again' }] })).toEqual(['sent_twice']);
    for (const wrong of [{ account: 'acct_other' }, { amount: 501n }, { reversed: 1n }, { id: 'tr_other' }])
      expect(found({ stripe: [{ ...made, ...wrong }] })).toEqual(['transfer']);
    expect(found({ stripe: [] })).toEqual(['transfer']);
    expect(found({ ours: null })).toEqual(['transfer']);
    expect(found({ ours: null, is_young: true })).toEqual([]);
    expect(found({ ours: { ...ours!, transfer: null }, stripe: [] })).toEqual([]);
  });

  it('names whom Stripe holds another sum for', () => {
    const holdings = [{ of: 'acct_1', stripe: 4n, books: 5n, flying: 0n }];
    expect(reconcile({ ...matching([]), holdings }).findings).toMatchObject([
      { rule: 'balance', row: 'acct_1', difference: -1n },
    ]);
  });

  it('lets a payout that has just arrived be on its way into the books', () => {
    const holdings = [{ of: 'acct_1', stripe: 4n, books: 9n, flying: -5n }];
    expect(reconcile({ ...matching([]), holdings }).findings).toEqual([]);
  });

  it('takes a row that the ledger invented and corrected for explained', () => {
    const booked = { id: 'trf_1', change: 5n, reference: 'txn_none', created_at: NOW };
    const ledger = [booked, { ...booked, id: 'trf_2', change: -5n }];
    expect(reconcile({ ...matching([]), ledger }).findings).toEqual([]);
    expect(reconcile({ ...matching([]), ledger: [booked] }).findings).toMatchObject([{ rule: 'not_at_stripe' }]);
  });

  it('names a payout that has been planned for long and not sent, and passes on what could not be compared', () => {
    const ours = { account: 'acct_1', amount: 5n, reversed: 0n, transfer: null, is_planned: true };
    const found = (is_young: boolean) =>
      reconcile({ ...matching([]), payouts: [{ payout: 'pay_0', is_young, ours, stripe: [] }] }).findings;
    expect(found(false)).toMatchObject([{ rule: 'planned', row: 'pay_0', difference: 0n }]);
    expect(found(true)).toEqual([]);
    const unread = { rule: 'unread', row: 'acct_1', difference: 0n, detail: 'nobody answered' } as const;
    expect(reconcile({ ...matching([]), incomparable: [unread] }).findings).toEqual([unread]);
  });
});
