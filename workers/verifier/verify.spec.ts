import { recoverTypedDataAddress } from 'viem';
import {
  captureCommitment,
  checksDigest,
  criteriaHash,
  decide,
  verdictJobSchema,
  verdictMessage,
} from '@groundtruth/sdk/protocol';
import type { RecordedDecision } from './context.js';
import { ACCOUNTS, ADVICE, Bench, NOW, TO_CONTENT, TO_HASH, statuses } from './verify.bench.js';
import { HASHED, T1, contextOf, lost, read, ok } from './verify.fixture.js';

describe('the verifier', () => {
  it('accepts an honest capture with every check in order and asks for no text nobody needs', async () => {
    const bench = new Bench();
    const verdict = await bench.verdict();
    expect(verdict).toMatchObject({
      outcome: 'accepted',
      finding: 'present',
      tier: 'signed',
      c2pa: 'absent',
      basis: 'checks',
      decided_at: NOW,
    });
    expect(verdict.checks.map(({ check }) => check)).toEqual([
      'integrity',
      'format',
      'window',
      'geofence',
      'freshness',
      'provenance',
      'c2pa',
      'challenge',
      'duplicate',
      'resemblance',
      'objects',
      'nsfw',
      'thumbnail',
      'recapture',
      'sun',
    ]);
    expect(bench.asked).toEqual([...TO_CONTENT, 'objects', ...ADVICE]);
  });

  it('signs what anyone can recompute', async () => {
    const bench = new Bench();
    const answer = (await bench.verify())!;
    const { verdict } = verdictJobSchema.parse(JSON.parse(JSON.stringify(answer)));
    expect(verdict).toEqual(answer.verdict);
    expect(verdict.criteria_hash).toBe(criteriaHash(bench.capture.criteria));
    expect(verdict.checks_digest).toBe(checksDigest(verdict.checks));
    expect(verdict.capture_commitment).toBe(captureCommitment(bench.capture.salt, bench.capture.seal));
    expect(decide(verdict.criteria, verdict.declared, verdict.tier, verdict.checks)).toMatchObject({
      outcome: 'accepted',
      finding: 'present',
    });
    expect(await recoverTypedDataAddress({ ...verdictMessage(verdict), signature: verdict.signature })).toBe(
      ACCOUNTS.test.address,
    );
  });

  it('signs with the key of the capture’s mode, and a test signature is none of the live one', async () => {
    const live = await new Bench({ context: { mode: 'live' } }).verdict();
    expect(live.signer).toBe(ACCOUNTS.live.address);
    const asTest = verdictMessage({ ...live, mode: 'test' });
    expect(await recoverTypedDataAddress({ ...asTest, signature: live.signature })).not.toBe(ACCOUNTS.live.address);
  });

  it('gives one attempt one verdict id, and another attempt another', async () => {
    const first = await new Bench().verdict();
    expect((await new Bench().verdict()).verdict_id).toBe(first.verdict_id);
    expect((await new Bench({ context: { attempt: 2 } }).verdict()).verdict_id).not.toBe(first.verdict_id);
  });

  it('says nothing about a capture that waits for no verdict', async () => {
    const bench = new Bench();
    expect(await bench.verify(null)).toBeNull();
    expect(bench.asked).toEqual([]);
  });

  it('hands over the hashes of every picture it compared, also where duplicates are allowed', async () => {
    const bench = new Bench({ criteria: { unique: false } });
    bench.near = true;
    const { verdict, perceptual_hash } = (await bench.verify())!;
    expect(perceptual_hash).toEqual({ upright: HASHED.upright, mirror: HASHED.mirror });
    expect([verdict.outcome, 'duplicate' in statuses(verdict)]).toEqual(['accepted', false]);
    expect(bench.asked).toContain('near 0f');
  });

  it('neither compares nor remembers a picture too flat to hash, and sends it to a person', async () => {
    const bench = new Bench();
    bench.hashed = ok({ ...HASHED, contrast: 0.01 });
    const { verdict, perceptual_hash } = (await bench.verify())!;
    expect([verdict.outcome, statuses(verdict).duplicate, perceptual_hash]).toEqual(['review', 'inconclusive', null]);
    expect(bench.asked).not.toContain('near 0f');
  });
});

