import { AsyncLocalStorage } from 'node:async_hooks';
import type { PoolClient } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import { assert } from '../../kernel/assert.js';
import type { Clock } from '../../kernel/clock.js';
import { sleep, SystemClock } from '../time.js';
import { type Answer, answered, type Command, doOnce } from './idempotency.js';
import { callCommitted } from './on-commit.js';
import { asOutage, isOutage, sqlState } from './outage.js';
import type { Tx } from './sql.js';

/** Serialization failure and deadlock: the database undid everything and asks for another try. */
const RETRIED = ['40001', '40P01'];
/** A transaction that could not even begin on a pooled connection, which had been cut while idle, is begun on another one. */
class NotBegun extends Error {}
/** Beyond this, two writers fight over one row and a queue or an order of locks is missing. */
const TRIES_MAX = 8;
const BACKOFF_MS = 8;
const BACKOFF_MS_MAX = 250;

export interface TransactionOptions {
  /** Default `READ COMMITTED`. */
  readonly isolation?: 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';
  /** As for a data source: `ordered` does not wait for the disk. Only for what is done again when a crash undoes it. */
  readonly commits?: 'durable' | 'ordered';
}

/** The only way to a transaction. One use case = one `run` = all or nothing. */
export class UnitOfWork {
  private readonly running = new AsyncLocalStorage<true>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock = new SystemClock(),
  ) {}

  /**
   * Runs `work` in one transaction and commits what it returns; whatever it throws is rolled back and thrown. Serialization failures and
   * deadlocks run `work` again, so it must have no effect outside `tx`, above all no network call.
   * @throws {DomainError} `dependency_unavailable` when the connection is lost. When that happened during COMMIT the work may be done:
   * repeat under the same key.
   * @throws {AssertionFailed} inside another `run`: two transactions would not commit together.
   */
  async run<T>(work: (tx: Tx) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    assert(!this.running.getStore(), 'a unit of work was started inside another one');
    for (let tries = 1; ; tries++) {
      try {
        return await this.running.run(true, () => this.attempt(work, options));
      } catch (error) {
        const again = error instanceof NotBegun || RETRIED.includes(sqlState(error) ?? '');
        if (tries === TRIES_MAX || !again) throw asOutage(error instanceof NotBegun ? error.cause : error);
      }
      await sleep(Math.random() * Math.min(BACKOFF_MS_MAX, BACKOFF_MS * 2 ** tries));
    }
  }

  /**
   * `run` for a command with an idempotency key: the effect happens once, and a repetition gets the first answer as it was stored, that
   * is as JSON. A refusal leaves the key free.
   * @throws {DomainError} `idempotency_key_reused` when the key came with another request, naming the field in `param`.
   */
  once<T>(command: Command, work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<Answer<T>> {
    return this.run((tx) => doOnce(tx, this.clock.now(), command, () => work(tx)), options);
  }

  /**
   * `once` for what asks others first, outside of a transaction, or looks at the time. A command that was done before is not prepared again, for what
   * it was allowed by then may be over; and what `prepare` refuses waits for whoever does the same command at this moment.
   */
  async onceAfter<P, T>(
    command: Command,
    prepare: () => P | Promise<P>,
    work: (tx: Tx, prepared: P) => Promise<T>,
  ): Promise<Answer<T>> {
    const first = await this.run((tx) => answered<T>(tx, this.clock.now(), command));
    if (first !== null) return first;
    const [prepared] = await Promise.allSettled([(async () => prepare())()]);
    return this.once(command, async (tx) => {
      if (prepared.status === 'rejected') throw prepared.reason;
      return work(tx, prepared.value);
    });
  }

  private async attempt<T>(work: (tx: Tx) => Promise<T>, options: TransactionOptions): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = (await runner.connect()) as PoolClient;
      await begin(runner, options);
      const result = await work(runner.manager);
      // Postgres answers the COMMIT of a failed transaction with a silent rollback.
      const { command } = await client.query('COMMIT');
      assert(command === 'COMMIT', 'a failed statement was caught inside a unit of work that then returned');
      callCommitted(runner.manager);
      return result;
    } catch (error) {
      await rollBack(runner);
      throw error;
    } finally {
      await runner.release();
    }
  }
}

async function begin(runner: QueryRunner, { isolation, commits }: TransactionOptions): Promise<void> {
  try {
    await runner.startTransaction(isolation);
    if (commits === 'ordered') await runner.query('SET LOCAL synchronous_commit TO off');
  } catch (cause) {
    throw isOutage(cause) ? new NotBegun('the transaction did not begin', { cause }) : cause;
  }
}

/** A connection that cannot even roll back is closed, upon which its server undoes the transaction; the first error is the one to tell. */
async function rollBack(runner: QueryRunner): Promise<void> {
  if (runner.isReleased || !runner.isTransactionActive) return;
  const client = (await runner.connect()) as PoolClient & { end(): Promise<void> };
  try {
    await runner.rollbackTransaction();
  } catch {
    void client.end(); // Resolves once the socket is gone, for which nobody need wait; the pool drops an ending client.
  }
}
