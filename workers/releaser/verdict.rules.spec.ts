import { privateKeyToAccount } from 'viem/accounts';
import type { Hex } from 'viem';
import { checksDigest, criteriaHash, verdictMessage, type Verdict } from '@groundtruth/sdk/protocol';
import { sql } from '../../src/platform/database/index.js';
import { insertEntry, withoutKeys } from './bare-entry.fixture.js';
import { releaserDatabase, type ReleaserDatabase } from './database.fixture.js';
import { AGREED, releaseFacts, SIGNERS } from './facts.fixture.js';
import { releaseFactsSchema } from './facts.js';
import { ReleaserRecords } from './records.js';
import { signRelease } from './sign.js';
import { verdictRefusal } from './verdict.rules.js';

const verifier = privateKeyToAccount(`0x${'33'.repeat(32)}`);
const SIGNER = verifier.address.toLowerCase() as Hex;
const criteria = { all: [{ object: { label: 'boat' } }] } as unknown as Verdict['criteria'];

const facts = releaseFacts(AGREED, 'present', []);

async function accepting(change: Partial<Verdict> = {}, by = verifier): Promise<Verdict> {
  const body = {
    verdict_id: `vrd_${'0'.repeat(32)}`,
    mode: 'test',
    bounty_id: facts.entry.bounty_id,
    capture_id: `cap_${'0'.repeat(32)}`,
    capture_commitment: facts.commitment,
    criteria,
    criteria_hash: criteriaHash(criteria),
    declared: 'present',
    checks: [],
    checks_digest: checksDigest([]),
    outcome: 'accepted',
    finding: 'present',
    tier: 'signed',
    c2pa: 'absent',
    basis: 'checks',
    decided_at: 1_763_000_000_000,
    ...change,
  } as Omit<Verdict, 'signature' | 'signer'>;
  return { ...body, signer: by.address, signature: await by.signTypedData(verdictMessage(body)) };
}

describe('the verdict behind a release', () => {
  const refusal = (verdict: unknown) => verdictRefusal({ ...facts, verdict }, SIGNER);

  it('is asked for only of a known signer, and then it must be there', async () => {
    expect(await verdictRefusal(facts, null)).toBeNull();
    expect(await refusal(await accepting())).toBeNull();
    expect(await refusal(undefined)).toBe('verdict_missing');
    expect(await refusal(null)).toBe('verdict_missing');
    expect(await refusal({ outcome: 'accepted' })).toBe('verdict_missing');
  });

  it('accepts just this capture for this bounty, signed by just this key', async () => {
    const others: Partial<Verdict>[] = [
      { outcome: 'rejected' },
      { outcome: 'review' },
      { mode: 'live' },
      { finding: 'absent' },
      { bounty_id: `bty_${'9'.repeat(32)}` as Verdict['bounty_id'] },
      { capture_commitment: `0x${'9'.repeat(64)}` },
    ];
    for (const change of others) expect(await refusal(await accepting(change))).toBe('verdict_differs');
    expect(await refusal(await accepting({}, privateKeyToAccount(`0x${'44'.repeat(32)}`)))).toBe('verdict_differs');
    expect(await refusal({ ...(await accepting()), tier: 'attested' })).toBe('verdict_differs');
    const unsigned = { ...(await accepting()), signature: `0x${'00'.repeat(65)}` };
    expect(await refusal(unsigned)).toBe('verdict_differs');
  });

  it('is part of what is signed', async () => {
    const signers = { ...SIGNERS, test: { ...SIGNERS.test, verdict_signer: SIGNER } };
    expect(await signRelease(facts, signers)).toEqual({ refusal: 'verdict_missing' });
    const { signature } = (await signRelease({ ...facts, verdict: await accepting() }, signers)) as { signature: Hex };
    expect(await signRelease(facts, SIGNERS)).toEqual({ signature });
  });
});

describe('the verdict behind a release in the database', () => {
  let world: ReleaserDatabase;
  beforeAll(async () => (world = await releaserDatabase()));
  afterAll(() => world?.close());

  it('is the one that the capture names', async () => {
    const { unitOfWork } = world.db;
    const entry = await insertEntry(unitOfWork, AGREED, ['present']);
    const records = new ReleaserRecords(world.unitOfWork);
    const read = async () => releaseFactsSchema.parse((await records.releasesDue(null))[0]!.facts);
    expect((await read()).verdict).toBeNull();
    const verdict = await accepting({
      bounty_id: entry.bounty_id as Verdict['bounty_id'],
      capture_commitment: (await read()).commitment,
    });
    await withoutKeys(unitOfWork, async (tx) => {
      await sql(
        tx,
        `INSERT INTO verdict (id, mode, capture_id, bounty_id, outcome, basis, body, salt, created_at)
         VALUES ($1, 'test', $2, $3, 'accepted', 'checks', $4, '', now())`,
        [verdict.verdict_id, entry.captures[0], entry.bounty_id, verdict],
      );
      await sql(tx, 'UPDATE capture SET verdict_id = $2 WHERE id = $1', [entry.captures[0], verdict.verdict_id]);
    });
    expect((await read()).verdict).toEqual(verdict);
  });
});
