import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/index.js';
import { HoldsRepository } from './holds/holds.repository.js';
import { PolicyHolds } from './holds/holds.service.js';
import { FootprintsRepository } from './linkage/footprints.repository.js';
import { loadPack, Pack } from './pack.js';
import { PACK_V1 } from './packs/v1.js';
import { PlacesSource } from './places/places.source.js';
import { PolicyController } from './policy.controller.js';
import { PolicyRepository } from './policy.repository.js';
import { PolicyGate } from './policy.service.js';
import { PolicyWorld } from './policy.world.js';
import { SanctionsSource } from './sanctions/sanctions.source.js';

/** A broken pack, or a broken file of places, stops the process at its start. */
@Module({
  imports: [IdentityModule],
  controllers: [PolicyController],
  providers: [
    PolicyRepository,
    HoldsRepository,
    FootprintsRepository,
    PlacesSource,
    SanctionsSource,
    PolicyWorld,
    PolicyHolds,
    PolicyGate,
    { provide: Pack, useFactory: () => loadPack(PACK_V1) },
  ],
  exports: [PolicyGate, PolicyHolds, SanctionsSource],
})
export class PolicyModule {}
