import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { encodeX402, X402_HEADERS } from '@groundtruth/sdk/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../kernel/problem.js';
import { CallerIfAny, type Principal } from '../../identity/index.js';
import { idempotencyKeyOf } from '../../platform/http/index.js';
import { Serves } from '../../platform/http/serves.js';
import { FeedsService } from '../feeds.service.js';
import { PaidReads } from './paid-reads.service.js';

/** Shorter ones are guessed, and whoever guesses one reads what somebody else has paid for. */
const KEY_LENGTH_MIN = 16;

@Controller()
export class ReadsController {
  constructor(
    private readonly feeds: FeedsService,
    private readonly paid: PaidReads,
  ) {}

  @Serves('get_observation')
  async get(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CallerIfAny() viewer: Principal | null,
    @Param('id') id: string,
  ) {
    const payment = headerOf(request, X402_HEADERS.signature);
    const known = viewer && (await this.feeds.get(viewer, id));
    if (known && (known.body !== null || payment === null)) return known;
    const answer = await this.paid.read({ id, viewer, payment, key: readKeyOf(request) });
    void reply.header('cache-control', 'private, no-store');
    if (answer.kind === 'unpaid') {
      void reply.header(X402_HEADERS.required, encodeX402(answer.required));
      const reason = answer.required.error ?? null;
      throw new DomainError(
        'payment_required',
        reason ?? 'this read is paid on chain, or by an account with a balance',
        {
          reason,
        },
      );
    }
    void reply.header(X402_HEADERS.response, encodeX402(answer.settled));
    return answer.view;
  }

  @Get('.well-known/x402')
  catalogue() {
    return this.paid.catalogue();
  }
}

function readKeyOf(request: FastifyRequest): string | null {
  if (request.headers['idempotency-key'] === undefined) return null;
  const key = idempotencyKeyOf(request);
  if (key.length >= KEY_LENGTH_MIN) return key;
  throw new DomainError(
    'invalid_request',
    `a key that a read is asked for again by has ${KEY_LENGTH_MIN} characters or more`,
    {
      param: 'Idempotency-Key',
    },
  );
}

function headerOf(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}
