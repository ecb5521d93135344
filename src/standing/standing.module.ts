import { Module } from '@nestjs/common';
import { BountiesModule } from '../bounties/index.js';
import { FeedsModule } from '../feeds/index.js';
import { IdentityModule } from '../identity/index.js';
import { StandingBudget } from './standing.budget.js';
import { StandingController } from './standing.controller.js';
import { StandingEnding } from './standing.ending.js';
import { StandingRepository } from './standing.repository.js';
import { StandingRunner } from './standing.runner.js';
import { StandingRunsRepository } from './standing-runs.repository.js';
import { StandingService } from './standing.service.js';
import { StandingSweep } from './standing.sweep.js';
import { StandingWatch } from './standing.watch.js';

@Module({
  imports: [BountiesModule, FeedsModule, IdentityModule],
  controllers: [StandingController],
  providers: [
    StandingRepository,
    StandingRunsRepository,
    StandingBudget,
    StandingEnding,
    StandingService,
    StandingRunner,
    StandingWatch,
    StandingSweep,
  ],
})
export class StandingModule {}
