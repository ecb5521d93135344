import { Injectable } from '@nestjs/common';
import { allocate, type Id, type Mode } from '@groundtruth/sdk/protocol';
import { LedgerService, transferId, type TransferRequest } from '../ledger/index.js';
import type { Tx } from '../platform/database/index.js';
import { accountsOf } from './accounts.js';
import { PrepaidFunds } from './prepaid.funds.js';

/** The published split of a read, in hundredths: whoever went there, whoever paid for the trip, and the platform. */
export const READ_SPLIT = { contributor: 70n, funder: 20n, platform: 10n } as const;

export interface PaidRead {
  readonly mode: Mode;
  readonly observation_id: Id<'observation'>;
  readonly reader_id: string;
  readonly contributor_id: string;
  readonly funder_id: string;
  /** Micros. */
  readonly price: bigint;
}

/** Takes the price of one read from a prepaid balance and splits it; the parts always sum to the price. */
@Injectable()
export class ReadTill {
  constructor(
    private readonly ledger: LedgerService,
    private readonly funds: PrepaidFunds,
  ) {}

  /** All parts or none. Repeatable: one reader pays for one observation once. @throws {DomainError} `insufficient_funds`, `account_frozen`. */
  async charge(tx: Tx, read: PaidRead): Promise<void> {
    const fund = await this.funds.choose(tx, read.mode, read.reader_id, read.price);
    const accounts = accountsOf(read.mode, fund);
    const debit = await this.ledger.account(tx, accounts.available(read.reader_id));
    const payees = [accounts.payable(read.contributor_id), accounts.available(read.funder_id), accounts.fees()];
    const shares = allocate(read.price, [READ_SPLIT.contributor, READ_SPLIT.funder, READ_SPLIT.platform]);
    const transfers: TransferRequest[] = [];
    for (const [index, amount] of shares.entries()) {
      if (amount === 0n) continue;
      const credit = await this.ledger.account(tx, payees[index]!);
      const id = transferId(read.observation_id, `read:${read.reader_id}:${index}`);
      transfers.push({
        id,
        kind: 'single',
        debit,
        credit,
        amount,
        code: 'read_share',
        correlation: read.observation_id,
        linked: true,
      });
    }
    transfers.at(-1)!.linked = false;
    await this.ledger.postOrThrow(tx, transfers);
  }
}
