import { bountyEscrowAbi } from '@groundtruth/sdk/abi';
import { decodeEventLog, type Hex } from 'viem';
import { EscrowCalls } from '../../../src/payments/rails/stablecoin/escrow.calls.js';
import { EscrowLogs } from '../../../src/payments/rails/stablecoin/escrow.logs.js';
import type { Failpoint } from '../../../src/platform/failpoint.js';
import type { ChainLog } from '../../../src/platform/chain/index.js';
import { sql, UnitOfWork, type Tx } from '../../../src/platform/database/index.js';
import { ReleaserRecords } from '../../../workers/releaser/records.js';
import type { Point } from './points.js';

/** The real calls, with a point after each that was queued; `queued` says which, until its transaction has committed. */
export class BreakableCalls extends EscrowCalls {
  queued: 'release' | 'close' | null = null;

  constructor(readonly at: Failpoint<Point>) {
    super();
  }

  override async release(...args: Parameters<EscrowCalls['release']>): Promise<void> {
    await super.release(...args);
    this.queued = 'release';
    this.at('dispatch.release.before_commit');
  }

  override async close(...args: Parameters<EscrowCalls['close']>): Promise<void> {
    await super.close(...args);
    this.queued = 'close';
    this.at('dispatch.close.before_commit');
  }
}

/** The dispatch's transactions, one after the other, with a point after the commit of each that queued something. */
export class BreakableWork extends UnitOfWork {
  constructor(
    private readonly inner: UnitOfWork,
    private readonly calls: BreakableCalls,
  ) {
    super(undefined as never);
  }

  override async run<T>(...args: Parameters<typeof UnitOfWork.prototype.run<T>>): Promise<T> {
    const result = await this.inner.run(...args);
    const { queued } = this.calls;
    this.calls.queued = null;
    if (queued) this.calls.at(`dispatch.${queued}.after_commit`);
    return result;
  }
}

/** The releaser's records, with a point before and after each signature is written. */
export class BreakableRecords extends ReleaserRecords {
  constructor(
    unitOfWork: UnitOfWork,
    private readonly at: Failpoint<Point>,
  ) {
    super(unitOfWork);
  }

  override signRelease(...args: Parameters<ReleaserRecords['signRelease']>): Promise<boolean> {
    return this.between('release', () => super.signRelease(...args));
  }

  override signBatch(...args: Parameters<ReleaserRecords['signBatch']>): Promise<boolean> {
    return this.between('batch', () => super.signBatch(...args));
  }

  override signClosing(...args: Parameters<ReleaserRecords['signClosing']>): Promise<boolean> {
    return this.between('closing', () => super.signClosing(...args));
  }

  private async between(what: 'release' | 'batch' | 'closing', write: () => Promise<boolean>): Promise<boolean> {
    this.at(`releaser.${what}.before`);
    const wrote = await write();
    this.at(`releaser.${what}.after`);
    return wrote;
  }
}

/** Where each application and reversal of a log is counted, by the transaction that does it. */
export const WITNESS = `CREATE TABLE rail_drill_witness (entry text NOT NULL, event text NOT NULL, thing text NOT NULL, applied boolean NOT NULL)`;

/** The real meaning of logs, with a second record of what was applied and reversed. */
export class WitnessedLogs extends EscrowLogs {
  override async apply(tx: Tx, log: ChainLog): Promise<void> {
    await super.apply(tx, log);
    await witness(tx, log, true);
  }

  override async reverse(tx: Tx, log: ChainLog): Promise<void> {
    await super.reverse(tx, log);
    await witness(tx, log, false);
  }
}

async function witness(tx: Tx, { topics, data }: ChainLog, applied: boolean): Promise<void> {
  const { eventName, args } = decodeEventLog({ abi: bountyEscrowAbi, topics: topics as [Hex, ...Hex[]], data });
  if (!('entry' in args)) return;
  const thing = 'capture' in args ? args.capture : '';
  const text = 'INSERT INTO rail_drill_witness VALUES ($1, $2, $3, $4)';
  await sql(tx, text, [args.entry, eventName, thing, applied]);
}
