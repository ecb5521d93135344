import { Controller, Param } from '@nestjs/common';
import { Caller, Once, type Principal } from '../identity/index.js';
import type { Command } from '../platform/database/index.js';
import { Body, Serves, type BodyOf } from '../platform/http/serves.js';
import { CapturesService } from './captures.service.js';

@Controller()
export class CapturesController {
  constructor(private readonly captures: CapturesService) {}

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

  @Serves('get_capture')
  get(@Caller() caller: Principal, @Param('id') id: string) {
    return this.captures.get(caller, id);
  }
}
