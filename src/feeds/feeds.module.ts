import { Module } from '@nestjs/common';
import { BountiesModule } from '../bounties/index.js';
import { CapturesModule } from '../captures/index.js';
import { IdentityModule } from '../identity/index.js';
import { PaymentsModule } from '../payments/index.js';
import { PolicyModule } from '../policy/index.js';
import { EventsService } from './events.service.js';
import { EvidenceController } from './evidence/evidence.controller.js';
import { FeedsController } from './feeds.controller.js';
import { FeedsService } from './feeds.service.js';
import { ObservationsRepository } from './observations/observations.repository.js';
import { ObservationsService } from './observations/observations.service.js';
import { Publisher } from './observations/publisher.js';
import { ChannelReads } from './reads/channel-reads.js';
import { ExactReads } from './reads/exact-reads.js';
import { PaidReads, PaidReadsWork } from './reads/paid-reads.service.js';
import { ReadAnswers } from './reads/read.answers.js';
import { ReadKeysRepository } from './reads/read-keys.repository.js';
import { ReadsController } from './reads/reads.controller.js';
import { ReadsService } from './reads/reads.service.js';
import { Redemption } from './reads/redemption.js';
import { RevisionsRepository } from './revisions/revisions.repository.js';
import { RevisionsService } from './revisions/revisions.service.js';
import { Pushes } from './saved/pushes.js';
import { SavedFeedsController } from './saved/saved-feeds.controller.js';
import { SavedFeedsService } from './saved/saved-feeds.service.js';
import { SavedRepository } from './saved/saved.repository.js';
import { SubscriptionsService } from './saved/subscriptions.service.js';
import { Watching } from './saved/watching.js';
import { Streams } from './streams/streams.js';
import { WebhooksModule } from './webhooks/index.js';

const READS = [
  ReadsService,
  ReadKeysRepository,
  Redemption,
  ReadAnswers,
  ExactReads,
  ChannelReads,
  PaidReads,
  PaidReadsWork,
];
const SAVED = [SavedRepository, SavedFeedsService, SubscriptionsService, Pushes, Watching];

@Module({
  imports: [BountiesModule, CapturesModule, IdentityModule, PaymentsModule, PolicyModule, WebhooksModule],
  controllers: [FeedsController, EvidenceController, ReadsController, SavedFeedsController],
  providers: [
    ...SAVED,
    RevisionsRepository,
    RevisionsService,
    ObservationsRepository,
    ObservationsService,
    FeedsService,
    ...READS,
    EventsService,
    Publisher,
    Streams,
  ],
  exports: [Watching, ObservationsService, EventsService, Publisher],
})
export class FeedsModule {}
