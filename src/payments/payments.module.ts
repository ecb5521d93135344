import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/index.js';
import { PaymentsController } from './payments.controller.js';
import { BalanceRail } from './rails/balance.rail.js';
import { LossReserve } from './loss-reserve.js';
import { Rail } from './rail.js';
import { ReadTill } from './read.till.js';
import { WalletService } from './wallet.service.js';

@Module({
  imports: [IdentityModule],
  controllers: [PaymentsController],
  providers: [WalletService, ReadTill, LossReserve, { provide: Rail, useClass: BalanceRail }],
  exports: [Rail, ReadTill, LossReserve],
})
export class PaymentsModule {}
