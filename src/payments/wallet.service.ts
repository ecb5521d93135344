import { Injectable } from '@nestjs/common';
import { formatAmount, toWireTime, type balanceSchema, type Mode } from '@groundtruth/sdk/protocol';
import type { z } from 'zod';
import { DomainError, found } from '../kernel/problem.js';
import { IdentityRepository, type Principal } from '../identity/index.js';
import { LedgerService, transferId, type AccountKey, type Fund, type Transfer } from '../ledger/index.js';
import { UnitOfWork, type Command, type Tx } from '../platform/database/index.js';
import { pageOf, readCursor } from '../platform/http/cursor.js';
import type { BodyOf, QueryOf } from '../platform/http/serves.js';
import { accountsOf, FUND, FUNDS, PREPAID_FUNDS } from './accounts.js';

type Answer = z.output<typeof balanceSchema>;

@Injectable()
export class WalletService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly ledger: LedgerService,
    private readonly identities: IdentityRepository,
  ) {}

  async balance(caller: Principal) {
    return this.unitOfWork.run((tx) => this.balanceOf(tx, caller.mode, caller.role, caller.id));
  }

  /** Transfers of the caller's account in one fund, newest first. @throws {DomainError} `invalid_request` for a fund it has nothing in. */
  async transfers(caller: Principal, query: QueryOf<'list_transfers'>) {
    return this.unitOfWork.run(async (tx) => {
      const fund = query.fund ?? FUND[caller.mode];
      if (!ownFunds(caller.mode, caller.role).includes(fund))
        throw new DomainError('invalid_request', `there is no fund ${fund} in ${caller.mode} mode`, { param: 'fund' });
      const own = ownAccount(caller.mode, caller.role, caller.id, fund);
      const before = readCursor(query.cursor);
      const rows = await this.ledger.transfers(tx, await this.ledger.account(tx, own), {
        ...(before === null ? {} : { before: BigInt(before) }),
        limit: query.limit + 1,
      });
      const { data, ...rest } = pageOf(rows, query.limit, (row) => String(row.seq));
      const wire = data.map((row) => transferView(row, own, currencyOf(caller.mode, fund)));
      return { ...rest, data: wire };
    });
  }

  /** Operator: gives a test agent sandbox dollars. Live money only ever comes in by a rail. */
  async creditSandbox(command: Command, caller: Principal, body: BodyOf<'sandbox_credit'>) {
    return this.unitOfWork.once(command, async (tx) => {
      const mode = found(await this.identities.agentMode(tx, body.agent_id), body.agent_id);
      if (caller.mode !== 'test' || mode !== 'test')
        throw new DomainError('mode_mismatch', 'sandbox dollars exist in test mode only');
      return this.giveSandbox(tx, `${command.principal}:${command.key}`, body);
    });
  }

  /** Gives a test agent sandbox dollars, once a cause; answers its balance. */
  async giveSandbox(tx: Tx, cause: string, { agent_id, amount }: BodyOf<'sandbox_credit'>) {
    const accounts = accountsOf('test');
    const [debit, credit] = [
      await this.ledger.account(tx, accounts.issuer()),
      await this.ledger.account(tx, accounts.available(agent_id)),
    ];
    const id = transferId(cause, 'sandbox-credit');
    await this.ledger.postOrThrow(tx, [
      { id, kind: 'single', debit, credit, amount, code: 'sandbox_credit', correlation: agent_id },
    ]);
    return this.balanceOf(tx, 'test', 'agent', agent_id);
  }

  /** Replays every transfer and says whether the books balance. */
  async audit() {
    const report = await this.unitOfWork.run((tx) => this.ledger.booksBalance(tx));
    return {
      balanced: report.balanced,
      report: JSON.parse(
        JSON.stringify(report, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
      ) as Record<string, unknown>,
    };
  }

  private async balanceOf(tx: Tx, mode: Mode, role: Principal['role'], id: string) {
    const key = ownAccount(mode, role, id);
    const { available, pending_out } = await this.ledger.balance(tx, key);
    const balances: Answer['balances'] = [
      {
        account: key.code,
        fund: FUND[mode],
        currency: 'USD',
        available: formatAmount(available),
        held: formatAmount(pending_out),
      },
    ];
    for (const fund of ownFunds(mode, role).slice(1))
      balances.push(...(await this.balanceIn(tx, mode, role, id, fund)));
    return { mode, balances };
  }

  /** What is there in another fund; nothing when that is nothing. */
  private async balanceIn(tx: Tx, mode: Mode, role: Principal['role'], id: string, fund: Fund) {
    const key = ownAccount(mode, role, id, fund);
    const { available, pending_out } = await this.ledger.balance(tx, key);
    if (available + pending_out === 0n) return [];
    const amounts = { available: formatAmount(available), held: formatAmount(pending_out) };
    return [{ account: key.code, fund, currency: currencyOf(mode, fund), ...amounts }];
  }
}

/** The funds in which a principal may have money, the prepaid one of the mode first: what a contributor is owed on chain comes last. */
function ownFunds(mode: Mode, role: Principal['role']): readonly Fund[] {
  return role === 'contributor' ? [...PREPAID_FUNDS[mode], FUNDS.stablecoin[mode]] : PREPAID_FUNDS[mode];
}

const currencyOf = (mode: Mode, fund: Fund): 'USD' | 'USDC' => (fund === FUNDS.stablecoin[mode] ? 'USDC' : 'USD');

/** The account that stands for a principal: what an agent can spend, what a contributor is owed, what the operator earned. */
function ownAccount(mode: Mode, role: Principal['role'], id: string, fund: Fund = FUND[mode]) {
  const accounts = accountsOf(mode, fund);
  if (role === 'agent') return accounts.available(id);
  return role === 'contributor' ? accounts.payable(id) : accounts.fees();
}

function transferView(row: Transfer, own: AccountKey, currency: 'USD' | 'USDC') {
  const incoming = row.credit.code === own.code && row.credit.owner === own.owner;
  return {
    id: row.id,
    direction: incoming ? ('in' as const) : ('out' as const),
    kind: row.kind,
    currency,
    amount: formatAmount(row.amount),
    reason: row.code,
    correlation: row.correlation,
    created_at: toWireTime(row.created_at),
  };
}
