import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/index.js';
import { PaymentsModule } from '../payments/index.js';
import { PolicyModule } from '../policy/index.js';
import { ReputationModule } from '../reputation/index.js';
import { BountiesController } from './bounties.controller.js';
import { BountiesRepository } from './bounties.repository.js';
import { BountiesService } from './bounties.service.js';
import { BountiesSweep } from './bounties.sweep.js';
import { BountyClosing } from './bounty.closing.js';
import { BountyRaises } from './bounty.raises.js';
import { BountyWait } from './bounty.wait.js';
import { AreasController, AreasService } from './areas.js';
import { NearRepository } from './near/near.repository.js';
import { NearSearch } from './near/near.search.js';
import { OpenBounties } from './near/open-bounties.js';
import { Reachability } from './reachability.js';
import { ReferencesController } from './references.controller.js';
import { ReferencesRepository } from './references.repository.js';
import { ReferencesService } from './references.service.js';
import { ReservationLimits } from './reservation.limits.js';
import { ReservationOpening } from './reservation.opening.js';
import { ReservationsController } from './reservations.controller.js';
import { ReservationsRepository } from './reservations.repository.js';
import { ReservationsService } from './reservations.service.js';
import { BountyAgreement } from './agreement/bounty.agreement.js';
import { ApplicationsRepository } from './sortition/applications.repository.js';
import { ApplicationsService } from './sortition/applications.service.js';
import { DrawsRepository } from './sortition/draws.repository.js';
import { DrawsReader } from './sortition/draws.reader.js';
import { Draws } from './sortition/draws.service.js';
import { SortitionController } from './sortition/sortition.controller.js';
import { SortitionSweep } from './sortition/sortition.sweep.js';
import { BountyFunders } from './pledges/bounty.funders.js';
import { PledgeReturns } from './pledges/pledge.returns.js';
import { PledgesController } from './pledges/pledges.controller.js';
import { PledgesRepository } from './pledges/pledges.repository.js';
import { PledgesService } from './pledges/pledges.service.js';

@Module({
  imports: [IdentityModule, PaymentsModule, PolicyModule, ReputationModule],
  controllers: [
    BountiesController,
    PledgesController,
    ReservationsController,
    SortitionController,
    ReferencesController,
    AreasController,
  ],
  providers: [
    BountiesRepository,
    ReservationsRepository,
    BountiesService,
    ReservationsService,
    ReservationLimits,
    ReservationOpening,
    BountyAgreement,
    ApplicationsRepository,
    ApplicationsService,
    DrawsRepository,
    DrawsReader,
    Draws,
    SortitionSweep,
    BountyRaises,
    BountyWait,
    BountyFunders,
    PledgesRepository,
    PledgesService,
    PledgeReturns,
    BountyClosing,
    BountiesSweep,
    Reachability,
    NearRepository,
    OpenBounties,
    NearSearch,
    ReferencesRepository,
    ReferencesService,
    AreasService,
  ],
  exports: [
    BountiesService,
    BountiesRepository,
    ReservationsRepository,
    ReservationsService,
    ReservationLimits,
    BountyClosing,
    BountyAgreement,
    BountiesSweep,
    Draws,
    SortitionSweep,
    BountyFunders,
    Reachability,
    ReferencesRepository,
    ReferencesService,
  ],
})
export class BountiesModule {}
