import { DeviceKey, READING_MEDIA_TYPE } from '@groundtruth/sdk/contributor';
import { bountyTermsSchema, parseReading } from '@groundtruth/sdk/protocol';
import { makeEvidence, tamperedWith, type Assignment } from './evidence.js';

const READING = { quantity_kind: 'air_temperature', unit: 'Cel', min: 0, max: 30 };
const [ID, OTHER] = ['sim_1', 'sim_2'] as const;

async function work(row: Partial<Assignment['row']>, criteria: object, kind = 'photo'): Promise<Assignment> {
  const terms = bountyTermsSchema.parse({
    kind,
    title: 'Bakery door',
    area: { lat: 85, lng: 10, radius_m: 150 },
    window: { closes_at: '2026-11-21T09:00:00Z' },
    criteria,
    price: { schedule: 'fixed', amount: '5.000000' },
  });
  const key = await DeviceKey.generate();
  const hex = '0'.repeat(32);
  const challenge = { nonce: 'n'.repeat(32), code: 'K7Q-2ZM', issued_at: '2026-11-21T06:00:00Z' };
  return {
    row: { id: ID, fraud: null, replays: null, ...row },
    terms,
    reservation: { id: `rsv_${hex}`, bounty_id: `bty_${hex}`, challenge },
    code: challenge.code,
    device: { id: `dev_${hex}`, key },
    at: { lat: 85, lng: 10 },
    now: Date.UTC(2026, 10, 21, 6),
  } as unknown as Assignment;
}
const TEXT = { all: [{ text: { pattern: 'OPEN|CLOSED' } }] };
const valueOf = (bytes: Uint8Array) => parseReading(bytes).samples[0]!.value;

describe('simulated evidence', () => {
  it('is the same picture for the same row, another for another, and a replayed one for a replay', async () => {
    const draw = async (row: Partial<Assignment['row']>) =>
      Buffer.from((await makeEvidence(await work(row, TEXT))).bytes).toString('base64');
    const first = await draw({});
    expect(await draw({})).toBe(first);
    expect(await draw({ id: OTHER as never })).not.toBe(first);
    expect(await draw({ id: OTHER as never, fraud: 'replayed', replays: ID as never })).toBe(first);
  });

  it('is a reading within the range, and outside when it is invented', async () => {
    const made = await makeEvidence(await work({}, { all: [{ reading: READING }] }, 'reading'));
    expect(made.media_type).toBe(READING_MEDIA_TYPE);
    expect(valueOf(made.bytes)).toBeGreaterThan(0);
    expect(valueOf(made.bytes)).toBeLessThan(30);
    const invented = await makeEvidence(
      await work({ fraud: 'wrong_content' }, { all: [{ reading: READING }] }, 'reading'),
    );
    expect(valueOf(invented.bytes)).toBeGreaterThan(30);
  });

  it('comes from a place on earth, near or far', async () => {
    expect((await makeEvidence(await work({}, TEXT))).place).toEqual({ lat: 85, lng: 10, accuracy_m: 8 });
    expect((await makeEvidence(await work({ fraud: 'elsewhere' }, TEXT))).place).toMatchObject({ lat: 84 });
  });

  it('can be tampered with: other bytes of the same length, or another value under the old signature', async () => {
    const picture = await makeEvidence(await work({}, TEXT));
    const other = tamperedWith(picture).bytes;
    expect(other.length).toBe(picture.bytes.length);
    expect(Buffer.compare(other, picture.bytes)).not.toBe(0);
    const reading = await makeEvidence(await work({}, { all: [{ reading: READING }] }, 'reading'));
    expect(valueOf(tamperedWith(reading).bytes)).toBeCloseTo(valueOf(reading.bytes) + 0.25);
  });
});
