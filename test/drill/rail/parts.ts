import { bountyEscrowAbi, testUsdAbi } from '@groundtruth/sdk/abi';
import { privateKeyToAccount } from 'viem/accounts';
import { Clock, type Instant } from '../../../src/kernel/clock.js';
import { Clusters } from '../../../src/identity/index.js';
import { LedgerService } from '../../../src/ledger/index.js';
import { BountyAccount } from '../../../src/payments/bounty.account.js';
import { AwardsRepository } from '../../../src/payments/rails/stablecoin/distributor/awards.repository.js';
import { EntriesRepository } from '../../../src/payments/rails/stablecoin/entries.repository.js';
import { EscrowCalls } from '../../../src/payments/rails/stablecoin/escrow.calls.js';
import type { EscrowChains } from '../../../src/payments/rails/stablecoin/escrow.chain.js';
import { EscrowDispatch } from '../../../src/payments/rails/stablecoin/escrow.dispatch.js';
import { ReleasesRepository } from '../../../src/payments/rails/stablecoin/releases.repository.js';
import { StablecoinRail } from '../../../src/payments/rails/stablecoin/stablecoin.rail.js';
import { walletQuestions } from '../../../src/payments/rails/stablecoin/wallet.questions.js';
import { armedFailpoint, type Failpoint } from '../../../src/platform/failpoint.js';
import { ChainSender, ChainWatcher, httpRequest } from '../../../src/platform/chain/index.js';
import { loadConfig } from '../../../src/platform/config/index.js';
import type { UnitOfWork } from '../../../src/platform/database/index.js';
import { Outbox } from '../../../src/platform/outbox/index.js';
import type { Log } from '../../../src/platform/telemetry/index.js';
import type { PolicyGate } from '../../../src/policy/index.js';
import { Releaser } from '../../../workers/releaser/releaser.js';
import type { RoundSetting } from './messages.js';
import { POINTS, type Point } from './points.js';
import { BreakableCalls, BreakableRecords, BreakableWork, WitnessedLogs } from './breakable.js';

const GRACE_S = 14 * 86_400;
const ANSWER_MS_MAX = 10_000;

/** The machine's clock, so far ahead: a round lets minutes pass in seconds. */
export class ShiftedClock extends Clock {
  shift_ms = 0;

  now(): Instant {
    return Date.now() + this.shift_ms;
  }
}

export interface Bases {
  readonly database_url: string;
  readonly unitOfWork: UnitOfWork;
  /** As role `releaser`. */
  readonly releaserWork: UnitOfWork;
  readonly clock: ShiftedClock;
  readonly log: Log;
}

/** What one process has of the rail in one round, put together as `src/chain.ts` and the releaser's start do. */
export interface Parts {
  readonly at: Failpoint<Point>;
  readonly rail: StablecoinRail;
  readonly entries: EntriesRepository;
  /** What runs for ever, a round each. */
  readonly loops: readonly (() => Promise<unknown>)[];
}

export function partsOf({ database_url, unitOfWork, releaserWork, clock, log }: Bases, setting: RoundSetting): Parts {
  const { chain, rpc_url, fee_to, fee_bps, watch, from_block, failpoint } = setting;
  const at = armedFailpoint(failpoint, POINTS);
  const config = loadConfig({ FEE_BPS: String(fee_bps) });
  const ledger = new LedgerService(clock);
  const [entries, releases] = [new EntriesRepository(), new ReleasesRepository()];
  const node = { chain_id: chain.chain_id, rpc_url, unitOfWork, database_url, log, clock, failpoint: at };
  const releaser = privateKeyToAccount(setting.releaser_key);
  const errors = [...bountyEscrowAbi, ...testUsdAbi];
  const relayer = new ChainSender({ ...node, signer: privateKeyToAccount(setting.relayer_key), errors });
  const chains: EscrowChains = {
    test: {
      view: chain,
      relayer,
      // Nobody is paid through the Distributor, so it has nothing to propose.
      root_setter: relayer,
      releaser: lower(releaser.address),
      fee_to,
      grace_s: GRACE_S,
      wallets: walletQuestions(httpRequest(rpc_url, ANSWER_MS_MAX), chain.token.address),
      now: () => Promise.resolve(clock.now()),
    },
    live: null,
  };

  const allow = { look: () => Promise.resolve({ outcome: 'allow' }) } as unknown as PolicyGate;
  const account = new BountyAccount(ledger, config);
  const rail = new StablecoinRail(
    entries,
    releases,
    account,
    ledger,
    allow,
    new EscrowCalls(),
    new Clusters(),
    clock,
    chains,
    config,
  );
  const calls = new BreakableCalls(at);
  const dispatch = new EscrowDispatch(
    new BreakableWork(unitOfWork, calls), entries, releases, calls, clock, chains,
  ); // prettier-ignore
  dispatch.listen();
  const watcher = new ChainWatcher({ ...node, name: watch, from_block });
  watcher.on(
    chain.escrow,
    new WitnessedLogs(entries, releases, new AwardsRepository(), ledger, new Outbox(clock), clock),
  );
  const { mode, chain_id, escrow: address, distributor } = chain;
  const signer = { account: releaser, chain: { mode, chain_id, escrow: address, distributor }, verdict_signer: null };
  const signers = { test: signer, live: { ...signer, chain: null } };
  const records = new BreakableRecords(releaserWork, at);
  const signing = new Releaser({ records, signers, clock, log });
  return {
    at,
    rail,
    entries,
    loops: [() => relayer.pump(), () => watcher.poll(), () => dispatch.pass(), () => signing.pass()],
  };
}

const lower = <T extends string>(text: T): T => text.toLowerCase() as T;
