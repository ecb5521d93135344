import fc from 'fast-check';
import { compare, type Books, type EntryBooks, type Moved } from './compare.js';

const amount = fc.bigInt({ min: 0n, max: 10n ** 12n });
/** An entry's life so far: what came in, what is owed of it, what was paid and what went back, and how much of each is in flight. */
const entry = fc.record({
  held: amount,
  unpaid: amount,
  returning: amount,
  paid: amount,
  refunded: amount,
  flying: amount,
  late: amount,
});
type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never;

function world(entries: readonly Entry[]) {
  const books: EntryBooks[] = [];
  const chain = new Map<string, Moved>();
  const flying = new Map<string, Moved>();
  const total = { held: 0n, payable: 0n, returning: 0n, escrow: 0n, tokens: 0n };
  entries.forEach(({ held, unpaid, returning, paid, refunded, flying: more, late }, i) => {
    const name = `0x${i}`;
    const pays = late < unpaid ? late : unpaid;
    const left = held + unpaid + returning;
    const funded = left + paid + refunded;
    books.push({ entry: name, bounty_id: `bty_${i}`, funded, paid, refunded, held, unpaid, returning });
    flying.set(name, { funded: more, paid: pays, refunded: 0n });
    chain.set(name, { funded: funded + more, paid: paid + pays, refunded });
    total.held += held;
    total.payable += unpaid;
    total.returning += returning;
    total.escrow += left;
    total.tokens += left + more - pays;
  });
  const { tokens, ...sums } = total;
  const ledger: Books = { ...sums, fee_address: 0n, distributor: 0n, awarded: 0n, fees: 0n, entries: books };
  const onChain = { tokens, undelivered: 0n, entries: chain, distributor: 0n };
  return { ledger, chain: onChain, flying: { entries: flying, distributor: 0n } };
}

const differing = ({ ledger, chain, flying }: ReturnType<typeof world>) =>
  compare(ledger, chain, flying).filter(({ difference }) => difference !== 0n);

describe('the comparison of ledger and escrow', () => {
  it('matches whatever happened, with what is in flight counted', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), (entries) => expect(differing(world(entries))).toEqual([])),
    );
  });

  it('names the entry of which a single micro is elsewhere', () => {
    const entries = fc.array(entry, { minLength: 1, maxLength: 8 });
    const wrong = fc.constantFrom('funded' as const, 'paid' as const, 'refunded' as const);
    fc.assert(
      fc.property(entries, fc.nat(), wrong, (all, which, part) => {
        const made = world(all);
        const name = `0x${which % all.length}`;
        const moved = made.chain.entries.get(name)!;
        made.chain.entries.set(name, { ...moved, [part]: moved[part] + 1n });
        expect(differing(made).map(({ what }) => what)).toContainEqual(expect.stringContaining(` ${name}: `));
      }),
    );
  });

  it('takes tokens of others for no difference, and one that is missing for one', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), amount, (entries, others) => {
        const made = world(entries);
        const more = { ...made, chain: { ...made.chain, tokens: made.chain.tokens + others } };
        expect(differing(more)).toEqual([]);
        const less = { ...made, chain: { ...made.chain, tokens: made.chain.tokens - 1n } };
        expect(differing(less)).toMatchObject([{ what: expect.stringContaining('missing'), difference: 1n }]);
      }),
    );
  });

  it('tells of a Distributor that owes more than our books have in it, or holds less', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 3 }), amount, amount, amount, (entries, awarded, flying, others) => {
        const { ledger, chain, flying: moved } = world(entries);
        const made = {
          ledger: { ...ledger, payable: ledger.payable + awarded, awarded, distributor: awarded },
          chain: { ...chain, distributor: awarded + flying + others },
          flying: { ...moved, distributor: flying },
        };
        expect(differing(made)).toEqual([]);
        const owing = { ...made, ledger: { ...made.ledger, payable: made.ledger.payable + 1n, awarded: awarded + 1n } };
        expect(differing(owing)).toMatchObject([{ what: 'distributor: account against awards', difference: -1n }]);
        const robbed = { ...made, chain: { ...chain, distributor: awarded + flying - 1n } };
        expect(differing(robbed)).toMatchObject([{ what: 'distributor: tokens that are missing', difference: 1n }]);
      }),
    );
  });
});
