import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/index.js';
import { PolicyModule } from '../policy/index.js';
import { BountyAccount } from './bounty.account.js';
import { PaymentsController } from './payments.controller.js';
import { PayoutAccounts } from './payout-accounts.service.js';
import { BalanceRail } from './rails/balance.rail.js';
import { Rails } from './rails/rails.js';
import { AwardsRepository } from './rails/stablecoin/distributor/awards.repository.js';
import { AwardsService } from './rails/stablecoin/distributor/awards.service.js';
import { DistributorDispatch } from './rails/stablecoin/distributor/distributor.dispatch.js';
import { DistributorLogs } from './rails/stablecoin/distributor/distributor.logs.js';
import { RootDraft } from './rails/stablecoin/distributor/root.draft.js';
import { RootsRepository } from './rails/stablecoin/distributor/roots.repository.js';
import { EntriesRepository } from './rails/stablecoin/entries.repository.js';
import { EscrowCalls } from './rails/stablecoin/escrow.calls.js';
import { EscrowDispatch } from './rails/stablecoin/escrow.dispatch.js';
import { EscrowLogs } from './rails/stablecoin/escrow.logs.js';
import { Faucet } from './rails/stablecoin/faucet.service.js';
import { ReleasesService } from './rails/stablecoin/releases.service.js';
import { ReleasesRepository } from './rails/stablecoin/releases.repository.js';
import { StablecoinRail } from './rails/stablecoin/stablecoin.rail.js';
import { LossReserve } from './loss-reserve.js';
import { Rail } from './rail.js';
import { ReadTill } from './read.till.js';
import { WalletService } from './wallet.service.js';

const DISTRIBUTOR = [AwardsRepository, RootsRepository, RootDraft, DistributorDispatch, DistributorLogs, AwardsService];
const STABLECOIN = [StablecoinRail, EntriesRepository, ReleasesRepository, EscrowCalls, EscrowDispatch, EscrowLogs];

@Module({
  imports: [IdentityModule, PolicyModule],
  controllers: [PaymentsController],
  providers: [
    WalletService,
    ReleasesService,
    Faucet,
    ReadTill,
    LossReserve,
    PayoutAccounts,
    BountyAccount,
    BalanceRail,
    ...STABLECOIN,
    ...DISTRIBUTOR,
    { provide: Rail, useClass: Rails },
  ],
  exports: [
    Rail,
    ReadTill,
    LossReserve,
    PayoutAccounts,
    EscrowDispatch,
    EscrowLogs,
    DistributorDispatch,
    DistributorLogs,
    ReleasesRepository,
  ],
})
export class PaymentsModule {}
