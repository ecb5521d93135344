import { Catch, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../kernel/problem.js';
import type { Log } from '../telemetry/index.js';
import type { AllowedMethods } from './allowed-methods.js';
import { toJson } from './json.js';
import { problemAnswer, refusalOf } from './problem-document.js';
import type { PublicAddress } from './public-address.js';

/** The one place where what was thrown becomes an answer. A bug is logged whole and answered with nothing but its request id. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly log: Log,
    private readonly address: PublicAddress,
    private readonly methods: AllowedMethods,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** For what is thrown before Nest sees the request. */
  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const refusal = thrown instanceof NotFoundException ? this.unrouted(request, reply) : refusalOf(thrown);
    if (!refusal) this.log.error({ err: thrown, request_id: request.id }, 'a request failed');
    else if (refusal.status >= 500) this.log.warn({ err: refusal, request_id: request.id }, 'a dependency failed');
    if (reply.sent || reply.raw.headersSent) return void reply.raw.destroy(); // Half an answer must not look whole.
    const error = refusal ?? new DomainError('internal', 'this is a fault of ours; the request id finds it in our log');
    const { status, headers, document } = problemAnswer(error, { origin: this.address.origin, request_id: request.id });
    void reply.code(status).headers(headers).serializer(toJson).send(document);
  }

  /** The router says so by Nest's own exception; our handlers refuse by `not_found`. */
  private unrouted(request: FastifyRequest, reply: FastifyReply): DomainError {
    const allowed = this.methods.of(request.url);
    if (allowed.length === 0) return new DomainError('not_found', 'no route has this path');
    void reply.header('allow', allowed.join(', '));
    return new DomainError('method_not_allowed', `the path takes ${allowed.join(', ')}`, { allowed });
  }
}
