import fc from 'fast-check';
import { awardTree } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import { CHAIN, OWN, SIGNERS } from './facts.fixture.js';
import type { RootFacts } from './facts.js';
import { rootRefusal } from './root.rules.js';
import { signRoot } from './sign.js';

const hex = (n: number, bytes: number): Hex => `0x${n.toString(16).padStart(2 * bytes, '0')}`;

/** A root over these sums that follows one over the earlier ones; nothing in it is a reason to refuse. */
function factsOf(sums: readonly { given: bigint; more: bigint }[], epoch = 3): RootFacts {
  const leaves = sums.map(({ given, more }, i) => ({
    account: hex(i + 1, 20),
    cumulative: given + more,
    salt: hex(i + 77, 32),
    backed: given + more,
  }));
  const before = sums.flatMap(({ given }, i) => (given > 0n ? [{ account: hex(i + 1, 20), cumulative: given }] : []));
  const total = leaves.reduce((sum, { cumulative }) => sum + cumulative, 0n);
  const chain = CHAIN;
  return { mode: 'test', chain, epoch, root: awardTree(leaves).root, total, leaves, last_epoch: epoch - 1, before };
}

/** As if the tree had been made of these leaves. */
function remade(facts: RootFacts, leaves: RootFacts['leaves']): RootFacts {
  const total = leaves.reduce((sum, { cumulative }) => sum + cumulative, 0n);
  return { ...facts, leaves, total, root: awardTree(leaves).root };
}

const sums = fc.array(
  fc.record({ given: fc.bigInt({ min: 0n, max: 10n ** 12n }), more: fc.bigInt({ min: 1n, max: 10n ** 12n }) }),
  { minLength: 1, maxLength: 8 },
);

describe('a root of the Distributor', () => {
  it('is signed when every leaf rests on what the chain has paid', () => {
    fc.assert(fc.property(sums, (these) => expect(rootRefusal(factsOf(these), OWN)).toBeNull()));
  });

  it('is not signed with one unit more for anybody, or less than was given before', () => {
    fc.assert(
      fc.property(sums, fc.nat(), (these, pick) => {
        const facts = factsOf(these);
        const at = pick % these.length;
        const changed = (delta: bigint) =>
          facts.leaves.map((leaf, i) => (i === at ? { ...leaf, cumulative: leaf.cumulative + delta } : leaf));
        expect(rootRefusal(remade(facts, changed(1n)), OWN)).toBe('not_backed');
        const { given, more } = these[at]!;
        if (given > 0n) expect(rootRefusal(remade(facts, changed(-more - 1n)), OWN)).toBe('award_lowered');
      }),
    );
  });

  it('keeps what was given although the chain has given up what it rested on', () => {
    const facts = factsOf([
      { given: 5n, more: 1n },
      { given: 7n, more: 1n },
    ]);
    const [one, other] = facts.leaves as [RootFacts['leaves'][0], RootFacts['leaves'][0]];
    expect(rootRefusal(remade(facts, [{ ...one, cumulative: 5n, backed: 0n }, other]), OWN)).toBeNull();
  });

  it.each<[string, (facts: RootFacts) => RootFacts]>([
    ['other_chain', (f) => ({ ...f, chain: { ...f.chain, distributor: hex(9, 20) } })],
    ['other_mode', (f) => ({ ...f, mode: 'live' })],
    ['epoch_differs', (f) => ({ ...f, epoch: f.epoch + 1 })],
    ['epoch_differs', (f) => ({ ...f, last_epoch: f.epoch })],
    ['award_lowered', (f) => remade(f, f.leaves.slice(1))],
    ['root_differs', (f) => ({ ...f, root: hex(1, 32) })],
    ['root_differs', (f) => ({ ...f, total: f.total + 1n })],
    ['root_differs', (f) => ({ ...f, leaves: f.leaves.toReversed().map((leaf) => ({ ...leaf, salt: hex(1, 32) })) })],
    ['root_differs', (f) => remade(f, [...f.leaves, f.leaves[0]!])],
    ['root_differs', (f) => ({ ...f, leaves: [], before: [], total: 0n })],
  ])('is refused: %s', (refusal, change) => {
    const facts = factsOf([
      { given: 5n, more: 1n },
      { given: 0n, more: 2n },
    ]);
    expect(rootRefusal(facts, OWN)).toBeNull();
    expect(rootRefusal(change(facts), OWN)).toBe(refusal);
  });

  it('is signed alike each time, by the key of its mode, and by none that knows no chain', async () => {
    const facts = factsOf([{ given: 1n, more: 1n }]);
    const signed = await signRoot(facts, SIGNERS);
    expect(signed).toEqual(await signRoot(facts, SIGNERS));
    expect(signed).toHaveProperty('signature');
    const blind = { ...SIGNERS, test: { ...SIGNERS.test, chain: null } };
    expect(await signRoot(facts, blind)).toEqual({ refusal: 'other_chain' });
  });
});
