import { Controller, Param } from '@nestjs/common';
import { Caller, Once, type Principal } from '../../../identity/index.js';
import type { Command } from '../../../platform/database/index.js';
import { Body, Query, Serves, type BodyOf, type QueryOf } from '../../../platform/http/serves.js';
import { AutoTopUp } from './auto-top-up.js';
import { FreezesService } from './freezes.service.js';
import { CardRefunds } from './refunds.service.js';
import { SavedCards } from './saved-cards.service.js';
import { TopUpsService } from './top-ups.service.js';

@Controller()
export class CardController {
  constructor(
    private readonly topUps: TopUpsService,
    private readonly refunds: CardRefunds,
    private readonly cards: SavedCards,
    private readonly automatic: AutoTopUp,
    private readonly freezes: FreezesService,
  ) {}

  @Serves('create_top_up')
  create(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'create_top_up'>) {
    return this.topUps.create(command, caller, body);
  }

  @Serves('list_top_ups')
  list(@Caller() caller: Principal, @Query() query: QueryOf<'list_top_ups'>) {
    return this.topUps.list(caller, query);
  }

  @Serves('get_top_up')
  get(@Caller() caller: Principal, @Param('id') id: string) {
    return this.topUps.get(caller, id);
  }

  @Serves('refund_top_up')
  refund(
    @Once() command: Command,
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() body: BodyOf<'refund_top_up'>,
  ) {
    return this.refunds.request(command, caller, id, body.amount ?? null);
  }

  @Serves('list_freezes')
  frozen(@Caller() caller: Principal, @Query() query: QueryOf<'list_freezes'>) {
    return this.freezes.list(caller, query);
  }

  @Serves('lift_freezes')
  lift(@Caller() caller: Principal, @Param('id') agentId: string) {
    return this.freezes.lift(caller, agentId);
  }

  @Serves('list_payment_methods')
  saved(@Caller() caller: Principal) {
    return this.cards.list(caller);
  }

  @Serves('attach_payment_method')
  attach(@Caller() caller: Principal, @Body() body: BodyOf<'attach_payment_method'>) {
    return this.cards.attach(caller, body.payment_method);
  }

  @Serves('remove_payment_method')
  detach(@Caller() caller: Principal, @Param('id') id: string) {
    return this.cards.remove(caller, id);
  }

  @Serves('get_auto_top_up')
  getAutomatic(@Caller() caller: Principal) {
    return this.automatic.get(caller);
  }

  @Serves('set_auto_top_up')
  setAutomatic(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'set_auto_top_up'>) {
    return this.automatic.set(command, caller, body);
  }

  @Serves('remove_auto_top_up')
  removeAutomatic(@Caller() caller: Principal) {
    return this.automatic.remove(caller);
  }
}
