import { Module } from '@nestjs/common';
import { BountiesModule } from '../bounties/index.js';
import { CapturesModule } from '../captures/index.js';
import { FeedsModule } from '../feeds/index.js';
import { IdentityModule } from '../identity/index.js';
import { PaymentsModule } from '../payments/index.js';
import { PolicyModule } from '../policy/index.js';
import { VerificationModule } from '../verification/index.js';
import { CapturePayment } from './capture.payment.js';
import { FulfilmentService } from './fulfilment.service.js';

@Module({
  imports: [
    BountiesModule,
    CapturesModule,
    FeedsModule,
    IdentityModule,
    PaymentsModule,
    PolicyModule,
    VerificationModule,
  ],
  providers: [CapturePayment, FulfilmentService],
  exports: [FulfilmentService],
})
export class FulfilmentModule {}
