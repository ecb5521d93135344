import fc from 'fast-check';
import { ProofInvalid, type CheckResult, type ObservationRecord, type Verdict } from '../protocol/index.js';
import { PASSED, SALT, signedWorld } from './signed-world.fixture.js';
import { verifyObservation, verifyVerdict, type ObservationBody, type VerdictBody } from './verify.js';

const [test, live, stranger] = [signedWorld('test'), signedWorld('live'), signedWorld('test', '2')];
const allowTest = { allowTest: true };

/** The same JSON with one letter or digit changed to another. */
function tamper(text: string, at: number, n: number): unknown {
  // Digits become digits and letters letters, so that it is still JSON.
  fc.pre(/[0-9a-zA-Z]/.test(text[at]!) && text[at - 1] !== '\\');
  const character = (/[0-9]/.test(text[at]!) ? '123456' : 'abcdef')[n]!;
  fc.pre(text[at] !== character);
  const changed = `${text.slice(0, at)}${character}${text.slice(at + 1)}`;
  try {
    return JSON.parse(changed);
  } catch {
    return fc.pre(false); // A letter of true, false or null.
  }
}

function withCheck(check: string, status: CheckResult['status']): CheckResult[] {
  return PASSED.map((result) => (result.check === check ? { ...result, status } : result));
}

async function changedObservation(change: Partial<ObservationRecord>): Promise<ObservationBody> {
  const { record, ...rest } = await test.observation();
  return { ...rest, record: { ...record, ...change } };
}

