import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signWithC2pa } from '@groundtruth/sdk/contributor/c2pa';
import type { Capture, CheckResult, Reservation } from '@groundtruth/sdk/protocol';
import { loadedC2pa, newAuthority, newSigner, signFile } from '../support/c2pa.js';
import { deliver, newWorker, sheepTerms, shotOf, type Worker } from '../support/cast.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { photo } from '../support/photos.js';

let market: TestMarket;
let folder: string;
let maker: Awaited<ReturnType<typeof newAuthority>>;
const sheep = photo('march-pastoral');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'c2pa-'));
  maker = await newAuthority('Maker of cameras');
  await writeFile(join(folder, 'signers.pem'), `# Maker of cameras\n${maker.rootPem}\n`);
  market = await testMarket({ C2PA_TRUST_FILES: join(folder, 'signers.pem') });
});
afterAll(async () => {
  await market.end();
  await rm(folder, { recursive: true });
});

const criteria = (c2pa: 'any' | 'third_party') => ({ all: [{ object: { label: 'sheep' } }], unique: false, c2pa });

/** Somebody with a reserved slot of a fresh bounty. */
async function reserved(c2pa: 'any' | 'third_party'): Promise<{ worker: Worker; reservation: Reservation }> {
  const agent = await market.funded();
  const bounty = await agent.client.bounties.create(sheepTerms({ criteria: criteria(c2pa) }));
  const worker = await newWorker(market.baseUrl, 'Aiko');
  return { worker, reservation: await worker.client.reservations.create(bounty.id) };
}

/** The file as the SDK signs it for a reservation. */
async function signedBySdk({ device }: Worker, reservation: Reservation): Promise<Buffer> {
  const { bytes } = await signWithC2pa(loadedC2pa(), reservation, shotOf(sheep), device);
  return Buffer.from(bytes);
}

async function verdictOf(worker: Worker, { id }: Capture) {
  const { verdict } = await worker.client.captures.verdict(id);
  const judged = verdict.checks.find(({ check }) => check === 'c2pa') as CheckResult;
  return { ...verdict, judged };
}

describe('a capture signed with C2PA by the SDK', () => {
  it('is accepted and paid, at the tier of its seal: our own certificate raises none', async () => {
    const { worker, reservation } = await reserved('any');
    const capture = await deliver(worker, reservation, shotOf(await signedBySdk(worker, reservation)));
    expect(capture).toMatchObject({ state: 'settled', detail: { tier: 'signed', failed_check: null } });
    const { tier, c2pa, judged } = await verdictOf(worker, capture);
    expect({ tier, c2pa }).toEqual({ tier: 'signed', c2pa: 'platform' });
    expect(judged).toMatchObject({
      status: 'pass',
      evidence: { state: 'platform', signer: worker.device.id, source_types: ['digitalCapture'], statements: 1 },
    });
  });

  it('and edited after that is rejected, though nobody asked for C2PA', async () => {
    const { worker, reservation } = await reserved('any');
    const edited = await signedBySdk(worker, reservation);
    edited[edited.length - 20]! ^= 1;
    const capture = await deliver(worker, reservation, shotOf(edited));
    expect(capture).toMatchObject({ state: 'rejected', failed_stage: 'provenance', detail: { failed_check: 'c2pa' } });
    const { c2pa, judged } = await verdictOf(worker, capture);
    expect([c2pa, judged.evidence.reason]).toEqual(['absent', 'edited_after_signing']);
  });

  it('for another reservation is rejected, however it is sealed', async () => {
    const first = await reserved('any');
    const replayed = await signedBySdk(first.worker, first.reservation);
    const { worker, reservation } = await reserved('any');
    const capture = await deliver(worker, reservation, shotOf(replayed));
    expect(capture).toMatchObject({ state: 'rejected', detail: { failed_check: 'c2pa' } });
    expect((await verdictOf(worker, capture)).judged.evidence.reason).toBe('other_reservation');
  });
});

describe('a bounty for third-party C2PA', () => {
  it('is filled by a camera of a maker on the trust list, at the tier of its seal', async () => {
    const { worker, reservation } = await reserved('third_party');
    const capture = await deliver(worker, reservation, shotOf(await signFile(sheep, await newSigner(maker))));
    expect(capture).toMatchObject({ state: 'settled', detail: { failed_check: null } });
    const { tier, c2pa } = await verdictOf(worker, capture);
    expect({ tier, c2pa }).toEqual({ tier: 'signed', c2pa: 'third_party' });
  });

  it('is not filled by a stranger’s signature, by one of our own devices, or by none', async () => {
    const strange = await newAuthority('Maker of cameras');
    const cases: [string, (worker: Worker, reservation: Reservation) => Promise<Buffer>][] = [
      ['untrusted_signer', async () => signFile(sheep, await newSigner(strange))],
      ['platform_signer', signedBySdk],
      ['no_manifest', async () => sheep],
    ];
    for (const [reason, file] of cases) {
      const { worker, reservation } = await reserved('third_party');
      const capture = await deliver(worker, reservation, shotOf(await file(worker, reservation)));
      expect(capture).toMatchObject({ state: 'rejected', detail: { failed_check: 'c2pa' } });
      expect((await verdictOf(worker, capture)).judged.evidence.reason).toBe(reason);
    }
  });

  it('is refused at quote where no trust list is configured', async () => {
    const bare = await testMarket({ VERIFIERS: '0' });
    try {
      const { client } = await bare.funded();
      await expect(client.bounties.quote(sheepTerms({ criteria: criteria('third_party') }))).rejects.toMatchObject({
        code: 'criteria_unreachable',
        status: 422,
      });
    } finally {
      await bare.end();
    }
  });
});
