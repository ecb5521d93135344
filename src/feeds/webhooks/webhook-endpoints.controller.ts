import { Controller, Param } from '@nestjs/common';
import { Caller, Once, type Principal } from '../../identity/index.js';
import type { Command } from '../../platform/database/index.js';
import { Body, Query, Serves, type BodyOf, type QueryOf } from '../../platform/http/serves.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';

@Controller()
export class WebhookEndpointsController {
  constructor(
    private readonly endpoints: WebhookEndpointsService,
    private readonly deliveries: WebhookDeliveriesService,
  ) {}

  @Serves('create_webhook_endpoint')
  create(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'create_webhook_endpoint'>) {
    return this.endpoints.create(command, caller, body);
  }

  @Serves('list_webhook_endpoints')
  list(@Caller() caller: Principal) {
    return this.endpoints.list(caller);
  }

  @Serves('get_webhook_endpoint')
  get(@Caller() caller: Principal, @Param('id') id: string) {
    return this.endpoints.get(caller, id);
  }

  @Serves('change_webhook_endpoint')
  change(@Caller() caller: Principal, @Param('id') id: string, @Body() body: BodyOf<'change_webhook_endpoint'>) {
    return this.endpoints.change(caller, id, body);
  }

  @Serves('delete_webhook_endpoint')
  remove(@Caller() caller: Principal, @Param('id') id: string) {
    return this.endpoints.remove(caller, id);
  }

  @Serves('rotate_webhook_secret')
  rotate(
    @Once() command: Command,
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() _body: BodyOf<'rotate_webhook_secret'>,
  ) {
    return this.endpoints.rotate(command, caller, id);
  }

  @Serves('replay_webhooks')
  replay(
    @Once() command: Command,
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() body: BodyOf<'replay_webhooks'>,
  ) {
    return this.deliveries.replay(command, caller, id, body);
  }

  @Serves('test_webhook_endpoint')
  ping(
    @Once() command: Command,
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() _body: BodyOf<'test_webhook_endpoint'>,
  ) {
    return this.deliveries.ping(command, caller, id);
  }

  @Serves('list_webhook_deliveries')
  listDeliveries(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() query: QueryOf<'list_webhook_deliveries'>,
  ) {
    return this.deliveries.list(caller, id, query);
  }
}
