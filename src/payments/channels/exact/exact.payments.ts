import { Inject, Injectable } from '@nestjs/common';
import { MODES, networkOf, type ExactPayload, type Mode } from '@groundtruth/sdk/protocol';
import { Clock, seconds } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/problem.js';
import type { ChainOperation } from '../../../platform/chain/index.js';
import { UnitOfWork, type Tx } from '../../../platform/database/index.js';
import { ReadRevenue, type Sale } from '../../usage/read.revenue.js';
import { UsageRepository } from '../../usage/usage.repository.js';
import { READ_PURPOSES, transferCall } from '../channel.calls.js';
import { operationEnd, type OperationEnd } from '../operation.end.js';
import { READ_CHAINS, READ_HOLD_S, type ReadChain, type ReadChains } from '../read.chain.js';
import type { RefusalReason } from '../refusals.js';
import { refusalOfExact } from './exact.checks.js';
import type { Facilitator } from './facilitator.js';
import { ExactRepository, type ExactRow } from './exact.repository.js';

/** Tells who earns by a payment, once its money is there. */
export type SaleOf = (tx: Tx, payment: ExactRow) => Promise<Sale>;

const REASON_MAX = 200;
/** An authorization holds for seconds: after a minute nothing more can come of it. */
const FORGOTTEN_S = 60;
const FORGOTTEN_MAX = 100;

const operationOf = (payment: string): string => `${READ_PURPOSES.exact}:${payment}`;
const paymentOf = (operation: string): string => operation.slice(READ_PURPOSES.exact.length + 1);

/**
 * Reads paid one by one by EIP-3009: noted before anything is sent, sent by our relayer, and shared once the money is in a block. What a crash
 * leaves behind is gone on with by the payer's next try, or by the relayer.
 */
