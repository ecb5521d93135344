import { Controller, Param } from '@nestjs/common';
import { Caller, Once, type Principal } from '../identity/index.js';
import type { Command } from '../platform/database/index.js';
import { Body, Query, Serves, type BodyOf, type QueryOf } from '../platform/http/serves.js';
import { StandingService } from './standing.service.js';

@Controller()
export class StandingController {
  constructor(private readonly standing: StandingService) {}

  @Serves('create_standing_bounty')
  create(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'create_standing_bounty'>) {
    return this.standing.create(command, caller, body);
  }

  @Serves('list_standing_bounties')
  list(@Caller() caller: Principal, @Query() query: QueryOf<'list_standing_bounties'>) {
    return this.standing.list(caller, query);
  }

  @Serves('get_standing_bounty')
  get(@Caller() caller: Principal, @Param('id') id: string) {
    return this.standing.get(caller, id);
  }

  @Serves('list_standing_runs')
  listRuns(@Caller() caller: Principal, @Param('id') id: string, @Query() query: QueryOf<'list_standing_runs'>) {
    return this.standing.listRuns(caller, id, query);
  }

  @Serves('change_standing_bounty')
  change(@Caller() caller: Principal, @Param('id') id: string, @Body() body: BodyOf<'change_standing_bounty'>) {
    return this.standing.change(caller, id, body);
  }

  @Serves('end_standing_bounty')
  end(@Caller() caller: Principal, @Param('id') id: string) {
    return this.standing.end(caller, id);
  }
}
