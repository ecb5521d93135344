import { Controller, Param } from '@nestjs/common';
import { Caller, Once, type Principal } from '../identity/index.js';
import type { Command } from '../platform/database/index.js';
import { Body, Query, Serves, type BodyOf, type QueryOf } from '../platform/http/serves.js';
import { DisputeDecisions } from './dispute.decisions.js';
import { DisputesService } from './disputes.service.js';

@Controller()
export class DisputesController {
  constructor(
    private readonly disputes: DisputesService,
    private readonly decisions: DisputeDecisions,
  ) {}

  @Serves('create_dispute')
  open(
    @Once() command: Command,
    @Caller() caller: Principal,
    @Param('id') captureId: string,
    @Body() body: BodyOf<'create_dispute'>,
  ) {
    return this.disputes.open(command, caller, captureId, body);
  }

  @Serves('list_disputes')
  list(@Caller() caller: Principal, @Query() query: QueryOf<'list_disputes'>) {
    return this.disputes.list(caller, query);
  }

  @Serves('get_dispute')
  get(@Caller() caller: Principal, @Param('id') id: string) {
    return this.disputes.get(caller, id);
  }

  @Serves('decide_dispute')
  decide(
    @Once() command: Command,
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() body: BodyOf<'decide_dispute'>,
  ) {
    return this.decisions.decide(command, caller, id, body);
  }
}
