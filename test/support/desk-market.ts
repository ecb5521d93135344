import { ManualClock } from '../../src/kernel/clock.js';
import type { Capture, Id, Reservation } from '@groundtruth/sdk/protocol';
import { CapturesRepository } from '../../src/captures/index.js';
import { UnitOfWork } from '../../src/platform/database/index.js';
import type { Log } from '../../src/platform/telemetry/index.js';
import { Desk, type Results } from '../simulation/desk.js';
import { newWorker, sheepTerms, shotOf, type Worker } from './cast.js';
import { eventually } from './eventually.js';
import { testMarket, type TestMarket } from './market.js';

/** When the clock of a desk market starts. */
const START = Date.parse('2026-11-21T06:00:00Z');

export type Funded = Awaited<ReturnType<TestMarket['funded']>>;

/** A market without a verifier: a desk says what the checks found and signs with the real key, and the test owns the clock. */
export interface DeskMarket extends TestMarket {
  readonly clock: ManualClock;
  readonly desk: Desk;
  /** A bounty at 5 dollars for some captures of sheep. */
  bounty(agent: Funded, quantity?: number): ReturnType<Funded['client']['bounties']['create']>;
  /** Hands in bytes that nobody will look at for a reservation; waits until they are being verified. */
  deliver(worker: Worker, reservation: Reservation, finding?: 'present' | 'absent'): Promise<Id<'capture'>>;
  /** Reserves and hands in bytes that nobody will look at; waits until it is being verified. */
  handIn(worker: Worker, bountyId: string, finding?: 'present' | 'absent'): Promise<Id<'capture'>>;
  /** A new contributor's capture, judged; `shown` gives it a redacted picture first. */
  judged(bountyId: string, results: Results, how?: Handed): Promise<{ worker: Worker; id: Id<'capture'> }>;
  /** Signs what was recorded for a capture, and waits until it is in this state. */
  concluded(id: Id<'capture'>, state: 'settled' | 'rejected'): Promise<Capture>;
  /** Moves the clock and lets time do its work. */
  pass(seconds: number): Promise<void>;
}

export interface Handed {
  readonly shown?: boolean;
  readonly finding?: 'present' | 'absent';
  readonly worker?: Worker;
}

export async function deskMarket(settings: Record<string, string> = {}, log?: Log): Promise<DeskMarket> {
  const clock = new ManualClock(START);
  const market = await testMarket({ VERIFIERS: '0', SWEEP_INTERVAL_MS: '3600000', ...settings }, clock, log);
  const desk = new Desk(market);
  const captures = market.http.app.get(CapturesRepository);
  const deliver: DeskMarket['deliver'] = async (worker, reservation, finding = 'present') => {
    const shot = shotOf(Buffer.from(`no picture, ${reservation.id}`), { finding, captured_at: iso(clock.now()) });
    const { id } = await worker.client.capture({ reservation, device: worker.device, ...shot });
    await eventually(async () => (await market.operator.captures.get(id)).state === 'verifying');
    return id;
  };
  const handIn: DeskMarket['handIn'] = async (worker, bountyId, finding) =>
    deliver(worker, await worker.client.reservations.create(bountyId), finding);
  return {
    ...market,
    clock,
    desk,
    deliver,
    handIn,
    bounty: (agent, quantity = 1) => {
      const window = { closes_at: iso(clock.now() + 3 * 3_600_000) };
      return agent.client.bounties.create(sheepTerms({ window, quantity }));
    },
    judged: async (bountyId, results, { shown = false, finding, worker } = {}) => {
      const by = worker ?? (await newWorker(market.baseUrl, 'Aiko'));
      const id = await handIn(by, bountyId, finding);
      if (shown) await market.http.app.get(UnitOfWork).run((tx) => captures.setDerivative(tx, id, `derivatives/${id}`));
      await desk.judgeWith(id, results);
      return { worker: by, id };
    },
    concluded: async (id, state) => {
      await desk.conclude(id);
      return eventually(async () => {
        const capture = await market.operator.captures.get(id);
        return capture.state === state ? capture : null;
      }, `${id} ${state}`);
    },
    pass: async (seconds) => {
      clock.advance(seconds * 1_000);
      await market.background.sweep();
    },
  };
}

const iso = (at: number): string => new Date(at).toISOString();