@Injectable()
export class ExactPayments {
  private saleOf: SaleOf | null = null;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly payments: ExactRepository,
    private readonly usage: UsageRepository,
    private readonly revenue: ReadRevenue,
    private readonly clock: Clock,
    @Inject(READ_CHAINS) private readonly chains: ReadChains,
  ) {}

  /** Whom to ask who earns by a payment. Once, before anything is sold. */
  earnedBy(saleOf: SaleOf): void {
    this.saleOf = saleOf;
  }

  /** Registers with each relayer who hears how payments came out. Once, before the first pump. */
  listen(): void {
    for (const mode of MODES)
      this.chains[mode]?.relayer.onDone(READ_PURPOSES.exact, (tx, operation) => this.ended(tx, operation));
  }

  /** What names a payment for ever: its token takes this nonce of this payer once. */
  idOf({ view }: ReadChain, { authorization: { from, nonce } }: ExactPayload): string {
    return `exact:${view.chain_id}:${view.token.address}:${from}:${nonce}`;
  }

  /** Why the token would not take a payment now; null when it would. */
  refusal(chain: ReadChain, payload: ExactPayload, price: bigint): Promise<RefusalReason | null> {
    return refusalOfExact(chain, payload, price, this.clock.now());
  }

  /** Notes a payment and queues its transaction. False when it was noted before, for whatever it was. */
  async submit(
    tx: Tx,
    mode: Mode,
    chain: ReadChain,
    payload: ExactPayload,
    sale: Pick<Sale, 'observation_id' | 'price'>,
  ): Promise<boolean> {
    const id = this.idOf(chain, payload);
    const { observation_id, price: amount } = sale;
    const row = { id, mode, observation_id, payer: payload.authorization.from, amount, payload };
    if (!(await this.payments.insert(tx, row, this.clock.now()))) return false;
    if (chain.facilitator) return true;
    await chain.relayer.enqueue(tx, {
      id: operationOf(id),
      to: chain.view.token.address,
      data: transferCall(payload),
      value: 0n,
      purpose: READ_PURPOSES.exact,
      confirmations: 'latest+1',
    });
    return true;
  }

  /**
   * Waits until a noted payment has come to an end, and answers it. Repeatable.
   * @throws {DomainError} `dependency_unavailable` while it is under way: the same request goes on with it.
   */
  async finish(chain: ReadChain, id: string): Promise<ExactRow> {
    const row = await this.unitOfWork.run((tx) => this.payments.get(tx, id));
    if (row && row.state !== 'submitted') return row;
    const end = chain.facilitator
      ? await this.givenTo(chain.facilitator, chain, row!)
      : await operationEnd(this.unitOfWork, chain, operationOf(id));
    if (end.state === 'pending') throw new DomainError('dependency_unavailable', 'the payment is not in a block yet');
    // Anyone may send what a payer signed: then ours comes to nothing, and the money is there.
    const transaction = end.state === 'mined' ? end.transaction : await this.sent(chain, row!);
    await this.unitOfWork.run((tx) =>
      transaction ? this.settle(tx, id, transaction) : this.fail(tx, id, end.state === 'failed' ? end.reason : ''),
    );
    return (await this.unitOfWork.run((tx) => this.payments.get(tx, id)))!;
  }

  get(tx: Tx, id: string): Promise<ExactRow | null> {
    return this.payments.get(tx, id);
  }

  /** What a facilitator never answered about: the chain says what became of it. Repeatable. */
  async pass(): Promise<void> {
    for (const mode of MODES) {
      const chain = this.chains[mode];
      if (!chain?.facilitator) continue;
      const before = this.clock.now() - seconds(FORGOTTEN_S);
      const rows = await this.unitOfWork.run((tx) => this.payments.submitted(tx, mode, before, FORGOTTEN_MAX));
      for (const row of rows) {
        const transaction = await this.sent(chain, row);
        const { id } = row;
        await this.unitOfWork.run((tx) =>
          transaction ? this.settle(tx, id, transaction) : this.fail(tx, id, 'no block has it, and its time is over'),
        );
      }
    }
  }

  /** The chain's word comes first and last: a facilitator may be wrong, and may have done it before. */
  private async givenTo(facilitator: Facilitator, chain: ReadChain, row: ExactRow): Promise<OperationEnd> {
    const before = await this.sent(chain, row);
    if (before) return { state: 'mined', transaction: before };
    const { name, version } = chain.view.token;
    const accepted = {
      scheme: 'exact',
      network: networkOf(chain.view.chain_id),
      amount: String(row.amount),
      asset: chain.view.token.address,
      payTo: chain.receiver,
      maxTimeoutSeconds: READ_HOLD_S,
      extra: { name, version },
    };
    const refused = await facilitator.settle(accepted, row.payload);
    const transaction = await this.sent(chain, row);
    if (transaction) return { state: 'mined', transaction };
    return refused === null ? { state: 'pending' } : { state: 'failed', reason: refused };
  }

  private sent({ view, receiver, channels }: ReadChain, { payload }: ExactRow) {
    const { from, nonce, value } = payload.authorization;
    return channels.transferOf(view.token.address, { from, nonce, to: receiver, value: BigInt(value) });
  }

  private async settle(tx: Tx, id: string, transaction: string): Promise<void> {
    if (!(await this.payments.advance(tx, id, 'settle', this.clock.now(), { transaction, reason: null }))) return;
    const row = (await this.payments.get(tx, id))!;
    const { mode, observation_id, payer: reader, amount: price } = row;
    const sold = { mode, observation_id, reader, how: 'exact', payment: id, price, currency: 'USDC' } as const;
    await this.usage.record(tx, sold, this.clock.now());
    await this.revenue.share(tx, await this.saleOf!(tx, row), id, 'reads');
  }

  private async fail(tx: Tx, id: string, reason: string): Promise<void> {
    await this.payments.advance(tx, id, 'fail', this.clock.now(), { reason: reason.slice(0, REASON_MAX) });
  }

  /** At its depth. One that was sold and then failed for good took its money back with the block that had it. */
  private async ended(tx: Tx, operation: ChainOperation): Promise<void> {
    const id = paymentOf(operation.id);
    if (operation.state === 'done') return this.settle(tx, id, operation.mined_hash ?? '');
    const row = await this.payments.get(tx, id);
    // A payment that somebody else sent keeps its own transaction, which is not the one that failed.
    if (row?.state !== 'settled') return this.fail(tx, id, operation.reason ?? operation.state);
    if (operation.mined_hash === null || row.transaction !== operation.mined_hash) return;
    if (!(await this.payments.advance(tx, id, 'lose', this.clock.now(), { reason: operation.reason }))) return;
    await this.revenue.lose(tx, row.mode, row.amount, { cause: id, from: 'reads', correlation: row.observation_id });
  }
}
