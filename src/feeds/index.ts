export { EventsService } from './events.service.js';
export { FeedsModule } from './feeds.module.js';
export { PaidReadsWork } from './reads/paid-reads.service.js';
export { ObservationSigner } from './observations/observation.signer.js';
export { ObservationsService } from './observations/observations.service.js';
export { Publisher } from './observations/publisher.js';
export { Watching, type CardsWanted, type Sighting } from './saved/watching.js';
export { SUBSCRIPTION_TRANSITIONS } from './saved/subscription.machine.js';
export {
  DELIVERY_TRANSITIONS,
  ENDPOINT_TRANSITIONS,
  WEBHOOK_KEY,
  WebhookDeliveriesService,
  WebhookDispatcher,
  WebhookFanOut,
} from './webhooks/index.js';
