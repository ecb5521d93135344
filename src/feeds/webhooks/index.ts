export { DELIVERY_TRANSITIONS } from './delivery.machine.js';
export { ENDPOINT_TRANSITIONS } from './endpoint.machine.js';
export { WebhookDeliveriesService } from './webhook-deliveries.service.js';
export { WebhookDispatcher } from './webhook.dispatcher.js';
export { WebhookFanOut } from './webhook.fan-out.js';
export { WEBHOOK_KEY } from './webhook.secrets.js';
export { WebhooksModule } from './webhooks.module.js';