describe('an observation', () => {
  it('verifies by nothing but its keys, after a way over the wire', async () => {
    const body = JSON.parse(JSON.stringify(await test.observation())) as ObservationBody;
    await expect(verifyObservation(body, test.keys, allowTest)).resolves.toMatchObject({
      record: { finding: 'present' }, root: { size: 2 },
    }); // prettier-ignore
  });

  it('of test mode is refused unless test is allowed; of live it needs no permission', async () => {
    await expect(verifyObservation(await test.observation(), test.keys)).rejects.toThrow('made in test mode');
    await expect(verifyObservation(await live.observation(), live.keys)).resolves.toMatchObject({
      record: { mode: 'live' },
    });
  });

  it('of one mode is refused with the keys of the other, and no signature of it passes for the other', async () => {
    await expect(verifyObservation(await test.observation(), live.keys)).rejects.toThrow('made in mode test');
    const { record, ...rest } = await live.observation();
    const posing = { ...rest, record: { ...record, mode: 'test' as const } };
    await expect(verifyObservation(posing, { ...live.keys, mode: 'test' }, allowTest)).rejects.toThrow('not signed');
  });

  it('signed by another key is refused, also when it says so itself', async () => {
    const body = await stranger.observation();
    await expect(verifyObservation(body, test.keys, allowTest)).rejects.toThrow('not signed by the expected key');
    const claimed = { ...body, record: { ...body.record, signer: test.keys.observation } };
    await expect(verifyObservation(claimed, test.keys, allowTest)).rejects.toThrow('not signed by the expected key');
  });

  it('that another log has recorded is refused', async () => {
    const body = { ...(await test.observation()), proof: (await stranger.observation()).proof };
    await expect(verifyObservation(body, test.keys, allowTest)).rejects.toThrow(ProofInvalid);
  });

  it.each([
    ['finding', { finding: 'absent' }],
    ['confidence', { confidence: 1 }],
    ['basis', { basis: 'review' }],
    ['place_basis', { place_basis: 'attested' }],
    ['kind', { kind: 'video' }],
    ['licence', { licence: { resale: false } }],
  ] satisfies [string, Partial<ObservationRecord>][])(
    'with another %s is refused by its signature',
    async (_, change) => {
      await expect(verifyObservation(await changedObservation(change), test.keys, allowTest)).rejects.toThrow(
        'not signed',
      );
    },
  );

  it.each([
    ['confidence within a millionth', { confidence: 0.91 + 1e-9 }],
    ['capture commitment', { capture_commitments: [`0x${'ce'.repeat(32)}`] }],
    ['picture', { media: null }],
  ] satisfies [string, Partial<ObservationRecord>][])(
    'with another %s, which only the log vouches for, is refused',
    async (_, change) => {
      const changed = await changedObservation(change);
      await expect(verifyObservation(changed, test.keys, allowTest)).rejects.toThrow('does not lead to the root');
    },
  );

  it('with a number that no signature covers is refused', async () => {
    const { record, ...rest } = await test.observation();
    const huge = { ...rest, record: { ...record, value_at_risk_max: '9'.repeat(90) } };
    await expect(verifyObservation(huge, test.keys, allowTest)).rejects.toThrow('malformed');
  });

  it('with another salt is refused', async () => {
    const body = await test.observation();
    await expect(verifyObservation({ ...body, salt: 'ab'.repeat(32) }, test.keys, allowTest)).rejects.toThrow('does not lead'); // prettier-ignore
    await expect(verifyObservation({ ...body, salt: SALT.toUpperCase() }, test.keys, allowTest)).rejects.toThrow(
      'salt',
    );
  });

  it('is refused with one character changed anywhere in record, salt or proof', async () => {
    const text = JSON.stringify(await test.observation());
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.nat(5), async (at, n) => {
        const changed = tamper(text, at, n) as ObservationBody;
        await expect(verifyObservation(changed, test.keys, allowTest)).rejects.toThrow(ProofInvalid);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a verdict', () => {
  it('verifies, and its decision is made again from its checks', async () => {
    const body = JSON.parse(JSON.stringify(await test.verdict())) as VerdictBody;
    await expect(verifyVerdict(body, test.keys, allowTest)).resolves.toMatchObject({
      decision: { outcome: 'accepted', finding: 'present', failed_check: null },
    });
  });

  it('of test mode is refused unless test is allowed', async () => {
    await expect(verifyVerdict(await test.verdict(), test.keys)).rejects.toThrow('made in test mode');
  });

  it.each([
    ['accepted although a check failed', { checks: withCheck('geofence', 'fail') }],
    ['accepted although a check was inconclusive', { checks: withCheck('objects', 'inconclusive') }],
    ['accepted although a check is missing', { checks: PASSED.slice(1) }],
    ['rejected although every check passed', { outcome: 'rejected', finding: null }],
    ['accepted with another finding', { finding: 'absent' }],
    ['a person’s, although the checks had accepted it', { basis: 'review', outcome: 'rejected', finding: null }],
    ['a person’s, although the checks had rejected it', { basis: 'review', checks: withCheck('window', 'fail') }],
    ['a person’s, without a finding', { basis: 'review', checks: withCheck('text', 'inconclusive'), finding: null }],
    ['an appeal’s, although nothing was rejected', { basis: 'appeal', checks: withCheck('text', 'inconclusive') }],
  ] satisfies [string, Partial<Verdict>][])(
    'is refused when it was %s, signed and logged as it is',
    async (_, change) => {
      await expect(verifyVerdict(await test.verdict(change), test.keys, allowTest)).rejects.toThrow('does not follow');
    },
  );

  it.each([
    ['by a person', { basis: 'review', checks: withCheck('text', 'inconclusive') }],
    [
      'by a person, against',
      { basis: 'review', checks: withCheck('text', 'unavailable'), outcome: 'rejected', finding: null },
    ],
    ['by silence', { basis: 'silence', checks: withCheck('objects', 'inconclusive') }],
    ['by an appeal', { basis: 'appeal', checks: withCheck('objects', 'fail') }],
  ] satisfies [string, Partial<Verdict>][])('may be given %s where the checks left room for it', async (_, change) => {
    const { verdict, decision } = await verifyVerdict(await test.verdict(change), test.keys, allowTest);
    expect(verdict).toMatchObject(change);
    expect(decision.outcome).toBe(change.basis === 'appeal' ? 'rejected' : 'review');
  });

  it('is refused when criteria or checks are not the ones that were signed', async () => {
    const body = await test.verdict();
    const criteria = { ...body.verdict.criteria, max_age_s: 7_200 };
    await expect(verifyVerdict({ ...body, verdict: { ...body.verdict, criteria } }, test.keys, allowTest)).rejects.toThrow('other criteria'); // prettier-ignore
    const checks = PASSED.map((check) => ({ ...check, score: 1 }));
    await expect(verifyVerdict({ ...body, verdict: { ...body.verdict, checks } }, test.keys, allowTest)).rejects.toThrow('other checks'); // prettier-ignore
  });

  it('is refused with one character changed anywhere in verdict, salt or proof', async () => {
    const text = JSON.stringify(await test.verdict());
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.nat(5), async (at, n) => {
        const changed = tamper(text, at, n) as VerdictBody;
        await expect(verifyVerdict(changed, test.keys, allowTest)).rejects.toThrow(ProofInvalid);
      }),
      { numRuns: 200 },
    );
  });
});
