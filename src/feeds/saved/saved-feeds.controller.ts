import { Controller, Headers, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Caller, Once, type Principal } from '../../identity/index.js';
import type { Command } from '../../platform/database/index.js';
import { Body, Query, Serves, type BodyOf, type QueryOf } from '../../platform/http/serves.js';
import { Streams } from '../streams/streams.js';
import { Pushes } from './pushes.js';
import { SavedFeedsService } from './saved-feeds.service.js';
import { SubscriptionsService } from './subscriptions.service.js';

@Controller()
export class SavedFeedsController {
  constructor(
    private readonly feeds: SavedFeedsService,
    private readonly subscriptions: SubscriptionsService,
    private readonly streams: Streams,
    private readonly pushes: Pushes,
  ) {}

  @Serves('create_feed')
  create(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'create_feed'>) {
    return this.feeds.create(command, caller, body);
  }

  @Serves('list_feeds')
  list(@Caller() caller: Principal, @Query() query: QueryOf<'list_feeds'>) {
    return this.feeds.list(caller, query);
  }

  @Serves('get_feed')
  get(@Caller() caller: Principal, @Param('id') id: string) {
    return this.feeds.get(caller, id);
  }

  @Serves('delete_feed')
  delete(@Caller() caller: Principal, @Param('id') id: string) {
    return this.feeds.delete(caller, id);
  }

  @Serves('stream_feed')
  async stream(
    @Res() reply: FastifyReply,
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() query: QueryOf<'stream_feed'>,
    @Headers('last-event-id') lastEventId: string | undefined,
  ) {
    const filter = await this.feeds.filter(caller, id);
    const subscription = query.subscription ? await this.subscriptions.of(caller, id, query.subscription) : null;
    if (subscription?.deliver !== 'bodies') return this.streams.start(reply, caller, filter, lastEventId ?? null);
    const push = this.pushes.deliver.bind(this.pushes, caller, subscription.id);
    return this.streams.startPushes(reply, caller, filter, push, lastEventId ?? null);
  }

  @Serves('create_subscription')
  subscribe(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'create_subscription'>) {
    return this.subscriptions.create(command, caller, body);
  }

  @Serves('list_subscriptions')
  listSubscriptions(@Caller() caller: Principal, @Query() query: QueryOf<'list_subscriptions'>) {
    return this.subscriptions.list(caller, query);
  }

  @Serves('cancel_subscription')
  cancel(@Caller() caller: Principal, @Param('id') id: string) {
    return this.subscriptions.cancel(caller, id);
  }
}
