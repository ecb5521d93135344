import { Controller, Param } from '@nestjs/common';
import { Caller, Once, type Principal } from '../identity/index.js';
import type { Command } from '../platform/database/index.js';
import { Body, Query, Serves, type BodyOf, type QueryOf } from '../platform/http/serves.js';
import { InvitationsService } from './invitations.service.js';
import { OffersService } from './offers.service.js';
import { PublicBookService } from './public-book.service.js';

@Controller()
export class MarketController {
  constructor(
    private readonly offers: OffersService,
    private readonly invitations: InvitationsService,
    private readonly publicBook: PublicBookService,
  ) {}

  @Serves('create_offer')
  createOffer(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'create_offer'>) {
    return this.offers.create(command, caller, body);
  }

  @Serves('list_offers')
  listOffers(@Caller() caller: Principal, @Query() query: QueryOf<'list_offers'>) {
    return this.offers.list(caller, query);
  }

  @Serves('withdraw_offer')
  withdrawOffer(@Caller() caller: Principal, @Param('id') id: string) {
    return this.offers.withdraw(caller, id);
  }

  @Serves('list_invitations')
  listInvitations(@Caller() caller: Principal, @Query() query: QueryOf<'list_invitations'>) {
    return this.invitations.list(caller, query);
  }

  @Serves('confirm_invitation')
  confirm(
    @Once() command: Command,
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() _body: BodyOf<'confirm_invitation'>,
  ) {
    return this.invitations.confirm(command, caller, id);
  }

  @Serves('decline_invitation')
  decline(
    @Once() command: Command,
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() _body: BodyOf<'decline_invitation'>,
  ) {
    return this.invitations.decline(command, caller, id);
  }

  @Serves('get_book')
  book(@Caller() caller: Principal, @Query() query: QueryOf<'get_book'>) {
    return this.publicBook.book(caller, query);
  }

  @Serves('list_prices')
  prices(@Caller() caller: Principal, @Query() query: QueryOf<'list_prices'>) {
    return this.publicBook.history(caller, query);
  }
}
