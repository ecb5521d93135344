import { Inject, Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import { LedgerService } from '../../../ledger/index.js';
import { CONFIG, type Config } from '../../../platform/config/index.js';
import type { Tx } from '../../../platform/database/index.js';
import { accountsOf } from '../../accounts.js';

/** How much card money may still be taken back from us, and what follows for paying it out. */
@Injectable()
export class CardRisk {
  constructor(
    private readonly ledger: LedgerService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** False while the loss reserve of card money is below its floor: new payouts of card money wait. */
  async payoutsAllowed(tx: Tx, mode: Mode): Promise<boolean> {
    const reserve = await this.ledger.available(tx, accountsOf(mode, 'card').lossReserve());
    return reserve >= this.config.CARD_RESERVE_FLOOR;
  }
}
