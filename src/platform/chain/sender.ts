import type { Abi, Address } from 'viem';
import { SystemClock } from '../time.js';
import type { Clock } from '../../kernel/clock.js';
import type { Tx, UnitOfWork } from '../database/index.js';
import type { Log } from '../telemetry/index.js';
import { Dispatcher } from './dispatch.js';
import { type DoneHandler, DoneHandlers } from './done-handlers.js';
import { exclusively } from './exclusive.js';
import { failpoint, type ChainFailpoint } from './failpoints.js';
import { Follower, type View } from './follow.js';
import { ChainNode } from './node.js';
import type { NewOperation } from './operation.js';
import { enqueueOperation, type Sender } from './operations.repository.js';
import { Outages, type Unavailable } from './outages.js';
import { httpRequest } from './rpc.js';
import type { SenderContext, SenderPolicy, TransactionSigner } from './sender-context.js';
import { readSettledFrom, readUnsettled } from './txs.repository.js';

const ANSWER_MS_MAX = 10_000;

export const SENDER_POLICY: SenderPolicy = {
  max_fee_cap: 200_000_000_000n,
  replace_after_blocks: 10,
  replace_after_ms: 60_000,
  in_flight_max: 16,
};

export interface ChainSenderOptions {
  readonly chain_id: number;
  /** The node's JSON-RPC over HTTP. */
  readonly rpc_url: string;
  readonly signer: TransactionSigner;
  readonly unitOfWork: UnitOfWork;
  /** Address of the same database, for the connection that holds the lock. */
  readonly database_url: string;
  readonly log: Log;
  /** What differs from `SENDER_POLICY`. */
  readonly policy?: Partial<SenderPolicy>;
  /** Errors of the contracts called, by which reverts are told in words. */
  readonly errors?: Abi;
  readonly clock?: Clock;
  readonly failpoint?: ChainFailpoint;
}

/**
 * What a pump did. `pumped`: `under_way` transactions have not come to an end, and `queued` operations were sent or refused. `elsewhere`:
 * another process pumps for the same key. `unavailable`: the node does not answer, and pumps do nothing until `until`.
 */
export type Pumped =
  | { readonly state: 'pumped'; readonly queued: number; readonly under_way: number }
  | { readonly state: 'elsewhere' }
  | Unavailable;

/**
 * Sends operations as transactions of one key on one chain: each takes effect at most once, and every one comes to an end as long as
 * `pump` is called again and again. All that it knows is in the database, so a crash at any point loses and repeats nothing. Any number of
 * processes may have the same key; one of them works at a time.
 */
export class ChainSender {
  private readonly sender: Sender;
  private readonly context: SenderContext;
  private readonly follower: Follower;
  private readonly dispatcher: Dispatcher;
  private readonly handlers = new DoneHandlers();
  private readonly outages: Outages;

  constructor(private readonly options: ChainSenderOptions) {
    const { chain_id, rpc_url, signer, unitOfWork, log, policy, errors = [] } = options;
    const { clock = new SystemClock(), failpoint: at = failpoint } = options;
    this.sender = { chain_id, signer: signer.address.toLowerCase() as Address };
    this.context = {
      sender: this.sender,
      signer,
      node: new ChainNode(httpRequest(rpc_url, ANSWER_MS_MAX)),
      unitOfWork,
      handlers: this.handlers,
      clock,
      log,
      policy: { ...SENDER_POLICY, ...policy },
      errors,
      at,
    };
    this.outages = new Outages(clock, log);
    this.follower = new Follower(this.context);
    this.dispatcher = new Dispatcher(this.context, this.follower);
  }

  /** Registers who is told of the end of operations of a purpose, once each. Before the first pump. */
  onDone(purpose: string, handler: DoneHandler): void {
    this.handlers.on(purpose, handler);
  }

  /**
   * Queues an operation in the caller's transaction. Repeatable: false when it was queued before.
   * @throws {OperationDiffers} when the id was used for something else.
   */
  async enqueue(tx: Tx, operation: NewOperation): Promise<boolean> {
    const queued = await enqueueOperation(tx, this.context.clock.now(), this.sender, operation);
    this.context.at('sender.enqueue.inserted');
    return queued;
  }

  /**
   * One round: looks after what is under way, then sends what is queued. To be called again and again, e.g. by `every`; calling it more
   * often is harmless.
   * @throws {DomainError} `dependency_unavailable` when the database does not answer.
   */
  async pump(): Promise<Pumped> {
    const { chain_id, signer } = this.sender;
    return this.outages.attempt(async () => {
      const lock = `chain-sender:${chain_id}:${signer}`;
      const done = await exclusively(this.options.database_url, lock, () => this.round());
      return done.ran ? done.result : { state: 'elsewhere' };
    });
  }

  private async round(): Promise<Pumped> {
    const { unitOfWork, sender, at } = this.context;
    at('sender.pump.locked');
    const unsettled = await unitOfWork.run((tx) => readUnsettled(tx, sender));
    const view = await this.view();
    const abandoned = await unitOfWork.run((tx) => readSettledFrom(tx, sender, view.mined));
    for (const tx of [...abandoned, ...unsettled]) await this.follower.follow(tx, view);
    await this.dispatcher.fillHoles(view);
    const queued = await this.dispatcher.sendQueued(view);
    const { length: under_way } = await unitOfWork.run((tx) => readUnsettled(tx, sender));
    return { state: 'pumped', queued, under_way };
  }

  private async view(): Promise<View> {
    const { node, sender } = this.context;
    return { ...(await node.heads()), mined: await node.nonce(sender.signer, 'latest') };
  }
}
