import { Module } from '@nestjs/common';
import { LedgerBatcher } from './ledger.batcher.js';
import { LedgerService } from './ledger.service.js';
import { LedgerSweep } from './ledger.sweep.js';

@Module({
  providers: [LedgerService, LedgerBatcher, LedgerSweep],
  exports: [LedgerService, LedgerBatcher, LedgerSweep],
})
export class LedgerModule {}
