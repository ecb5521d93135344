import { Controller, Ip } from '@nestjs/common';
import type { Command } from '../platform/database/index.js';
import { Body, Serves, type BodyOf } from '../platform/http/serves.js';
import { Caller, Once } from './auth.guard.js';
import { DevicesService } from './devices.service.js';
import { IdentityService } from './identity.service.js';
import type { Principal } from './principal.js';

@Controller()
export class IdentityController {
  constructor(
    private readonly identity: IdentityService,
    private readonly devices: DevicesService,
  ) {}

  @Serves('create_agent')
  registerAgent(@Once() command: Command, @Body() body: BodyOf<'create_agent'>, @Ip() address: string) {
    return this.identity.registerAgent(command, body, address);
  }

  @Serves('create_contributor')
  registerContributor(@Once() command: Command, @Body() body: BodyOf<'create_contributor'>, @Ip() address: string) {
    return this.identity.registerContributor(command, body, address);
  }

  @Serves('create_device')
  enrol(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'create_device'>) {
    return this.devices.enrol(command, caller, body);
  }

  @Serves('create_device_challenge')
  challenge(@Caller() caller: Principal) {
    return this.devices.challenge(caller);
  }

  @Serves('me')
  me(@Caller() caller: Principal) {
    return { id: caller.id, role: caller.role, mode: caller.mode, name: caller.name, scopes: caller.scopes };
  }
}
