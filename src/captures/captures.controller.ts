import { Controller, Param } from '@nestjs/common';
import { Caller, Once, type Principal } from '../identity/index.js';
import type { Command } from '../platform/database/index.js';
import { Body, Query, Serves, type BodyOf, type QueryOf } from '../platform/http/serves.js';
import { CapturesService } from './captures.service.js';
import { OriginalsService } from './originals.service.js';

@Controller()
export class CapturesController {
  constructor(
    private readonly captures: CapturesService,
    private readonly originals: OriginalsService,
  ) {}

  @Serves('create_seal')
  seal(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'create_seal'>) {
    return this.captures.registerSeal(command, caller, body);
  }

  @Serves('create_capture')
  create(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'create_capture'>) {
    return this.captures.create(command, caller, body);
  }

  @Serves('submit_capture')
  submit(
    @Once() command: Command,
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() _body: BodyOf<'submit_capture'>,
  ) {
    return this.captures.submit(command, caller, id);
  }

  @Serves('open_original')
  openOriginal(@Caller() caller: Principal, @Param('id') id: string, @Body() body: BodyOf<'open_original'>) {
    return this.originals.open(caller, id, body);
  }

  @Serves('list_original_accesses')
  originalAccesses(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() query: QueryOf<'list_original_accesses'>,
  ) {
    return this.originals.accesses(caller, id, query);
  }

  @Serves('get_capture')
  get(@Caller() caller: Principal, @Param('id') id: string) {
    return this.captures.get(caller, id);
  }
}
