import { Module } from '@nestjs/common';
import { BountiesModule } from '../bounties/index.js';
import { CapturesModule } from '../captures/index.js';
import { DispatchService } from './dispatch.service.js';
import { ReviewService } from './review.service.js';
import { VerdictIntake } from './verdict.intake.js';
import { VerdictsRepository } from './verdicts.repository.js';
import { VerdictsService } from './verdicts.service.js';
import { VerificationController } from './verification.controller.js';
import { VerificationSubscriptions } from './verification.subscriptions.js';
import { VerificationSweep } from './verification.sweep.js';

@Module({
  imports: [BountiesModule, CapturesModule],
  controllers: [VerificationController],
  providers: [
    VerdictsRepository,
    DispatchService,
    VerdictIntake,
    ReviewService,
    VerdictsService,
    VerificationSweep,
    VerificationSubscriptions,
  ],
  exports: [VerdictsRepository, VerificationSweep, VerificationSubscriptions],
})
export class VerificationModule {}
