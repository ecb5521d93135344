import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import { LedgerService, transferId, type TransferRequest } from '../../../ledger/index.js';
import type { Tx } from '../../../platform/database/index.js';
import { accountsOf } from '../../accounts.js';
import { linked, single } from '../../linked.js';
import type { CardRefundRow, Shares, TopUpRow } from './top-up.entity.js';

type Of = Pick<TopUpRow, 'id' | 'mode' | 'agent_id'>;
/** `cause` makes the ids of the transfers, `reference` is the object of Stripe that they are about. */
interface Caused {
  readonly cause: string;
  readonly reference: string;
}
type About = Pick<TransferRequest, 'reference' | 'correlation'>;

/**
 * Card money in the ledger. What moves `card_balance` names in `reference` the object of Stripe that moved the balance there, so that the two
 * can be matched. Every method joins the caller's transaction and may be repeated.
 */
@Injectable()
export class CardBooks {
  constructor(private readonly ledger: LedgerService) {}

  /** Credits the whole payment. One payment intent credits once, whoever tells of it. */
  async credit(tx: Tx, topUp: Of & { readonly amount: bigint }, intent: string, charge: string): Promise<void> {
    const { processor, available } = accountsOf(topUp.mode, 'card');
    const [debit, credit] = await this.ledger.accounts(tx, [processor(), available(topUp.agent_id)]);
    const about = { reference: charge, correlation: topUp.id };
    const id = transferId(intent, 'top-up');
    await this.ledger.postOrThrow(tx, [{ ...single(id, debit!, credit!, topUp.amount), code: 'top_up', ...about }]);
  }

  /** Books what Stripe took, for a charge or a dispute (`reference`). Once a cause. */
  async cost(tx: Tx, topUp: Of, cause: string, reference: string, fee: bigint): Promise<void> {
    if (fee === 0n) return;
    const { processor, railCosts } = accountsOf(topUp.mode, 'card');
    const [debit, credit] = await this.ledger.accounts(tx, [railCosts(), processor()]);
    const id = transferId(cause, 'fee');
    const about = { reference, correlation: topUp.id };
    await this.ledger.postOrThrow(tx, [{ ...single(id, debit!, credit!, fee), code: 'rail_cost', ...about }]);
  }

  /** Sets a refund aside, so that nobody spends it meanwhile. @throws {DomainError} `insufficient_funds`. */
  async setRefundAside(tx: Tx, topUp: Of, { id, amount }: Pick<CardRefundRow, 'id' | 'amount'>): Promise<void> {
    const { processor, available } = accountsOf(topUp.mode, 'card');
    const [debit, credit] = await this.ledger.accounts(tx, [available(topUp.agent_id), processor()]);
    const transfer = { ...single(transferId(id, 'set-aside'), debit!, credit!, amount), kind: 'pending' as const };
    await this.ledger.postOrThrow(tx, [{ ...transfer, code: 'card_refund', correlation: topUp.id }]);
  }

  /** The refund that was set aside has left (`refund` is Stripe's id), or Stripe will not make it. */
  async endRefund(
    tx: Tx,
    topUp: Of,
    { id, amount }: Pick<CardRefundRow, 'id' | 'amount'>,
    refund: string | null,
  ): Promise<void> {
    await this.ledger.postOrThrow(tx, [
      {
        id: transferId(id, refund === null ? 'void' : 'leave'),
        kind: refund === null ? 'void' : 'post',
        debit: 0n,
        credit: 0n,
        amount,
        pending_id: transferId(id, 'set-aside'),
        code: 'card_refund',
        correlation: topUp.id,
        ...(refund === null ? {} : { reference: refund }),
      },
    ]);
  }

  /** A refund that had left came back. */
  async returnRefund(tx: Tx, topUp: Of, { id, amount }: Pick<CardRefundRow, 'id' | 'amount'>, refund: string) {
    const { processor, available } = accountsOf(topUp.mode, 'card');
    const [debit, credit] = await this.ledger.accounts(tx, [processor(), available(topUp.agent_id)]);
    const about = { reference: refund, correlation: topUp.id };
    const transfer = single(transferId(id, 'return'), debit!, credit!, amount);
    await this.ledger.postOrThrow(tx, [{ ...transfer, code: 'card_refund', ...about }]);
  }

  /**
   * Money left our balance at Stripe without us (`reference` is the object there). Its agent bears what it has, then the loss reserve, then the
   * platform. Once a cause: the caller keeps the shares.
   */
  async takeBack(tx: Tx, topUp: Of, amount: bigint, { cause, reference }: Caused): Promise<Shares> {
    const accounts = accountsOf(topUp.mode, 'card');
    const shares = await this.sharesOf(tx, topUp.mode, topUp.agent_id, amount);
    const keys = [accounts.disputesClearing(), accounts.processor()];
    const [clearing, processor] = (await this.ledger.accounts(tx, keys)) as [bigint, bigint];
    const about = { reference, correlation: topUp.id };
    const bearers = await this.bearers(tx, topUp, shares);
    await this.ledger.postOrThrow(
      tx,
      linked([
        { ...single(transferId(cause, 'taken'), clearing, processor, amount), code: 'chargeback', ...about },
        ...bearers.map(({ account, share, name }) => ({
          ...single(transferId(cause, `borne:${name}`), account, clearing, share),
          code: 'chargeback' as const,
          ...about,
        })),
      ]),
    );
    return shares;
  }

