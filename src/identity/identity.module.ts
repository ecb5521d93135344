import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { DeviceAttestors } from './attestation/device-attestors.js';
import { Clusters } from './clusters/clusters.js';
import { AuthGuard } from './auth.guard.js';
import { DeviceChallenges } from './device-challenges.js';
import { DevicesService } from './devices.service.js';
import { IdentityController } from './identity.controller.js';
import { IdentityRepository } from './identity.repository.js';
import { IdentityService } from './identity.service.js';
import { SimulatedAccounts } from './simulated-accounts.js';
import { SpendCapsLedger } from './spend-caps.js';

@Module({
  controllers: [IdentityController],
  providers: [
    IdentityRepository,
    Clusters,
    IdentityService,
    DeviceAttestors,
    DeviceChallenges,
    DevicesService,
    SpendCapsLedger,
    SimulatedAccounts,
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
  exports: [IdentityRepository, Clusters, IdentityService, DevicesService, SpendCapsLedger, SimulatedAccounts],
})
export class IdentityModule {}
