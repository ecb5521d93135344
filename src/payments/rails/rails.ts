import { Injectable } from '@nestjs/common';
import type { EscrowEntry, Id, Mode } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import type { Tx } from '../../platform/database/index.js';
import type { Fund } from '../../ledger/index.js';
import type { RailName } from '../accounts.js';
import type { Share } from '../funders.js';
import {
  Rail,
  type Examined,
  type Funding,
  type Held,
  type HeldBounty,
  type OfferedEntry,
  type Pledged,
  type Settlement,
  type Slot,
} from '../rail.js';
import { BalanceRail } from './balance.rail.js';
import { StablecoinRail } from './stablecoin/stablecoin.rail.js';

/** The rail of each bounty: money never changes rails. */
@Injectable()
export class Rails extends Rail {
  private readonly rails: Readonly<Record<RailName, Rail>>;

  constructor(balance: BalanceRail, stablecoin: StablecoinRail) {
    super();
    this.rails = { balance, stablecoin };
  }

  offer(tx: Tx, funding: Funding): Promise<void> {
    return this.rails[funding.rail].offer(tx, funding);
  }

  examine(funding: OfferedEntry): Promise<Examined | null> {
    return this.rails[funding.entry ? 'stablecoin' : 'balance'].examine(funding);
  }

  hold(tx: Tx, bounty: HeldBounty, amount: bigint, examined: Examined | null): Promise<Held> {
    return this.rails[bounty.rail].hold(tx, bounty, amount, examined);
  }

  holdMore(tx: Tx, bounty: HeldBounty, amount: bigint, number: number): Promise<void> {
    return this.rails[bounty.rail].holdMore(tx, bounty, amount, number);
  }

  pledge(tx: Tx, bounty: HeldBounty, pledge: Pledged): Promise<Fund> {
    return this.rails[bounty.rail].pledge(tx, bounty, pledge);
  }

  withdraw(tx: Tx, bounty: HeldBounty, pledge: Pledged): Promise<void> {
    return this.rails[bounty.rail].withdraw(tx, bounty, pledge);
  }

  funders(tx: Tx, bounty: HeldBounty): Promise<Share[]> {
    return this.rails[bounty.rail].funders(tx, bounty);
  }

  admits(tx: Tx, bounty: HeldBounty): Promise<boolean> {
    return this.rails[bounty.rail].admits(tx, bounty);
  }

  takesWork(tx: Tx, bounty: HeldBounty): Promise<boolean> {
    return this.rails[bounty.rail].takesWork(tx, bounty);
  }

  abandon(tx: Tx, bounty: HeldBounty): Promise<void> {
    return this.rails[bounty.rail].abandon(tx, bounty);
  }

  feeOf(tx: Tx, bounty: HeldBounty, slot: Slot, pay: bigint): Promise<bigint> {
    return this.rails[bounty.rail].feeOf(tx, bounty, slot, pay);
  }

  settle(tx: Tx, settlement: Settlement): Promise<Id<'transfer'>[]> {
    return this.rails[settlement.rail].settle(tx, settlement);
  }

  refundRest(tx: Tx, bounty: HeldBounty): Promise<Share[]> {
    return this.rails[bounty.rail].refundRest(tx, bounty);
  }

  held(tx: Tx, bounty: HeldBounty): Promise<bigint> {
    return this.rails[bounty.rail].held(tx, bounty);
  }

  available(tx: Tx, mode: Mode, agentId: string): Promise<bigint> {
    return this.rails.balance.available(tx, mode, agentId);
  }

  inWallet(mode: Mode, wallet: Hex): Promise<bigint> {
    return this.rails.stablecoin.inWallet(mode, wallet);
  }

  entry(tx: Tx, bounty: HeldBounty): Promise<EscrowEntry | null> {
    return this.rails[bounty.rail].entry(tx, bounty);
  }
}
