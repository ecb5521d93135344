import type { INestApplication } from '@nestjs/common';
import { MODES, type Mode } from '@groundtruth/sdk/protocol';
import {
  BountiesService,
  BountiesSweep,
  BountyClosing,
  Draws,
  OpenBounties,
  SortitionSweep,
} from './bounties/index.js';
import { CapturesSweep, OriginalsSweep } from './captures/index.js';
import { EventsService, Publisher, WebhookDeliveriesService, WebhookDispatcher, WebhookFanOut } from './feeds/index.js';
import { FulfilmentService } from './fulfilment/index.js';
import { Clusters } from './identity/index.js';
import { seconds } from './kernel/clock.js';
import { LedgerSweep } from './ledger/index.js';
import { MarketSubscriptions, MarketSweep } from './market/index.js';
import {
  AccountReader,
  PayoutBatch,
  Reconciliations,
  StripeRecords,
  StuckWork,
  TopUpExpiry,
} from './payments/index.js';
import type { Parts } from './app.module.js';
import type { Config } from './platform/config/index.js';
import type { Log } from './platform/telemetry/index.js';
import { purgeIdempotencyKeys } from './platform/database/index.js';
import { ReputationRecorder } from './reputation/index.js';
import { every, type Interval } from './platform/time.js';
import { PolicyHolds, SanctionsSource } from './policy/index.js';
import { FillRecorder, FillRefit } from './quotes/index.js';
import { StandingSweep } from './standing/index.js';
import { SandboxClock, SimulationsSweep } from './sandbox/index.js';
import { VerificationSubscriptions, VerificationSweep } from './verification/index.js';

/** How long sent outbox rows are kept, for whoever looks into what happened. */
const OUTBOX_KEPT_S = 7 * 86_400;

/** After any of these a closing bounty may have nothing that keeps it open. */
const SLOT_ENDED = [
  'bounty.closing',
  'reservation.released',
  'reservation.lapsed',
  'capture.rejected',
  'capture.settled',
  'dispute.denied',
  'dispute.upheld_unfunded',
] as const;

/** Everything that acts without a request: subscribers of the outbox, the verdict queue, and the sweeps that find what time has ended. */
export class Background {
  private sweeps: Interval[] = [];
  private advancing: Promise<void> = Promise.resolve();

  constructor(
    private readonly app: INestApplication,
    private readonly parts: Parts,
    private readonly config: Config,
    private readonly log: Log,
  ) {}

  async start(): Promise<void> {
    this.subscribe();
    await this.app
      .get(VerificationSubscriptions)
      .takeVerdicts((error) => this.log.error({ err: error }, 'a verdict was not taken'));
    this.parts.relay.start();
    this.parts.chains.start((type) => this.app.get(type));
    this.parts.cards.start((type) => this.app.get(type));
    this.app.get(WebhookDispatcher).start();
    for (const mode of MODES) this.parts.sequencer.kick(mode);
    this.sweeps = this.passes().map(([name, pass]) =>
      every(this.config.SWEEP_INTERVAL_MS, pass, (error) =>
        this.log.error({ err: error, sweep: name }, 'a sweep failed and will run again'),
      ),
    );
  }

  /** Finishes what is in hand. Whatever is left is found again at the next start. */
  async stop(): Promise<void> {
    await this.parts.chains.stop();
    await this.parts.cards.stop();
    await this.app.get(WebhookDispatcher).stop();
    await Promise.all(this.sweeps.map((sweep) => sweep.stop()));
    await this.parts.relay.stop();
    await this.advancing;
    await this.parts.queue.close();
  }

  /** One pass of every sweep, now; for simulations and tests that own the clock. */
  async sweep(): Promise<void> {
    for (const [, pass] of this.passes()) await pass();
  }

