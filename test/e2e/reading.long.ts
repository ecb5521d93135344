import { READING_MEDIA_TYPE, signReading } from '@groundtruth/sdk/contributor';
import { FeedClient, verifyObservation } from '@groundtruth/sdk/feeds';
import type { BountyTermsInput, Capture, Reservation } from '@groundtruth/sdk/protocol';
import { newWorker, PLACE, sheepTerms, shotOf, type Worker } from '../support/cast.js';
import { eventually } from '../support/eventually.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { photo } from '../support/photos.js';

const INSTRUMENT = { id: 'bme280-7', calibrated_on: null };
const HERE = { ...PLACE, accuracy_m: 8 };
const TEMPERATURE = { quantity_kind: 'air_temperature', unit: 'Cel', min: -20, max: 45 };

const terms = (reading: Record<string, unknown> = {}, change: Partial<BountyTermsInput> = {}) =>
  sheepTerms({
    kind: 'reading',
    title: 'Air temperature at the gate',
    instructions: 'Hold the sensor in the shade.',
    criteria: { all: [{ reading: { ...TEMPERATURE, ...reading } }] },
    ...change,
  });

describe('a bounty for a reading', () => {
  let market: TestMarket;
  let agent: Awaited<ReturnType<TestMarket['funded']>>;
  let worker: Worker;
  let seq = 0;
  beforeAll(async () => {
    market = await testMarket();
    agent = await market.funded();
    worker = await newWorker(market.baseUrl, 'Aiko');
  });
  afterAll(() => market.end());

  const reserve = async (change?: Record<string, unknown>): Promise<Reservation> =>
    worker.client.reservations.create((await agent.client.bounties.create(terms(change))).id);
  const measurement = (reservation: Reservation, ...values: number[]) => ({
    reservation,
    device: worker.device,
    instrument: INSTRUMENT,
    seq: ++seq,
    unit: 'Cel',
    samples: values.map((value) => ({ at: Date.now(), value })),
  });
  const decided = ({ id }: Capture) =>
    worker.client.captures.waitFor(id, { until: ['settled', 'rejected', 'review'], timeout_ms: 60_000 });
  const measure = async (made: ReturnType<typeof measurement>) =>
    decided(await worker.client.measure({ ...made, place: HERE }));
  /** Seals and hands in a file as it is. */
  const handIn = async (reservation: Reservation, bytes: Uint8Array) => {
    const shot = { bytes, media_type: READING_MEDIA_TYPE, place: HERE } as const;
    return decided(await worker.client.capture({ reservation, device: worker.device, ...shot }));
  };
  const rejectedFor = (check: string) => ({ state: 'rejected', detail: { failed_check: check } });

  it('is paid, and the signed observation states the median in the unit asked for', async () => {
    const reservation = await reserve({ unit: '[degF]', min: 0, max: 110 });
    const capture = await measure(measurement(reservation, 20, 20.5, 25 - 3));
    expect(capture).toMatchObject({ state: 'settled', finding: 'present', detail: { tier: 'signed' } });

    const feeds = new FeedClient({ baseUrl: market.baseUrl, apiKey: agent.api_key });
    const card = await eventually(async () => {
      for await (const each of feeds.observations.list({ kind: 'reading' }))
        if (each.bounty_id === reservation.bounty_id) return each;
      return undefined;
    }, 'the card');
    const { body } = await feeds.observations.read(card.id);
    await verifyObservation(body, await feeds.keys('test'), { allowTest: true });
    expect(body.record).toMatchObject({
      kind: 'reading',
      finding: 'present',
      facts: [
        {
          reading: {
            quantity_kind: 'air_temperature',
            unit: '[degF]',
            value: 68.9,
            at: expect.any(Number),
            samples: 3,
          },
        },
      ],
    });
  });

  it('rejects a value outside the range asked for, and names that check', async () => {
    expect(await measure(measurement(await reserve(), 45.01))).toMatchObject(rejectedFor('reading_range'));
  });

  it('rejects a reading that was signed for another reservation', async () => {
    const bytes = await signReading(measurement(await reserve(), 21));
    expect(await handIn(await reserve(), bytes)).toMatchObject(rejectedFor('reading_sequence'));
  });

  it('rejects a sequence number that its device has used, and takes the next', async () => {
    const first = measurement(await reserve(), 21);
    expect(await measure(first)).toMatchObject({ state: 'settled' });
    const again = { ...measurement(await reserve(), 21), seq: first.seq };
    expect(await measure(again)).toMatchObject(rejectedFor('reading_sequence'));
    expect(await measure(measurement(await reserve(), 21))).toMatchObject({ state: 'settled' });
  });

  it('rejects a reading that was edited after it was signed', async () => {
    const reservation = await reserve();
    const [header, payload, signature] = Buffer.from(await signReading(measurement(reservation, 21)))
      .toString()
      .split('.');
    const warmer = Buffer.from(payload!, 'base64url').toString().replace('"v":21', '"v":29');
    const edited = [header, Buffer.from(warmer).toString('base64url'), signature].join('.');
    expect(await handIn(reservation, Buffer.from(edited))).toMatchObject(rejectedFor('reading_sequence'));
  });

  it('rejects a file that is no reading, and takes no photo at all', async () => {
    expect(await handIn(await reserve(), Buffer.from('eyJ.not-a-reading.at-all'))).toMatchObject(rejectedFor('format'));
    const shot = shotOf(photo('march-pastoral'));
    const made = worker.client.capture({ reservation: await reserve(), device: worker.device, ...shot });
    await expect(made).rejects.toMatchObject({ code: 'seal_invalid', param: 'sealed.manifest.media.media_type' });
  });

  it('waits for a person when the value jumps faster than a temperature can', async () => {
    expect(await measure(measurement(await reserve(), 20, 24))).toMatchObject({ state: 'review' });
  });

  it('waits for a person when it is unlike what three others measured nearby', async () => {
    const at = { ...PLACE, lat: PLACE.lat + 1, accuracy_m: 8 };
    const area = { lat: at.lat, lng: at.lng, radius_m: 150 };
    const bounty = await agent.client.bounties.create(terms({}, { area, quantity: 4 }));
    const states: string[] = [];
    for (const [index, value] of [21, 21.2, 20.9, 30].entries()) {
      worker = await newWorker(market.baseUrl, `neighbour ${index}`);
      const made = measurement(await worker.client.reservations.create(bounty.id), value);
      states.push((await decided(await worker.client.measure({ ...made, place: at }))).state);
    }
    expect(states).toEqual(['settled', 'settled', 'settled', 'review']);
  });

  it.each([
    [{ quantity_kind: 'mood' }, {}, 'criteria.all.0.reading.quantity_kind'],
    [{ unit: 'hPa' }, {}, 'criteria.all.0.reading.unit'],
    [{ min: 61, max: 99 }, {}, 'criteria.all.0.reading'],
    [{}, { kind: 'photo' as const }, 'criteria.all'],
    [{}, { criteria: { all: [{ object: { label: 'sheep' } }] } }, 'criteria.all'],
  ])('is refused at quote for %o %o', async (reading, change, param) => {
    await expect(agent.client.bounties.quote(terms(reading, change))).rejects.toMatchObject({
      code: 'criteria_unreachable',
      status: 422,
      param,
    });
  });
});
