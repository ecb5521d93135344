import { Module } from '@nestjs/common';
import { BountiesModule } from '../bounties/index.js';
import { CapturesModule } from '../captures/index.js';
import { IdentityModule } from '../identity/index.js';
import { PaymentsModule } from '../payments/index.js';
import { DispatchService } from './dispatch.service.js';
import { DisputeDecisions } from './dispute.decisions.js';
import { DisputesController } from './disputes.controller.js';
import { DisputesRepository } from './disputes.repository.js';
import { DisputesService } from './disputes.service.js';
import { ReviewRouting } from './review.routing.js';
import { ReviewService } from './review.service.js';
import { VerdictIntake } from './verdict.intake.js';
import { VerdictsRepository } from './verdicts.repository.js';
import { VerdictsService } from './verdicts.service.js';
import { VerificationController } from './verification.controller.js';
import { VerificationSubscriptions } from './verification.subscriptions.js';
import { VerificationSweep } from './verification.sweep.js';

@Module({
  imports: [BountiesModule, CapturesModule, IdentityModule, PaymentsModule],
  controllers: [VerificationController, DisputesController],
  providers: [
    VerdictsRepository,
    DispatchService,
    VerdictIntake,
    ReviewRouting,
    ReviewService,
    DisputesRepository,
    DisputesService,
    DisputeDecisions,
    VerdictsService,
    VerificationSweep,
    VerificationSubscriptions,
  ],
  exports: [VerdictsRepository, DisputesRepository, VerificationSweep, VerificationSubscriptions],
})
export class VerificationModule {}
