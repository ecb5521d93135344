import { Module } from '@nestjs/common';
import { BountiesModule } from '../bounties/index.js';
import { CapturesModule } from '../captures/index.js';
import { IdentityModule } from '../identity/index.js';
import { PaymentsModule } from '../payments/index.js';
import { EventsService } from './events.service.js';
import { FeedsController } from './feeds.controller.js';
import { FeedsService } from './feeds.service.js';
import { ObservationsRepository } from './observations.repository.js';
import { ObservationsService } from './observations.service.js';
import { Publisher } from './publisher.js';
import { Streams } from './streams.js';

@Module({
  imports: [BountiesModule, CapturesModule, IdentityModule, PaymentsModule],
  controllers: [FeedsController],
  providers: [ObservationsRepository, ObservationsService, FeedsService, EventsService, Publisher, Streams],
  exports: [ObservationsService, EventsService, Publisher],
})
export class FeedsModule {}
