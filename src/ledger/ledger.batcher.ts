import { AsyncResource } from 'node:async_hooks';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { DomainError } from '../kernel/problem.js';
import { UnitOfWork } from '../platform/database/index.js';
import { BATCH_TRANSFERS_MAX, LedgerService } from './ledger.service.js';
import type { TransferRequest, TransferResult } from './transfers.js';

/** Requests that one transaction takes at most. */
const BATCH_REQUESTS_MAX = 512;
/** One batch is written while the next one waits for its locks; a third would only hold locks. */
const IN_FLIGHT_MAX = 2;
/** Beyond this the database has stopped; waiting callers would only pile up. */
const WAITING_MAX = 65_536;

interface Waiting {
  readonly transfers: readonly TransferRequest[];
  readonly resolve: (results: TransferResult[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Posts the transfers of many independent callers in few transactions: an order of magnitude more transfers a second, above all on one hot
 * account. For money that need not commit with anything else; what must, calls `LedgerService.post` in its own transaction.
 */
@Injectable()
export class LedgerBatcher implements BeforeApplicationShutdown {
  private readonly waiting: Waiting[] = [];
  private inFlight = 0;
  private scheduled = false;
  private stopping = false;
  private readonly idle: (() => void)[] = [];
  /** Bound here, so that a batch never runs inside the unit of work of the caller who happened to fill it. */
  private readonly pump = AsyncResource.bind(() => this.startBatches());

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly ledger: LedgerService,
  ) {}

  /**
   * Posts the transfers, committed when the promise resolves; answers one word for each, in order. Chains stay whole. Repeatable: after an
   * error nobody knows whether the transfers were posted, and the same ids find out.
   * @throws {DomainError} `dependency_unavailable` when the database does not answer, when too many wait, or after `stop`.
   */
  submit(transfers: readonly TransferRequest[]): Promise<TransferResult[]> {
    if (transfers.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const refusal = this.refusal(transfers);
      if (refusal) return reject(refusal);
      this.waiting.push({ transfers, resolve, reject });
      this.schedule();
    });
  }

  /** Refuses new requests and waits until those accepted are answered. Repeatable. */
  stop(): Promise<void> {
    this.stopping = true;
    return new Promise((resolve) => {
      this.idle.push(resolve);
      this.tellIdle();
    });
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.stop();
  }

  private refusal(transfers: readonly TransferRequest[]): Error | null {
    if (transfers.length > BATCH_TRANSFERS_MAX)
      return new RangeError(`a request holds at most ${BATCH_TRANSFERS_MAX} transfers`);
    if (this.stopping) return new DomainError('dependency_unavailable', 'the ledger is stopping');
    if (this.waiting.length >= WAITING_MAX)
      return new DomainError('dependency_unavailable', 'too many transfers wait for the ledger');
    return null;
  }

  /** Once per turn of the event loop, so that everything submitted in one turn shares a batch. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(this.pump);
  }

  private startBatches(): void {
    this.scheduled = false;
    while (this.inFlight < IN_FLIGHT_MAX && this.waiting.length > 0) {
      this.inFlight += 1;
      void this.write(takeBatch(this.waiting)).then(() => {
        this.inFlight -= 1;
        this.schedule();
        this.tellIdle();
      });
    }
  }

  /** Answers every request of the batch. One that the database cannot digest must fail alone: the batch is halved until it stands apart. */
  private async write(batch: readonly Waiting[]): Promise<void> {
    try {
      const transfers = batch.flatMap((request) => request.transfers);
      const results = await this.unitOfWork.run((tx) => this.ledger.post(tx, transfers));
      let start = 0;
      for (const { transfers, resolve } of batch) resolve(results.slice(start, (start += transfers.length)));
    } catch (error) {
      if (batch.length === 1 || error instanceof DomainError) return batch.forEach(({ reject }) => reject(error));
      const half = batch.length >> 1;
      await this.write(batch.slice(0, half));
      await this.write(batch.slice(half));
    }
  }

  private tellIdle(): void {
    if (this.inFlight > 0 || this.waiting.length > 0) return;
    for (const resolve of this.idle.splice(0)) resolve();
  }
}

/** The oldest requests, as many as one batch takes; at least one. */
function takeBatch(waiting: Waiting[]): Waiting[] {
  let requests = 0;
  for (let transfers = 0; requests < Math.min(waiting.length, BATCH_REQUESTS_MAX); requests++) {
    transfers += waiting[requests]!.transfers.length;
    if (requests > 0 && transfers > BATCH_TRANSFERS_MAX) break;
  }
  return waiting.splice(0, requests);
}
