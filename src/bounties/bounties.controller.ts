import { Controller, Param } from '@nestjs/common';
import { Caller, Once, type Principal } from '../identity/index.js';
import type { Command } from '../platform/database/index.js';
import { Gone } from '../platform/http/index.js';
import { Body, Query, Serves, type BodyOf, type QueryOf } from '../platform/http/serves.js';
import { BountiesService } from './bounties.service.js';
import { BountyRaises } from './bounty.raises.js';
import { BountyWait } from './bounty.wait.js';

@Controller()
export class BountiesController {
  constructor(
    private readonly bounties: BountiesService,
    private readonly raises: BountyRaises,
    private readonly wait: BountyWait,
  ) {}

  @Serves('create_bounty')
  create(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'create_bounty'>) {
    return this.bounties.create(command, caller, body);
  }

  @Serves('search_bounties')
  search(@Caller() caller: Principal, @Query() query: QueryOf<'search_bounties'>) {
    return this.bounties.search(caller, query);
  }

  @Serves('get_bounty')
  async get(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() query: QueryOf<'get_bounty'>,
    @Gone() gone: AbortSignal,
  ) {
    const bounty = await this.bounties.get(caller, id);
    if (query.wait_s === 0) return bounty;
    await this.wait.changed(id, bounty.state, query, gone);
    return this.bounties.get(caller, id);
  }

  @Serves('fund_bounty')
  fund(
    @Once() command: Command,
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() body: BodyOf<'fund_bounty'>,
  ) {
    return this.bounties.fund(command, caller, id, body);
  }

  @Serves('raise_bounty')
  raise(
    @Once() command: Command,
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() body: BodyOf<'raise_bounty'>,
  ) {
    return this.raises.raise(command, caller, id, body);
  }

  @Serves('cancel_bounty')
  cancel(
    @Once() command: Command,
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() _body: BodyOf<'cancel_bounty'>,
  ) {
    return this.bounties.cancel(command, caller, id);
  }
}
