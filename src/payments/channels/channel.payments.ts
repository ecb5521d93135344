import { Inject, Injectable } from '@nestjs/common';
import {
  depositNonce,
  DEPOSIT_COLLECTOR,
  MODES,
  receiveMessage,
  type BatchPayload,
  type ChannelDeposit,
  type Mode,
} from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import { Clock } from '../../kernel/clock.js';
import { deriveUuid } from '../../kernel/ids.js';
import { DomainError } from '../../kernel/problem.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { UnitOfWork, type Tx } from '../../platform/database/index.js';
import { formOf } from '../rails/stablecoin/signature.form.js';
import { depositCall, READ_PURPOSES, refundCall, toChannels } from './channel.calls.js';
import type { ChannelRow } from './channel.entity.js';
import { ChannelRefresh } from './channel.refresh.js';
import { ChannelsRepository } from './channels.repository.js';
import { operationEnd } from './operation.end.js';
import { READ_CHAINS, type ReadChain, type ReadChains } from './read.chain.js';
import { BATCH_REFUSALS, type RefusalReason } from './refusals.js';
import { refusalOfPayload, refusalOfVoucher } from './voucher.checks.js';
import { VoucherVerifier } from './voucher.verifier.js';

/** Why a channel payment is not taken, with where the channel stands: only to who signed for it. */
export interface ChannelRefusal {
  readonly refused: RefusalReason;
  readonly channel: ChannelRow | null;
}
export type OnChannel<T> = ({ readonly refused: null } & T) | ChannelRefusal;

type Deposit = Extract<BatchPayload, { type: 'deposit' }>;
type Refund = Extract<BatchPayload, { type: 'refund' }>;

/**
 * What payers do with their channels: fill them, pay from them, and get the rest back. Asks the chain where that is needed, so never inside a
 * transaction; a voucher that is as expected needs none of it.
 */
@Injectable()
export class ChannelPayments {
  private readonly verifiers = new Map<number, VoucherVerifier>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly channels: ChannelsRepository,
    private readonly refresh: ChannelRefresh,
    private readonly clock: Clock,
    @Inject(READ_CHAINS) private readonly chains: ReadChains,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Registers with each relayer who hears how its transactions came out. Once, before the first pump. */
  listen(): void {
    for (const mode of MODES) {
      const relayer = this.chains[mode]?.relayer;
      relayer?.onDone(READ_PURPOSES.deposit, (tx, { id }) => this.channels.markStale(tx, id.split(':')[1] as Hex));
      relayer?.onDone(READ_PURPOSES.refund, (tx, { id }) => this.refundSeen(tx, id));
    }
  }

  /** Whether a payload is of a channel of ours and signed by its payer. Asks nobody. */
  check(chain: ReadChain, payload: BatchPayload): RefusalReason | null {
    const { chain_id, token } = chain.view;
    let verifier = this.verifiers.get(chain_id);
    if (!verifier) this.verifiers.set(chain_id, (verifier = new VoucherVerifier(chain_id)));
    const terms = {
      receiver: chain.receiver,
      receiver_authorizer: chain.authorizer.address.toLowerCase() as Hex,
      token: token.address,
      withdraw_delay_s: this.config.CHANNEL_WITHDRAW_DELAY_S,
    };
    return refusalOfPayload(payload, terms, verifier);
  }

  /** Whether the channel takes this voucher for `price`, after its deposit if one comes with it. The payload was checked. */
  async prepare(
    mode: Mode,
    chain: ReadChain,
    payload: BatchPayload,
    price: bigint,
  ): Promise<OnChannel<{ channel: ChannelRow }>> {
    const id = payload.voucher.channelId;
    const total = BigInt(payload.voucher.maxClaimableAmount);
    let row = await this.known(mode, chain, payload);
    if (!row) return { refused: BATCH_REFUSALS.missing, channel: null };
    if (payload.type === 'deposit' && total === row.charged + price && row.state === 'open' && row.balance < total) {
      const refused = await this.deposit(chain, row, payload);
      row = await this.refresh.refresh(row);
      // Anyone may send a deposit: what counts is whether it is there.
      if (refused && row.balance < total) return { refused, channel: row };
    }
    // What the payer did on chain by itself may not have been seen yet.
    if (refusalOfVoucher(row, total, price) === BATCH_REFUSALS.balance) row = await this.refresh.refresh(row);
    const refused = refusalOfVoucher(row, total, price);
    if (refused) return { refused, channel: await this.unitOfWork.run((tx) => this.channels.get(tx, id)) };
    return { refused: null, channel: row };
  }

