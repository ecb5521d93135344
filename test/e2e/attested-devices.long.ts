import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecurityLevel } from '@peculiar/asn1-android';
import { ContributorClient, DeviceKey } from '@groundtruth/sdk/contributor';
import { fromBase64Url, type Attestation } from '@groundtruth/sdk/protocol';
import {
  AndroidMaker,
  PACKAGE,
  SIGNING_DIGEST,
  type Spoken,
} from '../../src/identity/attestation/android-device.fixture.js';
import { fulfil, newWorker, sheepTerms, shotOf } from '../support/cast.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { photo } from '../support/photos.js';

let market: TestMarket;
let maker: AndroidMaker;
let folder: string;

beforeAll(async () => {
  maker = await AndroidMaker.create();
  folder = await mkdtemp(join(tmpdir(), 'attestation-'));
  await writeFile(join(folder, 'roots.pem'), maker.rootPem);
  await writeFile(join(folder, 'status.json'), JSON.stringify({ entries: { abc123: { status: 'REVOKED' } } }));
  market = await testMarket({
    SORTITION_ROUND_S: '1',
    ANDROID_PACKAGES: PACKAGE,
    ANDROID_SIGNING_DIGESTS: SIGNING_DIGEST,
    ANDROID_STATUS_FILE: join(folder, 'status.json'),
    ANDROID_ROOTS_FILE: join(folder, 'roots.pem'),
  });
});
afterAll(async () => {
  await market.end();
  await rm(folder, { recursive: true });
});

async function newContributor(name: string) {
  const { id, api_key } = await ContributorClient.contributors.register({ baseUrl: market.baseUrl, name, adult: true });
  return { id, client: new ContributorClient({ baseUrl: market.baseUrl, apiKey: api_key }) };
}

/** A phone that makes a key for this challenge, and what it says of it. */
async function phone(
  challenge: string,
  spoken: Partial<Spoken> = {},
): Promise<{ key: DeviceKey; attestation: Attestation }> {
  const { chain, keys } = await maker.attest({ challenge: fromBase64Url(challenge), ...spoken });
  const certificate_chain = chain.map((der) => der.toString('base64'));
  return { key: await DeviceKey.fromPair(keys), attestation: { format: 'android_key', challenge, certificate_chain } };
}

const ATTESTED = { all: [{ object: { label: 'sheep' } }], provenance: 'attested' as const, unique: false };

describe('an attested device', () => {
  it('earns more than a software key may, and its absence is believed without a code', async () => {
    const worker = await newContributor('Aiko');
    const { challenge } = await worker.client.devices.challenge();
    const { key, attestation } = await phone(challenge);
    const device = await worker.client.devices.enrol(key, { attestation });
    expect(device.attested_at).not.toBeNull();
    const renewed = await worker.client.devices.enrol(key);
    expect(renewed).toMatchObject({ id: device.id, attested_at: device.attested_at });

    const agent = await market.funded();
    const price = { schedule: 'fixed' as const, amount: '25.000000' };
    const terms = sheepTerms({ criteria: ATTESTED, price, purpose: 'markets', absence_share: '0.5', quantity: 2 });
    const bounty = await agent.client.bounties.create(terms);
    const seen = await fulfil({ ...worker, device }, bounty, shotOf(photo('march-pastoral')));
    expect(seen).toMatchObject({ state: 'settled', detail: { tier: 'attested', paid: '25.000000' } });
    const empty = shotOf(photo('french-alpine-landscape'), { finding: 'absent' });
    const unseen = await fulfil({ ...worker, device }, bounty, empty);
    expect(unseen).toMatchObject({
      state: 'settled',
      finding: 'absent',
      detail: { tier: 'attested', paid: '12.500000' },
    });
  });

  it('is what a bounty that asks for one gets: a software key is rejected at provenance', async () => {
    const agent = await market.funded();
    const bounty = await agent.client.bounties.create(sheepTerms({ criteria: ATTESTED }));
    const capture = await fulfil(await newWorker(market.baseUrl, 'forger'), bounty, shotOf(photo('march-pastoral')));
    expect(capture).toMatchObject({
      state: 'rejected',
      failed_stage: 'provenance',
      detail: { failed_check: 'provenance', tier: 'signed' },
    });
  });
});

