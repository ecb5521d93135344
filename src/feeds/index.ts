export { EventsService } from './events.service.js';
export { FeedsModule } from './feeds.module.js';
export { ObservationSigner } from './observation.signer.js';
export { ObservationsService } from './observations.service.js';
export { Publisher } from './publisher.js';