  /** Gives back what is not charged, or `amount` of it, and answers the transaction. Waits until it is in a block. */
  async giveBack(
    mode: Mode,
    chain: ReadChain,
    payload: Refund,
  ): Promise<OnChannel<{ transaction: Hex; amount: bigint }>> {
    const known = await this.known(mode, chain, payload);
    if (!known) return { refused: BATCH_REFUSALS.missing, channel: null };
    const row = await this.refresh.refresh(known);
    if (BigInt(payload.voucher.maxClaimableAmount) !== row.charged)
      return { refused: BATCH_REFUSALS.total, channel: row };
    if (row.state !== 'open' || row.operation !== null)
      return { refused: row.state === 'frozen' ? BATCH_REFUSALS.frozen : BATCH_REFUSALS.busy, channel: row };
    const free = row.balance - row.charged;
    const amount = payload.amount === undefined || BigInt(payload.amount) > free ? free : BigInt(payload.amount);
    if (amount <= 0n) return { refused: BATCH_REFUSALS.refund_empty, channel: row };
    const id = await this.queueRefund(chain, row, amount);
    if (!id) return { refused: BATCH_REFUSALS.busy, channel: row };
    const end = await operationEnd(this.unitOfWork, chain, id);
    if (end.state === 'pending') throw new DomainError('dependency_unavailable', 'the refund is not in a block yet');
    await this.unitOfWork.run((tx) => this.refundSeen(tx, id));
    const channel = await this.refresh.refresh(row);
    if (end.state === 'failed') return { refused: BATCH_REFUSALS.refund, channel };
    return { refused: null, transaction: end.transaction, amount };
  }

  /** The channel as we have it; one that we do not know as the chain has it. Null when nothing is in it and nothing comes. */
  private async known(mode: Mode, chain: ReadChain, payload: BatchPayload): Promise<ChannelRow | null> {
    const { channelId: id } = payload.voucher;
    const row = await this.unitOfWork.run((tx) => this.channels.get(tx, id));
    if (row) return row;
    const seen = await chain.channels.channel(id, payload.channelConfig);
    if (seen.balance === 0n && payload.type !== 'deposit') return null;
    const chain_id = BigInt(chain.view.chain_id);
    const channel = { id, mode, chain_id, config: payload.channelConfig };
    return this.unitOfWork.run(async (tx) => {
      await this.channels.insert(tx, channel, seen, this.clock.now());
      return this.channels.get(tx, id);
    });
  }

  /** Null once the deposit is in a block. The same deposit again is the same transaction. */
  private async deposit(
    chain: ReadChain,
    row: ChannelRow,
    { deposit, voucher }: Deposit,
  ): Promise<RefusalReason | null> {
    const { validBefore } = deposit.authorization.erc3009Authorization;
    if (BigInt(deposit.amount) < this.config.CHANNEL_DEPOSIT_MIN) return BATCH_REFUSALS.deposit_min;
    if (BigInt(voucher.maxClaimableAmount) > row.balance + BigInt(deposit.amount)) return BATCH_REFUSALS.balance;
    const refused = await this.refusalOfDeposit(chain, row, deposit, Number(validBefore));
    if (refused) return refused;
    const data = depositCall(row.config, deposit);
    const id = `${READ_PURPOSES.deposit}:${row.id}:${deriveUuid(data)}`;
    await this.unitOfWork.run((tx) =>
      chain.relayer.enqueue(tx, {
        id,
        ...toChannels(data),
        purpose: READ_PURPOSES.deposit,
        confirmations: 'latest+1',
      }),
    );
    const end = await operationEnd(this.unitOfWork, chain, id);
    if (end.state === 'pending') throw new DomainError('dependency_unavailable', 'the deposit is not in a block yet');
    return end.state === 'failed' ? BATCH_REFUSALS.deposit : null;
  }

  private async refusalOfDeposit(
    { view, wallets }: ReadChain,
    { id, payer }: ChannelRow,
    { amount, authorization }: ChannelDeposit,
    validBefore: number,
  ): Promise<RefusalReason | null> {
    const { salt, validAfter, signature } = authorization.erc3009Authorization;
    if (BigInt(validAfter) !== 0n) return BATCH_REFUSALS.valid_after;
    const nonce = depositNonce(id, salt);
    const receipt = { from: payer, to: DEPOSIT_COLLECTOR, value: BigInt(amount), nonce } as const;
    const form = await formOf(receiveMessage(view, receipt, validBefore), signature);
    if (form?.signer !== payer || !form.is_canonical) return BATCH_REFUSALS.authorization;
    // One that is used up is on its way by us: what became of it is asked by its operation.
    if (await wallets.isSpent(payer, nonce)) return null;
    if (validBefore * 1_000 <= this.clock.now()) return BATCH_REFUSALS.valid_before;
    return (await wallets.balanceOf(payer)) < BigInt(amount) ? BATCH_REFUSALS.payer_balance : null;
  }

  /** Null when a voucher was taken, or something else begun, since the row was read. */
  private async queueRefund(chain: ReadChain, row: ChannelRow, amount: bigint): Promise<string | null> {
    const data = await refundCall(chain.view.chain_id, chain.authorizer, row, amount);
    const id = `${READ_PURPOSES.refund}:${row.id}:${deriveUuid(data, String(this.clock.now()))}`;
    return this.unitOfWork.run(async (tx) => {
      const now = await this.channels.lock(tx, row.id);
      if (now?.charged !== row.charged || now.operation !== null) return null;
      if (!(await this.channels.advance(tx, row.id, 'refund', this.clock.now()))) return null;
      await chain.relayer.enqueue(tx, {
        id,
        ...toChannels(data),
        purpose: READ_PURPOSES.refund,
        confirmations: 'latest+1',
      });
      await this.channels.markUnderWay(tx, [row.id], id);
      return id;
    });
  }

  private async refundSeen(tx: Tx, operation: string): Promise<void> {
    for (const id of await this.channels.operationEnded(tx, operation))
      await this.channels.advance(tx, id, 'returned', this.clock.now());
  }
}
