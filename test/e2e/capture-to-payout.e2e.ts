import { FeedClient, verifyObservation, verifyVerdict } from '@groundtruth/sdk/feeds';
import { sql } from '../../src/platform/database/index.js';
import { deliver, fulfil, newWorker, sheepTerms, shotOf } from '../support/cast.js';
import { eventually } from '../support/eventually.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { photo, sheepWithCard, withCard } from '../support/photos.js';

let market: TestMarket;
beforeAll(async () => (market = await testMarket()));
afterAll(() => market.end());

/** Different codes on the card make different pictures; the same one again is a duplicate. */
let picture: Buffer;

describe('an honest capture', () => {
  it('is accepted by the models, paid once, observed and provable', async () => {
    const agent = await market.funded();
    const bounty = await agent.client.bounties.create(
      sheepTerms({ criteria: { all: [{ object: { label: 'sheep' } }], code_in_scene: true } }),
    );
    const worker = await newWorker(market.baseUrl, 'Aiko');
    const reservation = await worker.client.reservations.create(bounty.id);
    picture = await sheepWithCard(reservation.challenge.code);
    const capture = await deliver(worker, reservation, shotOf(picture));

    expect(capture).toMatchObject({
      state: 'settled',
      finding: 'present',
      detail: { tier: 'signed', paid: '5.000000', failed_check: null },
    });
    expect((await worker.client.balance.get()).balances[0]).toMatchObject({ available: '5.000000' });
    expect((await agent.client.balance.get()).balances[0]).toMatchObject({ available: '94.500000' });

    const funder = new FeedClient({ baseUrl: market.baseUrl, apiKey: agent.api_key });
    const keys = await funder.keys('test');
    const ending = new AbortController();
    for await (const card of funder.stream({ signal: ending.signal })) {
      expect(card).toMatchObject({ price: '0.000000', tier: 'signed', bounty_id: bounty.id });
      const { body } = await funder.observations.get(card.id);
      const { record } = await verifyObservation(body!, keys, { allowTest: true });
      expect(record).toMatchObject({
        finding: 'present',
        place_basis: 'device_claim',
        facts: [{ object: { label: 'sheep' } }],
      });
      await expect(verifyObservation(body!, keys)).rejects.toThrow('test mode');
      ending.abort();
    }
    const verdict = await worker.client.captures.verdict(capture.id);
    await verifyVerdict({ ...verdict, proof: verdict.proof! }, keys, { allowTest: true });
    expect(await agent.client.bounties.waitFor(bounty.id, { until: ['closed'] })).toMatchObject({
      outcome: 'filled',
      held: '0.000000',
    });
    // What later quotes learn from: the stretch in which its slot waited, and whose reservation ended it.
    const recorded = () =>
      market.database.unitOfWork.run((tx) =>
        sql(tx, 'SELECT reservation_id, fill_price FROM fill_exposure WHERE bounty_id = $1', [bounty.id]),
      );
    await eventually(async () => (await recorded()).length === 1, 'the record of the fill');
    expect(await recorded()).toEqual([{ reservation_id: reservation.id, fill_price: 5_000_000n }]);
    expect(await agent.client.bounties.quote({ ...sheepTerms(), wanted_probability: 0.9 })).toMatchObject({
      policy: { outcome: 'allow' },
      fill: null,
      fill_unknown: 'no_record',
      curve: [],
      recommended_price: null,
    });
  });

  it('shows its requester nothing but the state until it is paid', async () => {
    const agent = await market.funded();
    const bounty = await agent.client.bounties.create(sheepTerms());
    const capture = await fulfil(await newWorker(market.baseUrl, 'copier'), bounty, shotOf(picture));
    expect(capture).toMatchObject({ state: 'rejected', detail: { failed_check: 'duplicate' } });

    const seen = await agent.client.captures.get(capture.id);
    expect(seen).toMatchObject({
      state: 'rejected',
      failed_stage: 'provenance',
      finding: null,
      detail: null,
      upload: null,
    });
    await expect(agent.client.captures.verdict(capture.id)).rejects.toMatchObject({ code: 'not_found' });
    const stranger = await market.funded();
    await expect(stranger.client.captures.get(capture.id)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a rejected capture', () => {
  it('names objects when the picture has none, and frees its slot', async () => {
    const agent = await market.funded();
    const bounty = await agent.client.bounties.create(sheepTerms({ quantity: 1 }));
    const capture = await fulfil(
      await newWorker(market.baseUrl, 'optimist'),
      bounty,
      shotOf(photo('french-alpine-landscape')),
    );
    expect(capture).toMatchObject({
      state: 'rejected',
      failed_stage: 'content',
      detail: { failed_check: 'objects', paid: null },
    });
    expect(await agent.client.bounties.get(bounty.id)).toMatchObject({
      state: 'open',
      slots: { free: 1, reserved: 0 },
      held: '5.500000',
    });
  });
});

describe('a negative answer', () => {
  it('is paid its share when the code is in the scene and the detector sees nothing', async () => {
    const agent = await market.funded();
    const criteria = { all: [{ object: { label: 'sheep' } }], code_in_scene: true };
    const bounty = await agent.client.bounties.create(sheepTerms({ criteria, absence_share: '0.5' }));
    const worker = await newWorker(market.baseUrl, 'Ben');
    const reservation = await worker.client.reservations.create(bounty.id);
    const empty = await withCard(photo('allium-oreophilum'), reservation.challenge.code);
    const capture = await deliver(worker, reservation, shotOf(empty, { finding: 'absent' }));
    expect(capture).toMatchObject({ state: 'settled', finding: 'absent', detail: { paid: '2.500000' } });
    expect(await agent.client.bounties.waitFor(bounty.id, { until: ['closed'] })).toMatchObject({
      outcome: 'filled',
      held: '0.000000',
    });
    expect((await agent.client.balance.get()).balances[0]).toMatchObject({ available: '97.250000' });
  });
});

describe('a review', () => {
  it('goes to the operator, whose decision the verifier signs', async () => {
    const agent = await market.funded();
    const bounty = await agent.client.bounties.create(sheepTerms());
    const worker = await newWorker(market.baseUrl, 'Cleo');
    const capture = await fulfil(worker, bounty, shotOf(photo('nagasaki-boats'), { finding: 'absent' }));
    expect(capture.state).toBe('review');
    await market.operator.reviews.decide(capture.id, { decision: 'reject', reason: 'the picture shows boats' });
    const decided = await worker.client.captures.waitFor(capture.id, { until: ['rejected'] });
    expect(decided.detail).toMatchObject({ reason: 'the picture shows boats', paid: null });
    expect((await worker.client.captures.verdict(capture.id)).verdict).toMatchObject({
      basis: 'review',
      outcome: 'rejected',
    });
  });

  it('that nobody decides is rejected as undecided', async () => {
    const agent = await market.funded();
    const bounty = await agent.client.bounties.create(sheepTerms());
    const worker = await newWorker(market.baseUrl, 'Dora');
    const capture = await fulfil(worker, bounty, shotOf(photo('french-alpine-landscape'), { finding: 'absent' }));
    expect(capture.state).toBe('review');
    await market.database.dataSource.query(
      `UPDATE capture SET review_until = now() - interval '1 second' WHERE id = $1`,
      [capture.id],
    );
    const decided = await worker.client.captures.waitFor(capture.id, { until: ['rejected'] });
    expect(decided.detail?.reason).toBe('undecided');
  });
});

describe('a complete forgery by an enrolled software key', () => {
  it('is accepted at tier signed: place and clock are only what the device says', async () => {
    const agent = await market.funded();
    const bounty = await agent.client.bounties.create(
      sheepTerms({ criteria: { all: [{ object: { label: 'sheep' } }], unique: false } }),
    );
    // Taken elsewhere, in another century; the device says here and now, and seals its own nonce.
    const forged = shotOf(photo('march-pastoral'));
    const capture = await fulfil(await newWorker(market.baseUrl, 'forger'), bounty, forged);
    expect(capture).toMatchObject({ state: 'settled', detail: { tier: 'signed' } });
  });

  it('cannot be asked for where attested is required: the bounty is refused at quote', async () => {
    const agent = await market.funded();
    const criteria = { all: [{ object: { label: 'sheep' } }], provenance: 'attested' as const };
    await expect(agent.client.bounties.quote(sheepTerms({ criteria }))).rejects.toMatchObject({
      code: 'criteria_unreachable',
      status: 422,
    });
  });
});

// Last: from here on the picture counts as accepted, and whatever looks like it is in doubt.
describe('an upheld appeal', () => {
  it('is signed by the verifier as such, and paid from the slot that the rejection freed', async () => {
    const agent = await market.funded();
    const bounty = await agent.client.bounties.create(
      sheepTerms({ criteria: { all: [{ object: { label: 'sheep' } }], unique: false } }),
    );
    const worker = await newWorker(market.baseUrl, 'appellant');
    const { id } = await fulfil(worker, bounty, shotOf(photo('french-alpine-landscape')));
    const dispute = await worker.client.captures.dispute(id, { reason_code: 'shows_what_was_asked' });
    await market.operator.disputes.decide(dispute.id, {
      decision: 'uphold',
      reason: 'the dots on the slope are sheep',
    });
    const settled = await eventually(async () => {
      const capture = await worker.client.captures.get(id);
      return capture.state === 'settled' ? capture : null;
    });
    expect(settled).toMatchObject({ finding: 'present', detail: { paid: '5.000000', tier: 'signed' } });
    const { verdict, inputs } = await worker.client.captures.verdict(id);
    expect(verdict).toMatchObject({ basis: 'appeal', outcome: 'accepted' });
    expect(inputs).toMatchObject({ capture_id: id });
  });
});
