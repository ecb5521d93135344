import { Controller, Param } from '@nestjs/common';
import { Caller, Once, type Principal } from '../identity/index.js';
import type { Command } from '../platform/database/index.js';
import { Body, Query, Serves, type BodyOf, type QueryOf } from '../platform/http/serves.js';
import { BountiesService } from './bounties.service.js';
import { BountyRaises } from './bounty.raises.js';

@Controller()
export class BountiesController {
  constructor(
    private readonly bounties: BountiesService,
    private readonly raises: BountyRaises,
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
  get(@Caller() caller: Principal, @Param('id') id: string) {
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
