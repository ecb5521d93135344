import { Controller, Module } from '@nestjs/common';
import { BountiesModule } from '../bounties/index.js';
import { Caller, type Principal } from '../identity/index.js';
import { PaymentsModule } from '../payments/index.js';
import { Body, Serves, type BodyOf } from '../platform/http/serves.js';
import { PolicyModule } from '../policy/index.js';
import { BountyPast } from './fill/bounty-past.js';
import { FillModels } from './fill/fill-models.repository.js';
import { FillRecord } from './fill/fill.record.js';
import { FillRecorder } from './fill/fill.recorder.js';
import { FillRefit } from './fill/fill.refit.js';
import { FillQuotes } from './fill-quotes.js';
import { PriceCeiling } from './price-ceiling.js';
import { QuotesService } from './quotes.service.js';

@Controller()
class QuotesController {
  constructor(private readonly quotes: QuotesService) {}

  @Serves('quote_bounty')
  quote(@Caller() caller: Principal, @Body() body: BodyOf<'quote_bounty'>) {
    return this.quotes.quote(caller, body);
  }
}

@Module({
  imports: [BountiesModule, PaymentsModule, PolicyModule],
  controllers: [QuotesController],
  providers: [QuotesService, FillQuotes, PriceCeiling, FillRecord, FillModels, BountyPast, FillRecorder, FillRefit],
})
export class QuotesModule {}
