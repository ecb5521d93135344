import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/index.js';
import { LeaderboardsRepository } from './leaderboards.repository.js';
import { LeaderboardsService } from './leaderboards.service.js';
import { ReputationController } from './reputation.controller.js';
import { ReputationRecorder } from './reputation.recorder.js';
import { ReputationRepository } from './reputation.repository.js';
import { ReputationService } from './reputation.service.js';

@Module({
  imports: [IdentityModule],
  controllers: [ReputationController],
  providers: [ReputationRepository, ReputationRecorder, ReputationService, LeaderboardsRepository, LeaderboardsService],
  exports: [ReputationRecorder, ReputationService],
})
export class ReputationModule {}
