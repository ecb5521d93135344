import { Module } from '@nestjs/common';
import { BountiesModule } from '../bounties/index.js';
import { IdentityModule } from '../identity/index.js';
import { PolicyModule } from '../policy/index.js';
import { CapturesController } from './captures.controller.js';
import { CapturesRepository } from './captures.repository.js';
import { CapturesService } from './captures.service.js';
import { CapturesSweep } from './captures.sweep.js';
import { Intake } from './intake.js';
import { SealsRepository } from './seals.repository.js';

@Module({
  imports: [BountiesModule, IdentityModule, PolicyModule],
  controllers: [CapturesController],
  providers: [CapturesRepository, SealsRepository, CapturesService, CapturesSweep, Intake],
  exports: [CapturesRepository, CapturesSweep],
})
export class CapturesModule {}
