import type { Verdict } from '../protocol/index.js';
import { PASSED, signedWorld } from './signed-world.fixture.js';
import { recomputeVerdict, RECOMPUTED_ITEMS, type RecomputedVerdict } from './recompute.js';
import { verifyVerdict } from './verify.js';

const world = signedWorld('test');
const stranger = signedWorld('test', '2');

const differing = ({ items }: RecomputedVerdict): string[] =>
  items.filter(({ status }) => status === 'differs').map(({ item }) => item);

async function recomputed(change: (verdict: Verdict) => unknown, keys = world.keys) {
  const { verdict, salt, proof } = await world.verdict();
  return recomputeVerdict(change(verdict), { keys, salt, proof });
}

describe('a verdict worked out again', () => {
  it('holds, each item once and in order, also after a way over the wire', async () => {
    const answer = await recomputed((verdict) => JSON.parse(JSON.stringify(verdict)));
    expect(answer.items.map(({ item }) => item)).toEqual(RECOMPUTED_ITEMS);
    expect(answer.items.map(({ status }) => status)).toEqual(RECOMPUTED_ITEMS.map(() => 'same'));
    expect(answer).toMatchObject({ holds: true, decision: { outcome: 'accepted', finding: 'present' } });
  });

  it('without a proof holds as far as it goes, and says how far', async () => {
    const { verdict, salt } = await world.verdict();
    const answer = await recomputeVerdict(verdict, { keys: world.keys, salt, proof: null });
    expect(answer.holds).toBe(true);
    expect(answer.items.find(({ item }) => item === 'log')?.status).toBe('not_checked');
  });

  it.each<[string, (verdict: Verdict) => unknown, string[]]>([
    ['another outcome', (v) => ({ ...v, outcome: 'rejected', finding: null }), ['signature', 'decision', 'log']],
    ['another tier', (v) => ({ ...v, tier: 'attested' }), ['signature', 'log']],
    [
      'a threshold that was lowered afterwards',
      (v) => ({ ...v, checks: v.checks.map((check) => ({ ...check, threshold: 0.1 })) }),
      ['checks', 'log'],
    ],
    [
      'a check that was failed afterwards',
      (v) => ({ ...v, checks: v.checks.map((check) => ({ ...check, status: 'fail' })) }),
      ['checks', 'decision', 'log'],
    ],
    ['other criteria', (v) => ({ ...v, criteria: { ...v.criteria, max_age_s: 7_200 } }), ['criteria', 'log']],
    ['a signature of nobody', (v) => ({ ...v, signature: `0x${'00'.repeat(65)}` }), ['signature', 'log']],
    ['no form at all', () => 'accepted', ['form']],
    ['a check nobody knows', (v) => ({ ...v, checks: [{ ...v.checks[0], check: 'luck' }] }), ['form']],
  ])('with %s does not hold, and every item that differs is named', async (_, change, items) => {
    const answer = await recomputed(change);
    expect(answer.holds).toBe(false);
    expect(differing(answer)).toEqual(items);
  });

  it('by the keys of somebody else is signed and logged by nobody', async () => {
    expect(differing(await recomputed((verdict) => verdict, stranger.keys))).toEqual(['signature', 'log']);
  });

  it('by a person agrees only where the checks had left it open', async () => {
    const open = PASSED.map((check) =>
      check.check === 'text' ? { ...check, status: 'inconclusive' as const } : check,
    );
    for (const [checks, items] of [
      [open, []],
      [PASSED, ['decision']],
    ] as const) {
      const { verdict, salt, proof } = await world.verdict({ basis: 'review', checks: [...checks] });
      expect(differing(await recomputeVerdict(verdict, { keys: world.keys, salt, proof }))).toEqual(items);
    }
  });

  it('holds exactly when verifyVerdict finds nothing', async () => {
    for (const change of [{}, { tier: 'none' as const }, { outcome: 'review' as const }, { checks: PASSED.slice(2) }]) {
      const body = await world.verdict(change);
      const { holds } = await recomputeVerdict(body.verdict, { keys: world.keys, ...body });
      const verified = await verifyVerdict(body, world.keys, { allowTest: true }).then(
        () => true,
        () => false,
      );
      expect({ change, holds }).toEqual({ change, holds: verified });
    }
  });
});
