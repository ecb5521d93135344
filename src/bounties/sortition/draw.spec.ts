import fc from 'fast-check';
import {
  commit,
  drawEntry,
  drawOrder,
  drawRecord,
  drawSeed,
  leafBytes,
  leafHash,
  nodeHash,
  sha256,
  toHex,
  utf8,
  verifyDraw,
  type Draw,
} from '@groundtruth/sdk/protocol';
import { checkpointSigner } from '../../transparency/index.js';

const ROUND = 2;
const hex = (text: string): string => toHex(sha256(utf8(text)));
const idOf = (prefix: string, n: number): string => `${prefix}_${hex(`${prefix} ${n}`).slice(0, 32)}`;
const BOUNTY = idOf('bty', 1);
const entriesOf = (count: number): string[] => Array.from({ length: count }, (_, n) => drawEntry(idOf('app', n)));
const seedOf = (n: number): string => drawSeed({ root: hex(`root ${n}`), bounty_id: BOUNTY, round: ROUND });

const origin = 'groundtruth.example/log/test';
const signer = checkpointSigner('test', {
  origin,
  noteSeed: new Uint8Array(32).fill(7),
  rootKey: `0x${'11'.repeat(32)}`,
});
const options = { keys: signer.keyset, allowTest: true };

/** A round that was drawn by a log of two leaves, of which its own is the second. */
async function drawn(count: number, slots: number): Promise<Draw> {
  const [id, salt, names] = [idOf('drw', 1), 'ab'.repeat(32), entriesOf(count).sort()];
  const commitment = commit(drawRecord({ bounty_id: BOUNTY, round: ROUND, entries: names }), salt);
  const other = leafHash(utf8('another leaf'));
  const root = nodeHash(other, leafHash(leafBytes({ v: 1, type: 'draw', id, commitment })));
  const { note: checkpoint, log_root } = await signer.sign(2, root, 1_764_000_000_000);
  const order = drawOrder(drawSeed({ root: toHex(root), bounty_id: BOUNTY, round: ROUND }), names);
  const entries = names.map((entry) => {
    const place = order.findIndex((one) => one.entry === entry);
    return { entry, ticket: order[place]!.ticket, drawn: place < slots };
  });
  const proof = { log_origin: origin, checkpoint, log_root, leaf_index: 1, tree_size: 2, hashes: [toHex(other)] };
  const closes_at = '2026-11-21T06:02:00.000Z';
  return { id, bounty_id: BOUNTY, round: ROUND, state: 'drawn', closes_at, salt, entries, slots, proof } as Draw;
}

describe('a draw', () => {
  it('is the same for the same root, whoever is named first, and lets each entry in once', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.nat(1_000), fc.infiniteStream(fc.nat()), (count, n, dice) => {
        const entries = entriesOf(count);
        const shuffled = entries
          .map((entry) => ({ entry, at: dice.next().value! }))
          .sort((a, b) => a.at - b.at)
          .map(({ entry }) => entry);
        const order = drawOrder(seedOf(n), entries);
        expect(drawOrder(seedOf(n), shuffled)).toEqual(order);
        expect(order.map(({ entry }) => entry).sort()).toEqual(entries.toSorted());
      }),
    );
  });

  it('differs by root, by bounty and by round', () => {
    const of = { root: hex('root'), bounty_id: BOUNTY, round: 1 };
    const seeds = [of, { ...of, root: hex('other') }, { ...of, bounty_id: idOf('bty', 2) }, { ...of, round: 2 }];
    expect(new Set(seeds.map(drawSeed)).size).toBe(4);
  });

  it('gives each of ten the same chance at three slots, by a chi-squared test over 2,000 roots', () => {
    const [roots, slots, entries] = [2_000, 3, entriesOf(10)];
    const won = new Map(entries.map((entry) => [entry, 0]));
    for (let n = 0; n < roots; n++)
      for (const { entry } of drawOrder(seedOf(n), entries).slice(0, slots)) won.set(entry, won.get(entry)! + 1);
    const chance = slots / entries.length;
    const expected = roots * chance;
    const sum = [...won.values()].reduce((total, count) => total + (count - expected) ** 2, 0);
    // Without replacement; 27.88 is what chance exceeds once in a thousand with nine degrees of freedom.
    expect((sum / (expected * (1 - chance))) * (1 - 1 / entries.length)).toBeLessThan(27.88);
  });
});

describe('a published draw', () => {
  it.each([
    [5, 2],
    [2, 5],
    [1, 1],
    [3, 0],
    [0, 2],
  ])('of %i entries for %i slots is found right, and answers who was drawn', async (count, slots) => {
    const draw = await drawn(count, slots);
    const winners = await verifyDraw(draw, options);
    expect(winners).toHaveLength(Math.min(count, slots));
    expect(winners.toSorted()).toEqual(draw.entries!.filter((one) => one.drawn).map(({ entry }) => entry));
  });

  it.each<[string, (draw: Draw) => void]>([
    ['its bounty', (draw) => (draw.bounty_id = idOf('bty', 9) as Draw['bounty_id'])],
    ['its round', (draw) => (draw.round += 1)],
    ['its id', (draw) => (draw.id = idOf('drw', 9) as Draw['id'])],
    ['its salt', (draw) => (draw.salt = 'cd'.repeat(32))],
    ['one slot more', (draw) => (draw.slots! += 1)],
    ['one slot less', (draw) => (draw.slots! -= 1)],
    ['an entry left out', (draw) => void draw.entries!.pop()],
    ['an entry twice', (draw) => void draw.entries!.push(draw.entries![0]!)],
    ['an entry of somebody else', (draw) => (draw.entries![0]!.entry = hex('friend'))],
    ['a lower ticket', (draw) => (draw.entries![0]!.ticket = '00'.repeat(32))],
    ['another winner', (draw) => draw.entries!.forEach((one) => (one.drawn = !one.drawn))],
    ['another checkpoint', (draw) => (draw.proof!.tree_size = 3)],
    ['another place in the log', (draw) => (draw.proof!.leaf_index = 0)],
    ['a root nobody signed', (draw) => (draw.proof!.log_root.root = `0x${hex('mine')}`)],
    ['a round that is not over', (draw) => (draw.state = 'closed')],
  ])('is refused with %s', async (_, change) => {
    const draw = await drawn(5, 2);
    change(draw);
    await expect(verifyDraw(draw, options)).rejects.toMatchObject({ name: 'ProofInvalid' });
  });

  it('is refused whichever digit of it is changed', async () => {
    const draw = await drawn(4, 2);
    const text = JSON.stringify({ ...draw, closes_at: undefined, proof: undefined });
    const digits = [...text.matchAll(/[0-9a-f](?=[0-9a-f]{4})/g)].map(({ index }) => index);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...digits), fc.integer({ min: 1, max: 15 }), async (at, by) => {
        const digit = ((Number.parseInt(text[at]!, 16) + by) % 16).toString(16);
        const { closes_at, proof } = draw;
        const changed = { ...JSON.parse(text.slice(0, at) + digit + text.slice(at + 1)), closes_at, proof };
        await expect(verifyDraw(changed, options)).rejects.toMatchObject({ name: 'ProofInvalid' });
      }),
      { numRuns: 25 },
    );
  });
});