  private subscribe(): void {
    const { relay } = this.parts;
    const fulfilment = this.app.get(FulfilmentService);
    const publisher = this.app.get(Publisher);
    const draws = this.app.get(Draws);
    const closing = this.app.get(BountyClosing);
    // Handlers of one event run in this order: what moves a capture on comes before what tells of it.
    this.app.get(VerificationSubscriptions).subscribe(relay);
    const advance = async (mode: Mode): Promise<void> => {
      await fulfilment.settleCovered(mode);
      await publisher.publishCovered(mode);
      await draws.drawCovered(mode);
    };
    // The outbox reaches whichever process is there; the listener spares our own checkpoints the way through it.
    relay.on('log.checkpoint', (event) => advance(String(event.mode) as Mode));
    this.parts.sequencer.onSigned((mode) => {
      this.advancing = this.advancing
        .then(() => advance(mode))
        .catch((error: unknown) =>
          this.log.error({ err: error, mode }, 'covered captures were not settled and will be tried again'),
        );
    });
    for (const type of ['dispute.upheld', 'dispute.upheld_unfunded'] as const)
      relay.on(type, (event) => fulfilment.withdraw(String(event.dispute_id)));
    for (const type of SLOT_ENDED) relay.on(type, (event) => closing.finish(String(event.bounty_id)));
    relay.on('bounty.closed', (event) => this.app.get(FillRecorder).closed(String(event.bounty_id)));
    relay.on('escrow.funded', (event) => this.app.get(BountiesService).funded(String(event.bounty_id)));
    this.app.get(ReputationRecorder).subscribe(relay);
    this.app.get(MarketSubscriptions).subscribe(relay);
    this.app.get(EventsService).subscribe(relay);
    this.app.get(WebhookFanOut).subscribe(relay);
  }

  /** Removes what nobody will ask for again: sent outbox rows, expired idempotency keys, and address blocks after their retention. */
  private async forget(): Promise<void> {
    const { clock, outbox, unitOfWork } = this.parts;
    const now = clock.now();
    await unitOfWork.run((tx) => outbox.purgeSent(tx, now - seconds(OUTBOX_KEPT_S)));
    await unitOfWork.run((tx) => purgeIdempotencyKeys(tx, now));
    const forgotten = now - seconds(this.config.ADDRESS_RETENTION_S);
    await unitOfWork.run((tx) => this.app.get(Clusters).forgetAddresses(tx, forgotten));
  }

  private passes(): [string, (ending?: AbortSignal) => Promise<unknown>][] {
    const { sequencer } = this.parts;
    return [
      ['clock', () => this.app.get(SandboxClock).follow()],
      ['bounties', () => this.app.get(BountiesSweep).pass()],
      ['open bounties in memory', () => this.app.get(OpenBounties).pass()],
      ['market', () => this.app.get(MarketSweep).pass()],
      ['draws', () => this.app.get(SortitionSweep).pass()],
      ['captures', () => this.app.get(CapturesSweep).pass()],
      ['originals', () => this.app.get(OriginalsSweep).pass()],
      ['verification', () => this.app.get(VerificationSweep).pass()],
      ['log', () => Promise.all(MODES.map((mode) => sequencer.flush(mode)))],
      ['witnesses', () => this.parts.witnesses.pass()],
      ['fulfilment', () => this.app.get(FulfilmentService).pass()],
      ['feeds', () => this.app.get(Publisher).pass()],
      ['standing bounties', () => this.app.get(StandingSweep).pass()],
      ['policy', () => this.app.get(PolicyHolds).pass()],
      ['sanctions list', () => this.app.get(SanctionsSource).pass()],
      ['webhooks', () => this.app.get(WebhookDeliveriesService).forget()],
      ['fill estimates', () => this.app.get(FillRefit).pass()],
      ['ledger', () => this.app.get(LedgerSweep).pass()],
      ['stuck card work', () => this.app.get(StuckWork).pass()],
      ['payout accounts', () => this.app.get(AccountReader).pass()],
      ['reconciliation', () => this.app.get(Reconciliations).pass()],
      ['payouts', () => this.app.get(PayoutBatch).pass()],
      ['top-ups nobody approved', () => this.app.get(TopUpExpiry).pass()],
      ['card records', () => this.app.get(StripeRecords).forget()],
      ['simulated contributors', (ending) => this.app.get(SimulationsSweep).pass(ending)],
      ['housekeeping', () => this.forget()],
    ];
  }
}