  /**
   * Some of it came back: to the platform as far as it bore some, then to the reserve, then to the agent, as if that much had never been taken.
   * All of it back gives everybody exactly what they bore. Answers who bears the rest. More than was borne is the platform's.
   */
  async restore(tx: Tx, topUp: Of, amount: bigint, borne: Shares, { cause, reference }: Caused): Promise<Shares> {
    const accounts = accountsOf(topUp.mode, 'card');
    const keys = [accounts.disputesClearing(), accounts.processor()];
    const [clearing, processor] = (await this.ledger.accounts(tx, keys)) as [bigint, bigint];
    const about = { reference, correlation: topUp.id };
    const from_reserve = least(borne.from_reserve, most(amount - borne.from_losses, 0n));
    const from_agent = least(borne.from_agent, most(amount - borne.from_losses - borne.from_reserve, 0n));
    const from_losses = amount - from_reserve - from_agent;
    const bearers = await this.bearers(tx, topUp, { from_agent, from_reserve, from_losses });
    await this.ledger.postOrThrow(
      tx,
      linked([
        { ...single(transferId(cause, 'back'), processor, clearing, amount), code: 'chargeback_won', ...about },
        ...bearers.map(({ account, share, name }) => ({
          ...single(transferId(cause, `restored:${name}`), clearing, account, share),
          code: 'chargeback_won' as const,
          ...about,
        })),
      ]),
    );
    return {
      from_agent: borne.from_agent - from_agent,
      from_reserve: borne.from_reserve - from_reserve,
      from_losses: most(borne.from_losses - from_losses, 0n),
    };
  }

  /** It is lost for good: the agent makes good what others bore for it, as far as it has money now; the platform first, then the reserve. */
  async collect(tx: Tx, topUp: Of, cause: string, shares: Shares): Promise<Shares> {
    const accounts = accountsOf(topUp.mode, 'card');
    const has = await this.ledger.available(tx, accounts.available(topUp.agent_id));
    const losses = least(has, shares.from_losses);
    const reserve = least(has - losses, shares.from_reserve);
    const keys = [accounts.available(topUp.agent_id), accounts.losses(), accounts.lossReserve()];
    const [agent, platform, reserved] = (await this.ledger.accounts(tx, keys)) as [bigint, bigint, bigint];
    const about: About & Pick<TransferRequest, 'code'> = { code: 'loss_cover', correlation: topUp.id };
    const parts: TransferRequest[] = [
      { ...single(transferId(cause, 'collected:losses'), agent, platform, losses), ...about },
      { ...single(transferId(cause, 'collected:reserve'), agent, reserved, reserve), ...about },
    ];
    await this.ledger.postOrThrow(tx, linked(parts.filter(({ amount }) => amount > 0n)));
    const from_agent = shares.from_agent + losses + reserve;
    return { from_agent, from_reserve: shares.from_reserve - reserve, from_losses: shares.from_losses - losses };
  }

  async available(tx: Tx, { mode, agent_id }: Of): Promise<bigint> {
    return this.ledger.available(tx, accountsOf(mode, 'card').available(agent_id));
  }

  private async sharesOf(tx: Tx, mode: Mode, agentId: string, amount: bigint): Promise<Shares> {
    const accounts = accountsOf(mode, 'card');
    const from_agent = least(amount, await this.ledger.available(tx, accounts.available(agentId)));
    const from_reserve = least(amount - from_agent, await this.ledger.available(tx, accounts.lossReserve()));
    return { from_agent, from_reserve, from_losses: amount - from_agent - from_reserve };
  }

  /** Those who bear a part, with their accounts. */
  private async bearers(tx: Tx, { mode, agent_id }: Of, shares: Shares) {
    const accounts = accountsOf(mode, 'card');
    const all = [
      { name: 'agent', key: accounts.available(agent_id), share: shares.from_agent },
      { name: 'reserve', key: accounts.lossReserve(), share: shares.from_reserve },
      { name: 'losses', key: accounts.losses(), share: shares.from_losses },
    ].filter(({ share }) => share > 0n);
    const ids = await this.ledger.accounts(
      tx,
      all.map(({ key }) => key),
    );
    return all.map(({ name, share }, index) => ({ name, share, account: ids[index]! }));
  }
}

const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);
const most = (one: bigint, other: bigint): bigint => (one > other ? one : other);
