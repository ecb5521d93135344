import { Controller, Param } from '@nestjs/common';
import { Caller, Once, type Principal } from '../identity/index.js';
import type { Command } from '../platform/database/index.js';
import { Body, Serves, type BodyOf } from '../platform/http/serves.js';
import { SandboxClock } from './clock.service.js';
import { SandboxCredits } from './credits.service.js';
import { SimulationsService } from './simulations.service.js';

@Controller()
export class SandboxController {
  constructor(
    private readonly credits: SandboxCredits,
    private readonly simulations: SimulationsService,
    private readonly clock: SandboxClock,
  ) {}

  @Serves('add_sandbox_credit')
  addCredit(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'add_sandbox_credit'>) {
    return this.credits.add(command, caller, body);
  }

  @Serves('create_simulation')
  simulate(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'create_simulation'>) {
    return this.simulations.create(command, caller, body);
  }

  @Serves('get_simulation')
  simulation(@Caller() caller: Principal, @Param('id') id: string) {
    return this.simulations.get(caller, id);
  }

  @Serves('get_clock')
  look() {
    return this.clock.look();
  }

  @Serves('advance_clock')
  advance(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'advance_clock'>) {
    return this.clock.advance(command, caller, body);
  }
}
