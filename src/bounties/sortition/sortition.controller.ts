import { Controller, Param } from '@nestjs/common';
import { Caller, Once, type Principal } from '../../identity/index.js';
import type { Command } from '../../platform/database/index.js';
import { Body, Query, Serves, type BodyOf, type QueryOf } from '../../platform/http/serves.js';
import { ApplicationsService } from './applications.service.js';
import { DrawsReader } from './draws.reader.js';

@Controller()
export class SortitionController {
  constructor(
    private readonly applications: ApplicationsService,
    private readonly reader: DrawsReader,
  ) {}

  @Serves('create_application')
  apply(
    @Once() command: Command,
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() _body: BodyOf<'create_application'>,
  ) {
    return this.applications.apply(command, caller, id);
  }

  @Serves('get_application')
  get(@Caller() caller: Principal, @Param('id') id: string) {
    return this.applications.get(caller, id);
  }

  @Serves('withdraw_application')
  withdraw(@Caller() caller: Principal, @Param('id') id: string) {
    return this.applications.withdraw(caller, id);
  }

  @Serves('list_draws')
  draws(@Caller() caller: Principal, @Param('id') id: string, @Query() query: QueryOf<'list_draws'>) {
    return this.reader.list(caller, id, query);
  }
}
