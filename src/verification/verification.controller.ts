import { Controller, Param } from '@nestjs/common';
import { Caller, Once, type Principal } from '../identity/index.js';
import type { Command } from '../platform/database/index.js';
import { Body, Query, Serves, type BodyOf, type QueryOf } from '../platform/http/serves.js';
import { ReviewService } from './review.service.js';
import { VerdictsService } from './verdicts.service.js';

@Controller()
export class VerificationController {
  constructor(
    private readonly verdicts: VerdictsService,
    private readonly reviews: ReviewService,
  ) {}

  @Serves('get_verdict')
  verdict(@Caller() caller: Principal, @Param('id') id: string) {
    return this.verdicts.get(caller, id);
  }

  @Serves('list_reviews')
  list(@Caller() caller: Principal, @Query() query: QueryOf<'list_reviews'>) {
    return this.reviews.list(caller, query);
  }

  @Serves('decide_review')
  answer(
    @Once() command: Command,
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() body: BodyOf<'decide_review'>,
  ) {
    return this.reviews.answer(command, caller, id, body);
  }
}
