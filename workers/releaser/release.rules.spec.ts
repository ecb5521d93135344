import fc from 'fast-check';
import { FINDINGS } from '@groundtruth/sdk/protocol';
import { AGREED, batchFacts, closingFacts, dues, OWN, releaseFacts, SIGNERS, type Agreed } from './facts.fixture.js';
import type { BatchFacts, ClosingFacts, ReleaseFacts } from './facts.js';
import { BATCH_MEMBERS_MAX, batchRefusal, closingRefusal, releaseRefusal } from './release.rules.js';
import { signBatch, signRelease } from './sign.js';

const NOW = 1_763_000_000_000;

const agreed: fc.Arbitrary<Agreed> = fc.record({
  price: fc.bigInt({ min: 4n, max: 10n ** 15n }),
  share_bps: fc.bigInt({ min: 2_500n, max: 9_999n }),
  fee_bps: fc.integer({ min: 1, max: 1_000 }),
});
const finding = fc.constantFrom(...FINDINGS);
const release = fc
  .tuple(agreed, finding, fc.array(finding, { maxLength: 5 }))
  .map(([terms, one, earlier]) => releaseFacts(terms, one, earlier));
const closing = fc
  .tuple(agreed, fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.option(fc.integer({ min: 0, max: NOW })))
  .map(([terms, ordered, until]) => closingFacts(terms, ordered, until));

/** Changes that leave what is signed as true as before; each is made large enough to matter instead (below). */
const RELEASE_FREE = ['entry.amount', 'entry.state', 'bounty.absence_share_bps'];
const CLOSING_FREE = ['entry.amount', 'bounty.appealable_until'];

describe('the rules of the release key', () => {
  it('sign a release that agrees with everything it was made from', () => {
    fc.assert(fc.property(release, (facts) => expect(releaseRefusal(facts, OWN)).toBeNull()));
  });

  it('sign no release of which a single fact is changed', () => {
    const changed = release.chain((facts) =>
      fc.tuple(
        fc.constant(facts),
        fc.constantFrom(...leavesOf(facts).filter((path) => !RELEASE_FREE.includes(path))),
        fc.nat(),
      ),
    );
    fc.assert(
      fc.property(changed, ([facts, path, seed]) => {
        expect([path, releaseRefusal(change(facts, path, seed), OWN)]).not.toEqual([path, null]);
      }),
      { numRuns: 300 },
    );
  });

  it('look at every fact that they are given', () => {
    const facts = releaseFacts(AGREED, 'absent', ['present', 'absent']);
    const blind = leavesOf(facts).filter((path) => releaseRefusal(change(facts, path, 1), OWN) === null);
    expect(blind).toEqual(['entry.amount']); // A larger entry holds it as well; a smaller one is below.
  });

  it.each<[string, (facts: ReleaseFacts) => ReleaseFacts]>([
    ['other_chain', (f) => with_(f, { entry: { ...f.entry, chain: { ...f.entry.chain, chain_id: 1 } } })],
    ['other_mode', (f) => with_(f, { entry: { ...f.entry, mode: 'live' } })],
    ['other_releaser', (f) => termsChange(f, { releaser: `0x${'9'.repeat(40)}` })],
    ['other_bounty', (f) => termsChange(f, { bounty: `0x${'9'.repeat(64)}` })],
    ['other_entry', (f) => termsChange(f, { refund_to: `0x${'9'.repeat(40)}` })],
    ['not_settled', (f) => with_(f, { capture: { ...f.capture, state: 'accepted' } })],
    ['not_from_entry', (f) => with_(f, { capture: { ...f.capture, from_loss_reserve: true } })],
    ['commitment_differs', (f) => with_(f, { capture: { ...f.capture, seal: '00'.repeat(32) } })],
    ['payee_differs', (f) => with_(f, { reservation: { ...f.reservation, payout_to: null } })],
    ['amount_differs', (f) => with_(f, { amount: f.amount + 1n })],
    ['amount_differs', (f) => with_(f, { capture: { ...f.capture, paid: f.amount - 1n } })],
    ['fee_differs', (f) => with_(f, { fee: f.fee - 1n })],
    ['fee_differs', (f) => with_(f, { reservation: { ...f.reservation, fee: f.reservation.fee + 1n } })],
    ['not_consecutive', (f) => with_(f, { before: { ...f.before, count: f.before.count - 1 } })],
    ['paid_before_differs', (f) => with_(f, { paid_before: 0n })],
    ['exceeds_entry', (f) => entryChange(f, { amount: f.paid_before + f.amount + f.fee - 1n })],
    ['signed_already', (f) => with_(f, { signature: '0x' })],
    ['entry_not_funded', (f) => entryChange(f, { state: 'submitted' })],
    ['entry_not_funded', (f) => entryChange(f, { state: 'closed' })],
    ['entry_closed', (f) => entryChange(f, { state: 'closing', closing_signed: true })],
    ['not_its_turn', (f) => with_(f, { before: { ...f.before, unsigned: 1 } })],
  ])('refuse by name: %s', async (name, tamper) => {
    const facts = tamper(releaseFacts(AGREED, 'absent', ['present']));
    expect(releaseRefusal(facts, OWN)).toBe(name);
  });

  it('pay the share of a negative answer, and take the fee that the escrow takes on it', () => {
    const { amount, fee } = dues({ price: 1_000_001n, share_bps: 5_000n, fee_bps: 300 }, 'absent');
    // The same proportion of the fee that was held, 15001, would leave the next release out of order on chain.
    expect([amount, fee]).toEqual([500_000n, 15_000n]);
  });

  it('sign just what an entry holds, and not in a mode without a chain', async () => {
    const facts = releaseFacts(AGREED, 'present', ['absent']);
    const amount = facts.paid_before + facts.amount + facts.fee;
    expect(releaseRefusal(entryChange(facts, { amount }), OWN)).toBeNull();
    expect(releaseRefusal(facts, { ...OWN, chain: null })).toBe('other_chain');
    expect(await signRelease(entryChange(facts, { mode: 'live' }), SIGNERS)).toEqual({ refusal: 'other_chain' });
  });
});

