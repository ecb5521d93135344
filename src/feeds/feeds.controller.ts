import { Controller, Headers, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Caller, Once, type Principal } from '../identity/index.js';
import type { Command } from '../platform/database/index.js';
import { Gone, Waits } from '../platform/http/index.js';
import { Body, Query, Serves, type BodyOf, type QueryOf } from '../platform/http/serves.js';
import { EventsService } from './events.service.js';
import { FeedsService } from './feeds.service.js';
import { filterOfQuery } from './observations/card.filter.js';
import { Streams } from './streams/streams.js';

@Controller()
export class FeedsController {
  constructor(
    private readonly feeds: FeedsService,
    private readonly streams: Streams,
    private readonly events: EventsService,
    private readonly waits: Waits,
  ) {}

  @Serves('list_observations')
  async list(@Caller() caller: Principal, @Query() query: QueryOf<'list_observations'>, @Gone() gone: AbortSignal) {
    await this.waits.until({ ...query, gone }, async () => (await this.feeds.list(caller, query)).data.length > 0);
    return this.feeds.list(caller, query);
  }

  @Serves('stream_observations')
  stream(
    @Res() reply: FastifyReply,
    @Caller() caller: Principal,
    @Query() query: QueryOf<'stream_observations'>,
    @Headers('last-event-id') lastEventId: string | undefined,
  ) {
    return this.streams.start(reply, caller, filterOfQuery(query), lastEventId ?? null);
  }

  @Serves('read_observation')
  read(
    @Once() command: Command,
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() _body: BodyOf<'read_observation'>,
  ) {
    return this.feeds.read(command, caller, id);
  }

  @Serves('list_events')
  listEvents(@Caller() caller: Principal, @Query() query: QueryOf<'list_events'>) {
    return this.events.list(caller, query);
  }
}
