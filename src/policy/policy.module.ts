import { Module } from '@nestjs/common';
import { loadPack, Pack } from './pack.js';
import { PACK_V1 } from './packs/v1.js';
import { PolicyRepository } from './policy.repository.js';
import { PolicyGate } from './policy.service.js';

/** A broken pack stops the process at its start. */
@Module({
  providers: [PolicyRepository, PolicyGate, { provide: Pack, useFactory: () => loadPack(PACK_V1) }],
  exports: [PolicyGate],
})
export class PolicyModule {}
