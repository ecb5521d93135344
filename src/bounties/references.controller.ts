import { Controller } from '@nestjs/common';
import { Caller, Once, type Principal } from '../identity/index.js';
import type { Command } from '../platform/database/index.js';
import { Body, Serves, type BodyOf } from '../platform/http/serves.js';
import { ReferencesService } from './references.service.js';

@Controller()
export class ReferencesController {
  constructor(private readonly references: ReferencesService) {}

  @Serves('create_reference')
  create(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'create_reference'>) {
    return this.references.create(command, caller, body);
  }
}
