import sharp from 'sharp';
import { DeviceKey, ProblemError, sealCapture } from '@groundtruth/sdk/contributor';
import type { Bounty, Capture } from '@groundtruth/sdk/protocol';
import type { Market } from '../../src/market.js';
import { fulfil, newWorker, PLACE, sheepTerms, shotOf } from '../support/cast.js';
import type { playLife } from './life.js';
import type { Stage } from './stage.js';

export interface RefusedCheat {
  readonly attempt: string;
  /** The refusal's code, or the check that failed. */
  readonly code: string;
}

/** Tries what a cheat would try, after the honest capture was paid, and says how each attempt ends. */
export async function tryToCheat(
  stage: Stage,
  market: Market,
  life: Awaited<ReturnType<typeof playLife>>,
): Promise<RefusedCheat[]> {
  if (life.cast.picture === null) throw new Error('cheating needs an accepted picture to copy');
  stage.say('\nThen somebody tries to cheat');
  const baseUrl = market.origin;
  const { picture, agent } = { ...life.cast, picture: life.cast.picture };
  const bounty = await agent.bounties.create(
    sheepTerms({ quantity: 10, price: { schedule: 'fixed', amount: '2.000000' } }),
  );
  const cheat = (name: string) => newWorker(baseUrl, name);
  const attempts: [string, () => Promise<string>][] = [
    ['the same photo again', async () => judged(await fulfil(await cheat('copier'), bounty, shotOf(picture)))],
    [
      'its mirror image',
      async () =>
        judged(
          await fulfil(
            await cheat('mirror'),
            bounty,
            shotOf(await sharp(picture).flop().jpeg({ quality: 92 }).toBuffer()),
          ),
        ),
    ],
    [
      'a capture sealed for another place',
      async () =>
        judged(
          await fulfil(
            await cheat('traveller'),
            bounty,
            shotOf(picture, { place: { lat: PLACE.lat + 0.5, lng: PLACE.lng, accuracy_m: 8 } }),
          ),
        ),
    ],
    ['a byte changed after sealing', () => refusal(() => changedByte(baseUrl, bounty, picture))],
    ['a device key that is not enrolled', () => refusal(() => strangerKey(baseUrl, bounty, picture))],
    ['a challenge replayed from another reservation', () => refusal(() => replayedChallenge(baseUrl, bounty, picture))],
    ['two contributors racing for the last slot', () => raceForLastSlot(baseUrl, agent)],
  ];
  const refusals: RefusedCheat[] = [];
  for (const [attempt, run] of attempts) {
    const code = await run();
    stage.refused(attempt, code);
    refusals.push({ attempt, code });
  }
  return refusals;
}

async function changedByte(baseUrl: string, bounty: Bounty, picture: Buffer): Promise<unknown> {
  const worker = await newWorker(baseUrl, 'editor');
  const reservation = await worker.client.reservations.create(bounty.id);
  const sealed = await sealCapture(reservation, shotOf(picture), worker.device);
  const edited = Buffer.from(picture);
  edited[edited.length >> 1] = edited[edited.length >> 1]! ^ 1;
  return worker.client.captures.upload(await worker.client.captures.create(sealed), edited);
}

async function strangerKey(baseUrl: string, bounty: Bounty, picture: Buffer): Promise<unknown> {
  const worker = await newWorker(baseUrl, 'stranger');
  const other = await newWorker(baseUrl, 'owner of another device');
  const reservation = await worker.client.reservations.create(bounty.id);
  const device = { id: other.device.id, key: await DeviceKey.generate() };
  return worker.client.capture({ reservation, device, ...shotOf(picture) });
}

async function replayedChallenge(baseUrl: string, bounty: Bounty, picture: Buffer): Promise<unknown> {
  const earlier = await newWorker(baseUrl, 'accomplice');
  const old = await earlier.client.reservations.create(bounty.id);
  const worker = await newWorker(baseUrl, 'replayer');
  const reservation = await worker.client.reservations.create(bounty.id);
  return worker.client.capture({
    reservation: { ...reservation, challenge: old.challenge },
    device: worker.device,
    ...shotOf(picture),
  });
}

async function raceForLastSlot(
  baseUrl: string,
  agent: { bounties: { create: (terms: ReturnType<typeof sheepTerms>) => Promise<Bounty> } },
): Promise<string> {
  const last = await agent.bounties.create(sheepTerms({ quantity: 1 }));
  const racers = [await newWorker(baseUrl, 'first racer'), await newWorker(baseUrl, 'second racer')];
  const outcomes = await Promise.allSettled(racers.map((racer) => racer.client.reservations.create(last.id)));
  const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  if (lost.length !== 1 || !(lost[0] instanceof ProblemError))
    throw new Error(`${lost.length} of two racers were refused`);
  return lost[0].code;
}

/** The check that rejected a capture. A cheat that came through ends the demo with an error. */
function judged(capture: Capture): string {
  if (capture.state !== 'rejected') throw new Error(`a cheat ended as ${capture.state}`);
  return capture.detail?.failed_check ?? 'rejected';
}

/** The code of a refusal. A cheat that was not refused ends the demo with an error. */
export async function refusal(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
  throw new Error('a cheat was not refused');
}
