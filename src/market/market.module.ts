import { Module } from '@nestjs/common';
import { BountiesModule } from '../bounties/index.js';
import { IdentityModule } from '../identity/index.js';
import { BookRepository } from './book.repository.js';
import { FillsRepository } from './fills.repository.js';
import { InvitationChanges } from './invitation.changes.js';
import { InvitationLimits } from './invitation.limits.js';
import { InvitationsRepository } from './invitations.repository.js';
import { InvitationsService } from './invitations.service.js';
import { LooksRepository } from './looks.repository.js';
import { MarketController } from './market.controller.js';
import { MarketSubscriptions } from './market.subscriptions.js';
import { MarketSweep } from './market.sweep.js';
import { Matcher } from './matcher.js';
import { OffersRepository } from './offers.repository.js';
import { OffersService } from './offers.service.js';
import { PriceHistory } from './price.history.js';
import { PricesRepository } from './prices.repository.js';
import { PublicBookRepository } from './public-book.repository.js';
import { PublicBookService } from './public-book.service.js';

@Module({
  imports: [IdentityModule, BountiesModule],
  controllers: [MarketController],
  providers: [
    OffersRepository,
    OffersService,
    InvitationsRepository,
    InvitationChanges,
    InvitationLimits,
    InvitationsService,
    LooksRepository,
    BookRepository,
    Matcher,
    FillsRepository,
    PricesRepository,
    PriceHistory,
    PublicBookRepository,
    PublicBookService,
    MarketSubscriptions,
    MarketSweep,
  ],
  exports: [MarketSubscriptions, MarketSweep],
})
export class MarketModule {}
