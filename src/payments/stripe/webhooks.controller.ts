import { Controller, Headers, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../kernel/clock.js';
import { RawBody } from '../../platform/http/index.js';
import { StripeInbox } from './inbox.js';
import { STRIPE, type StripeAccesses } from './stripe.access.js';
import { readWebhook } from './webhook.reader.js';

/** Where the card processor tells what happened. Not in the wire contract: nobody else may call it. */
@Controller()
export class StripeWebhooksController {
  constructor(
    private readonly inbox: StripeInbox,
    private readonly clock: Clock,
    @Inject(STRIPE) private readonly access: StripeAccesses,
  ) {}

  @Post('v1/webhooks/stripe')
  @HttpCode(200)
  @RawBody()
  async receive(@Req() request: FastifyRequest, @Headers('stripe-signature') signature: string | undefined) {
    const bytes = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
    await this.inbox.receive(readWebhook(bytes, signature ?? '', this.access, this.clock.now()));
    return { received: true };
  }
}
