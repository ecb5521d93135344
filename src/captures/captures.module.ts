import { Module } from '@nestjs/common';
import { BountiesModule } from '../bounties/index.js';
import { IdentityModule } from '../identity/index.js';
import { PolicyModule } from '../policy/index.js';
import { CapturesController } from './captures.controller.js';
import { CapturesRepository } from './captures.repository.js';
import { CapturesService } from './captures.service.js';
import { CapturesSweep } from './captures.sweep.js';
import { DerivativesRepository } from './derivatives.repository.js';
import { DerivativesService } from './derivatives.service.js';
import { Intake } from './intake.js';
import { OriginalsRepository } from './originals.repository.js';
import { OriginalsService } from './originals.service.js';
import { OriginalsSweep } from './originals.sweep.js';
import { LineRepository } from './race/line.repository.js';
import { Race } from './race/race.js';
import { SealsRepository } from './seals.repository.js';

@Module({
  imports: [BountiesModule, IdentityModule, PolicyModule],
  controllers: [CapturesController],
  providers: [
    CapturesRepository,
    SealsRepository,
    LineRepository,
    Race,
    CapturesService,
    CapturesSweep,
    Intake,
    DerivativesRepository,
    DerivativesService,
    OriginalsRepository,
    OriginalsService,
    OriginalsSweep,
  ],
  exports: [CapturesRepository, Race, CapturesSweep, DerivativesService, OriginalsSweep],
})
export class CapturesModule {}