describe('an attestation is refused', () => {
  const refused = (reason: string) => ({ code: 'attestation_refused', status: 422, facts: { reason } });

  it('when its challenge was used, is another contributor’s, or was never issued', async () => {
    const worker = await newContributor('replayer');
    const { challenge } = await worker.client.devices.challenge();
    const first = await phone(challenge);
    await worker.client.devices.enrol(first.key, { attestation: first.attestation });
    const again = worker.client.devices.enrol(first.key, { attestation: first.attestation });
    await expect(again).rejects.toMatchObject({ code: 'attestation_challenge_unknown', status: 409 });
    const second = await phone(challenge);
    const replayed = worker.client.devices.enrol(second.key, { attestation: second.attestation });
    await expect(replayed).rejects.toMatchObject({ code: 'attestation_challenge_unknown' });

    const other = await newContributor('somebody else');
    const theirs = await phone((await other.client.devices.challenge()).challenge);
    const borrowed = worker.client.devices.enrol(theirs.key, { attestation: theirs.attestation });
    await expect(borrowed).rejects.toMatchObject({ code: 'attestation_challenge_unknown' });
    const invented = await phone('A'.repeat(43));
    const made = worker.client.devices.enrol(invented.key, { attestation: invented.attestation });
    await expect(made).rejects.toMatchObject({ code: 'attestation_challenge_unknown' });
  });

  it('when its challenge is over', async () => {
    const worker = await newContributor('late');
    const { challenge } = await worker.client.devices.challenge();
    const { key, attestation } = await phone(challenge);
    await market.database.dataSource.query(
      `UPDATE device_challenge SET issued_at = now() - interval '2 s', expires_at = now() - interval '1 s' WHERE contributor_id = $1`,
      [worker.id],
    );
    await expect(worker.client.devices.enrol(key, { attestation })).rejects.toMatchObject({
      code: 'attestation_challenge_unknown',
    });
  });

  it('with its reason, and nothing is enrolled', async () => {
    const worker = await newContributor('emulator');
    const { challenge } = await worker.client.devices.challenge();
    const software = await phone(challenge, { attestation_level: SecurityLevel.software });
    await expect(worker.client.devices.enrol(software.key, software)).rejects.toMatchObject(refused('software_key'));
    const stranger = await DeviceKey.generate();
    const genuine = await phone(challenge);
    await expect(worker.client.devices.enrol(stranger, genuine)).rejects.toMatchObject(refused('key_mismatch'));
    const rows: unknown[] = await market.database.dataSource.query('SELECT 1 FROM device WHERE contributor_id = $1', [worker.id]); // prettier-ignore
    expect(rows).toEqual([]);
    // A refusal uses no challenge up.
    await expect(worker.client.devices.enrol(genuine.key, genuine)).resolves.toMatchObject({ label: '' });
  });

  it('as unavailable in a format nothing is configured for', async () => {
    const worker = await newContributor('early');
    const { challenge } = await worker.client.devices.challenge();
    const key = await DeviceKey.generate();
    const unavailable = { code: 'attestation_unavailable', status: 422 };
    const play: Attestation = { format: 'play_integrity', challenge, token: 'eyJ.e30.x' };
    await expect(worker.client.devices.enrol(key, { attestation: play })).rejects.toMatchObject(unavailable);
    const apple: Attestation = { format: 'app_attest', challenge, key_id: 'AAAA', attestation: 'AAAA' };
    await expect(worker.client.devices.enrol(key, { attestation: apple })).rejects.toMatchObject(unavailable);
  });
});
