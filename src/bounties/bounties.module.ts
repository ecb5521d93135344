import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/index.js';
import { PaymentsModule } from '../payments/index.js';
import { PolicyModule } from '../policy/index.js';
import { BountiesController } from './bounties.controller.js';
import { BountiesRepository } from './bounties.repository.js';
import { BountiesService } from './bounties.service.js';
import { BountiesSweep } from './bounties.sweep.js';
import { BountyClosing } from './bounty.closing.js';
import { AreasController, AreasService } from './areas.js';
import { Reachability } from './reachability.js';
import { ReferencesController } from './references.controller.js';
import { ReferencesRepository } from './references.repository.js';
import { ReferencesService } from './references.service.js';
import { ReservationsController } from './reservations.controller.js';
import { ReservationsRepository } from './reservations.repository.js';
import { ReservationsService } from './reservations.service.js';

@Module({
  imports: [IdentityModule, PaymentsModule, PolicyModule],
  controllers: [BountiesController, ReservationsController, ReferencesController, AreasController],
  providers: [
    BountiesRepository,
    ReservationsRepository,
    BountiesService,
    ReservationsService,
    BountyClosing,
    BountiesSweep,
    Reachability,
    ReferencesRepository,
    ReferencesService,
    AreasService,
  ],
  exports: [
    BountiesRepository,
    ReservationsRepository,
    BountyClosing,
    BountiesSweep,
    Reachability,
    ReferencesRepository,
    ReferencesService,
  ],
})
export class BountiesModule {}