describe('the rules of the release key about batches', () => {
  it('sign releases that follow one another, wherever they begin, also after the closing statement', async () => {
    for (const from of [0, 1]) {
      const facts = await batchFacts(AGREED, ['present', 'absent', 'present'], from);
      expect(batchRefusal(facts, OWN)).toBeNull();
      const entry = { ...facts.entry, state: 'closed' as const, closing_signed: true };
      expect(batchRefusal({ ...facts, entry, members: facts.members.map((m) => ({ ...m, entry })) }, OWN)).toBeNull();
    }
  });

  it('sign no batch of which a single fact is changed', async () => {
    const facts = await batchFacts(AGREED, ['present', 'absent', 'absent'], 1);
    // Harmless alone: another paying state, and whether the end was stated. Of a member they differ from the batch's own.
    const free = ['entry.amount', 'entry.state', 'entry.closing_signed'];
    for (const path of leavesOf(facts)) {
      const answer = await signBatch(change(facts, path, 1), SIGNERS);
      if (!free.includes(path)) expect([path, Object.keys(answer)]).toEqual([path, ['refusal']]);
    }
  });

  it.each<[string, (facts: BatchFacts) => BatchFacts]>([
    ['not_consecutive', (f) => ({ ...f, members: f.members.slice(1) })],
    ['not_consecutive', (f) => ({ ...f, members: [f.members[0]!, f.members[0]!, f.members[2]!] })],
    ['not_consecutive', (f) => ({ ...f, last_seq: f.last_seq + 1 })],
    ['not_consecutive', (f) => ({ ...f, last_seq: f.first_seq, members: f.members.slice(0, 1) })],
    ['member_unsigned', (f) => memberChange(f, { signature: null })],
    ['payments_differ', (f) => memberChange(f, { signature: `0x${'ab'.repeat(65)}` })],
    ['payee_differs', (f) => memberChange(f, { pay_to: `0x${'9'.repeat(40)}` })],
    ['other_entry', (f) => memberChange(f, { entry: { ...f.entry, amount: f.entry.amount + 1n } })],
    ['entry_not_funded', (f) => ({ ...f, entry: { ...f.entry, state: 'failed' } })],
    ['batch_too_large', (f) => ({ ...f, members: Array(BATCH_MEMBERS_MAX + 1).fill(f.members[0]) as ReleaseFacts[] })],
  ])('refuse by name: %s', async (refusal, tamper) => {
    const facts = tamper(await batchFacts(AGREED, ['present', 'absent', 'present']));
    expect(await signBatch(facts, SIGNERS)).toEqual({ refusal });
  });
});

