import { Module } from '@nestjs/common';
import { BountiesModule } from '../bounties/index.js';
import { IdentityModule } from '../identity/index.js';
import { PaymentsModule } from '../payments/index.js';
import { SandboxClock } from './clock.service.js';
import { SandboxCredits } from './credits.service.js';
import { SandboxController } from './sandbox.controller.js';
import { SimulatedClients } from './simulated-client.js';
import { SimulatedContributor } from './simulated-contributor.js';
import { SimulationsRepository } from './simulations.repository.js';
import { SimulationsService } from './simulations.service.js';
import { SimulationsSweep } from './simulations.sweep.js';

@Module({
  imports: [BountiesModule, IdentityModule, PaymentsModule],
  controllers: [SandboxController],
  providers: [
    SandboxCredits,
    SandboxClock,
    SimulationsService,
    SimulationsRepository,
    SimulatedClients,
    SimulatedContributor,
    SimulationsSweep,
  ],
  exports: [SandboxClock, SimulationsSweep],
})
export class SandboxModule {}
