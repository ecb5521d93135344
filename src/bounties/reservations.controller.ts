import { Controller, Param } from '@nestjs/common';
import { Caller, Once, type Principal } from '../identity/index.js';
import type { Command } from '../platform/database/index.js';
import { Body, Query, Serves, type BodyOf, type QueryOf } from '../platform/http/serves.js';
import { ReservationsService } from './reservations.service.js';

@Controller()
export class ReservationsController {
  constructor(private readonly reservations: ReservationsService) {}

  @Serves('create_reservation')
  reserve(
    @Once() command: Command,
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() _body: BodyOf<'create_reservation'>,
  ) {
    return this.reservations.reserve(command, caller, id);
  }

  @Serves('create_challenge')
  challenge(
    @Once() command: Command,
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() _body: BodyOf<'create_challenge'>,
  ) {
    return this.reservations.challenge(command, caller, id);
  }

  @Serves('get_reservation')
  get(@Caller() caller: Principal, @Param('id') id: string) {
    return this.reservations.get(caller, id);
  }

  @Serves('release_reservation')
  release(@Caller() caller: Principal, @Param('id') id: string, @Query() query: QueryOf<'release_reservation'>) {
    return this.reservations.release(caller, id, query);
  }
}