describe('the rules of the release key about the end of an entry', () => {
  it('sign what is ordered once nothing is open', () => {
    fc.assert(fc.property(closing, (facts) => expect(closingRefusal(facts, OWN, NOW)).toBeNull()));
  });

  it('sign no end of which a single fact is changed', () => {
    const changed = closing.chain((facts) =>
      fc.tuple(
        fc.constant(facts),
        fc.constantFrom(...leavesOf(facts).filter((path) => !CLOSING_FREE.includes(path))),
        fc.nat(),
      ),
    );
    fc.assert(
      fc.property(changed, ([facts, path, seed]) => {
        expect([path, closingRefusal(change(facts, path, seed), OWN, NOW)]).not.toEqual([path, null]);
      }),
      { numRuns: 300 },
    );
  });

  it.each<[string, (facts: ClosingFacts) => ClosingFacts]>([
    ['still_open', (f) => ({ ...f, bounty: { ...f.bounty, state: 'closing' } })],
    ['still_open', (f) => ({ ...f, bounty: { ...f.bounty, reserved: 1 } })],
    ['still_open', (f) => ({ ...f, bounty: { ...f.bounty, appeals: 1 } })],
    ['still_open', (f) => ({ ...f, bounty: { ...f.bounty, appealable_until: NOW + 1 } })],
    ['still_open', (f) => ({ ...f, reservations_active: 1 })],
    ['still_open', (f) => ({ ...f, captures_open: 1 })],
    ['still_open', (f) => ({ ...f, captures_unreleased: 1 })],
    ['still_open', (f) => ({ ...f, releases: { ...f.releases, unsigned: 1 } })],
    ['still_open', (f) => ({ ...f, entry: { ...f.entry, state: 'funded' } })],
    ['owed_differs', (f) => ({ ...f, owed_total: f.owed_total - 1n })],
    ['owed_differs', (f) => ({ ...f, releases: { ...f.releases, ordered: f.ordered + 1n } })],
    ['owed_differs', (f) => ({ ...f, ordered: f.ordered + 1n })],
    ['exceeds_entry', (f) => ({ ...f, entry: { ...f.entry, amount: f.ordered - 1n } })],
    ['signed_already', (f) => ({ ...f, entry: { ...f.entry, closing_signed: true } })],
  ])('refuse by name: %s', (name, tamper) => {
    expect(closingRefusal(tamper(closingFacts(AGREED, 7_000_000n, NOW)), OWN, NOW)).toBe(name);
  });
});

const with_ = (facts: ReleaseFacts, set: Partial<ReleaseFacts>): ReleaseFacts => ({ ...facts, ...set });
const entryChange = (facts: ReleaseFacts, set: Partial<ReleaseFacts['entry']>): ReleaseFacts =>
  with_(facts, { entry: { ...facts.entry, ...set } });
const termsChange = (facts: ReleaseFacts, set: Partial<ReleaseFacts['entry']['terms']>): ReleaseFacts =>
  entryChange(facts, { terms: { ...facts.entry.terms, ...set } });
const memberChange = (facts: BatchFacts, set: Partial<ReleaseFacts>): BatchFacts => ({
  ...facts,
  members: [facts.members[0]!, { ...facts.members[1]!, ...set }, ...facts.members.slice(2)],
});

/** Paths of everything in the facts that is not itself made of facts. */
function leavesOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, path ? `${path}.${name}` : name));
}

/** A copy in which the one fact at `path` is another, still of the right form. */
function change<T>(facts: T, path: string, seed: number): T {
  const copy = copyOf(facts);
  const names = path.split('.');
  const last = names.pop()!;
  const holder = names.reduce<Record<string, unknown>>(
    (at, name) => at[name] as Record<string, unknown>,
    copy as Record<string, unknown>,
  );
  holder[last] = other(holder[last], last, seed);
  return copy;
}

/** Unlike structuredClone it gives each place an object of its own, also where one object stood in several. */
function copyOf<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf) as T;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copyOf(inner)])) as T;
}

function other(value: unknown, name: string, seed: number): unknown {
  if (name === 'mode') return value === 'test' ? 'live' : 'test';
  if (name === 'finding') return value === 'present' ? 'absent' : 'present';
  if (name === 'state') return ['offered', 'failed', 'verifying'][seed % 3];
  if (typeof value === 'bigint') return value + 1n + BigInt(seed);
  if (typeof value === 'number') return value + 1 + seed;
  if (typeof value === 'boolean') return !value;
  if (value === null) return `0x${'cd'.repeat(65)}`;
  const text = value as string;
  const at = text.length - 1 - (seed % (text.length - 2));
  return `${text.slice(0, at)}${text[at] === '0' ? '1' : '0'}${text.slice(at + 1)}`;
}
