import { Controller, Param } from '@nestjs/common';
import { Caller, Once, type Principal } from '../../identity/index.js';
import type { Command } from '../../platform/database/index.js';
import { Body, Serves, type BodyOf } from '../../platform/http/serves.js';
import { PledgesService } from './pledges.service.js';

@Controller()
export class PledgesController {
  constructor(private readonly pledges: PledgesService) {}

  @Serves('create_pledge')
  create(
    @Once() command: Command,
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() body: BodyOf<'create_pledge'>,
  ) {
    return this.pledges.create(command, caller, id, body);
  }

  @Serves('withdraw_pledge')
  withdraw(@Caller() caller: Principal, @Param('id') id: string) {
    return this.pledges.withdraw(caller, id);
  }
}
