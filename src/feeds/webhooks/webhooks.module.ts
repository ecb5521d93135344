import { Module } from '@nestjs/common';
import { IdentityModule } from '../../identity/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { Egress } from '../../platform/egress/index.js';
import { ObservationsRepository } from '../observations/observations.repository.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { EndpointsRepository } from './endpoints.repository.js';
import { WebhookCatchUp } from './webhook.catch-up.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';
import { WebhookDispatcher } from './webhook.dispatcher.js';
import { WebhookEndpointsController } from './webhook-endpoints.controller.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';
import { WebhookFanOut } from './webhook.fan-out.js';
import { WEBHOOK_KEY, WebhookSecrets } from './webhook.secrets.js';
import { WebhookSender } from './webhook.sender.js';
import { WebhookBell, WebhookTerm } from './webhook.term.js';
import { WebhookUrls } from './webhook.urls.js';

/** Time for the connection, of the whole time that one attempt has. */
const CONNECT_SHARE = 3;

@Module({
  imports: [IdentityModule],
  controllers: [WebhookEndpointsController],
  providers: [
    ObservationsRepository,
    EndpointsRepository,
    DeliveriesRepository,
    WebhookTerm,
    WebhookBell,
    WebhookUrls,
    {
      provide: Egress,
      useFactory: ({ WEBHOOK_TIMEOUT_MS }: Config) =>
        new Egress({ whole_ms: WEBHOOK_TIMEOUT_MS, connect_ms: WEBHOOK_TIMEOUT_MS / CONNECT_SHARE }),
      inject: [CONFIG],
    },
    { provide: WebhookSecrets, useFactory: (key: Uint8Array) => new WebhookSecrets(key), inject: [WEBHOOK_KEY] },
    WebhookEndpointsService,
    WebhookDeliveriesService,
    WebhookFanOut,
    WebhookCatchUp,
    WebhookSender,
    WebhookDispatcher,
  ],
  exports: [WebhookFanOut, WebhookDispatcher, WebhookDeliveriesService],
})
export class WebhooksModule {}
