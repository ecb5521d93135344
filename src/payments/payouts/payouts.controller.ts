import { Controller, Param } from '@nestjs/common';
import { Caller, Once, type Principal } from '../../identity/index.js';
import type { Command } from '../../platform/database/index.js';
import { Body, Query, Serves, type BodyOf, type QueryOf } from '../../platform/http/serves.js';
import { EarningsHoldsService } from './earnings-holds.service.js';
import { PayoutsService } from './payouts.service.js';

@Controller()
export class PayoutsController {
  constructor(
    private readonly payouts: PayoutsService,
    private readonly holds: EarningsHoldsService,
  ) {}

  @Serves('decide_earnings')
  decide(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'decide_earnings'>) {
    return this.holds.decide(command, caller, body);
  }

  @Serves('list_earnings_holds')
  held(@Caller() caller: Principal, @Query() query: QueryOf<'list_earnings_holds'>) {
    return this.holds.list(caller, query);
  }

  @Serves('list_payouts')
  list(@Caller() caller: Principal, @Query() query: QueryOf<'list_payouts'>) {
    return this.payouts.list(caller, query);
  }

  @Serves('get_payout')
  get(@Caller() caller: Principal, @Param('id') id: string) {
    return this.payouts.get(caller, id);
  }

  @Serves('create_payout_stop')
  stop(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'create_payout_stop'>) {
    return this.payouts.stop(command, caller, body);
  }

  @Serves('list_payout_stops')
  stops(@Caller() caller: Principal) {
    return this.payouts.listStops(caller);
  }

  @Serves('lift_payout_stop')
  lift(@Caller() caller: Principal, @Param('id') id: string) {
    return this.payouts.lift(caller, id);
  }
}
