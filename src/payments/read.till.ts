import { Injectable } from '@nestjs/common';
import { allocate, type Id, type Mode } from '@groundtruth/sdk/protocol';
import { LedgerService, transferId, type TransferRequest } from '../ledger/index.js';
import type { Tx } from '../platform/database/index.js';
import { accountsOf } from './accounts.js';
import { shareOut, type Share } from './funders.js';
import { linked, single } from './linked.js';
import { PrepaidFunds } from './prepaid.funds.js';

/** The published split of a read, in hundredths: whoever went there, whoever paid for the trip, and the platform. */
export const READ_SPLIT = { contributor: 70n, funder: 20n, platform: 10n } as const;

export interface PaidRead {
  readonly mode: Mode;
  readonly observation_id: Id<'observation'>;
  readonly reader_id: string;
  readonly contributor_id: string;
  readonly funders: readonly Share[];
  /** Micros. */
  readonly price: bigint;
}

/** The parts of a read's price, which sum to it: the funders' part is shared by what each gave. Micros. */
export function splitRead(price: bigint, funders: readonly Share[]) {
  const { contributor, funder, platform } = READ_SPLIT;
  const [contributed, given, kept] = allocate(price, [contributor, funder, platform]) as [bigint, bigint, bigint];
  return { contributed, funded: shareOut(given, funders), kept };
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
    const { contributed, funded, kept } = splitRead(read.price, read.funders);
    const payees = [
      { key: accounts.payable(read.contributor_id), amount: contributed },
      ...funded.map(({ agent_id, amount }) => ({ key: accounts.available(agent_id), amount })),
      { key: accounts.fees(), amount: kept },
    ];
    const credits = await this.ledger.accounts(
      tx,
      payees.map(({ key }) => key),
    );
    const transfers = payees.map(({ amount }, index): TransferRequest => {
      const id = transferId(read.observation_id, `read:${read.reader_id}:${index}`);
      return { ...single(id, debit, credits[index]!, amount), code: 'read_share', correlation: read.observation_id };
    });
    await this.ledger.postOrThrow(tx, linked(transfers.filter(({ amount }) => amount > 0n)));
  }
}