describe('a decoder that fails', () => {
  const breaks: [string, (bench: Bench) => void, string[], string][] = [
    ['download', (b) => (b.downloaded = lost('missing')), ['download'], 'integrity'],
    ['inspect', (b) => (b.inspected = lost('garbled')), ['download', 'inspect'], 'format'],
    ['c2pa', (b) => (b.manifest = lost('memory')), ['download', 'inspect', 'c2pa'], 'c2pa'],
    ['decode', (b) => (b.decoded = lost('timeout')), ['download', 'inspect', 'c2pa', 'decode'], 'format'],
    ['hash', (b) => (b.hashed = lost('memory')), ['download', 'inspect', 'c2pa', 'decode', 'hash'], 'duplicate'],
    ['objects', (b) => (b.things = lost('garbled')), [...TO_CONTENT, 'objects'], 'objects'],
    ['text', (b) => (b.words = lost('bug')), [...TO_CONTENT, 'objects', 'text'], 'text'],
    ['embed', (b) => (b.features = lost('timeout')), [...TO_HASH, 'embed'], 'nsfw'],
  ];

  it.each(breaks)(
    'at %s sends the capture to a person, never to rejection, and is not asked again',
    async (_stage, arrange, asked, check) => {
      const bench = new Bench({ criteria: { all: [{ object: { label: 'boat' } }, { text: { pattern: 'OPEN' } }] } });
      bench.words = ok(read('OPEN'));
      arrange(bench);
      const verdict = await bench.verdict();
      expect(verdict.outcome).toBe('review');
      expect(statuses(verdict)[check]).toBe('unavailable');
      expect(Object.values(statuses(verdict))).not.toContain('fail');
      expect(bench.asked).toEqual(asked);
    },
  );
});

describe('a decoder that dies', () => {
  it.each(['crashed', 'not_started'])('once (%s) is no reason for doubt: the next one looks again', async (reason) => {
    const bench = new Bench();
    const { objects } = bench;
    bench.objects = async () => {
      bench.objects = objects;
      return lost(reason);
    };
    expect((await bench.verdict()).outcome).toBe('accepted');
    expect(bench.asked).toEqual([...TO_CONTENT, ...TO_CONTENT, 'objects', ...ADVICE]);
  });

  it('twice over one photo sends it to a person', async () => {
    const bench = new Bench();
    bench.things = lost('crashed');
    expect((await bench.verdict()).outcome).toBe('review');
    expect(bench.asked).toEqual([...TO_CONTENT, 'objects', ...TO_CONTENT, 'objects']);
  });
});

describe('a decision an operator has recorded', () => {
  const recorded: RecordedDecision = {
    ...contextOf(),
    basis: 'review',
    decision: 'accept',
    finding: 'absent',
    reason: null,
    decided_at: T1,
    checks: [],
    tier: 'signed',
    c2pa: 'absent',
  };

  it('is signed as it stands, with no look at the media', async () => {
    const bench = new Bench();
    const { checks } = await new Bench().verdict();
    bench.recorded = { ...recorded, checks };
    const { verdict, perceptual_hash } = (await bench.verify())!;
    expect(verdict).toMatchObject({ basis: 'review', outcome: 'accepted', finding: 'absent', checks, tier: 'signed' });
    expect([bench.asked, perceptual_hash]).toEqual([[], null]);
    expect(await recoverTypedDataAddress({ ...verdictMessage(verdict), signature: verdict.signature })).toBe(
      ACCOUNTS.test.address,
    );
  });

  it.each(['silence', 'appeal'] as const)('by %s is signed as that, for what was declared', async (basis) => {
    const bench = new Bench();
    bench.recorded = { ...recorded, basis, finding: null };
    expect(await bench.verdict()).toMatchObject({ basis, outcome: 'accepted', finding: 'present' });
    // A rejected capture has no context any more, but its appeal has all that a verdict names.
    expect((await bench.verify(null))!.verdict).toMatchObject({ basis, capture_id: recorded.capture_id });
  });

  it('is another verdict than that of the checks, and the same one when signed twice', async () => {
    const bench = new Bench();
    const byChecks = (await bench.verdict()).verdict_id;
    bench.recorded = { ...recorded, decision: 'reject' };
    const byPerson = await bench.verdict();
    expect(byPerson).toMatchObject({ outcome: 'rejected', finding: null });
    expect(byPerson.verdict_id).not.toBe(byChecks);
    expect((await bench.verdict()).verdict_id).toBe(byPerson.verdict_id);
  });
});
