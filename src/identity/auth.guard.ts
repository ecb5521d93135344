import { createParamDecorator, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Scope } from '@groundtruth/sdk/protocol';
import { assert } from '../kernel/assert.js';
import { DomainError } from '../kernel/problem.js';
import type { Command } from '../platform/database/index.js';
import { idempotencyKeyOf, RateLimits } from '../platform/http/index.js';
import { routeOf } from '../platform/http/serves.js';
import { bearerKey } from './api-key.js';
import { IdentityService } from './identity.service.js';
import type { Principal } from './principal.js';

type Authenticated = FastifyRequest & { principal?: Principal };

/** Resolves the API key to a principal and holds the route's scope; routes without a scope need no key. Then the Idempotency-Key, where one is due. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly identity: IdentityService,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const route = routeOf(context);
    if (!route) return true;
    const request = context.switchToHttp().getRequest<Authenticated>();
    const may_be_nobody = route.keyless === true && request.headers.authorization === undefined;
    if (route.scope !== null && !may_be_nobody)
      await this.identify(request, route.scope, context.switchToHttp().getResponse<FastifyReply>());
    if (route.idempotent) idempotencyKeyOf(request); // Refused before the body is read: the order of refusals is published.
    return true;
  }

  private async identify(request: Authenticated, scope: Scope, reply: FastifyReply): Promise<void> {
    const key = bearerKey(request.headers.authorization);
    const principal = key ? await this.identity.authenticate(key) : null;
    if (!principal) throw new DomainError('unauthenticated', 'send a known key as Authorization: Bearer gt_…');
    if (!principal.scopes.includes(scope))
      throw new DomainError('forbidden', `the route needs the scope ${scope}`, { scope });
    this.limits.holdPrincipal(principal.id, reply);
    request.principal = principal;
  }
}

/** The caller of a route that needs a key. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<Authenticated>();
  assert(principal, 'the route has no scope, so it has no caller');
  return principal;
});

/** The caller of a route for which a key may be left out; null when it was. */
export const CallerIfAny = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal | null =>
    context.switchToHttp().getRequest<Authenticated>().principal ?? null,
);

/** The request as a repeatable command: who, which key, which operation, which body. */
export const Once = createParamDecorator((_: unknown, context: ExecutionContext): Command => {
  const request = context.switchToHttp().getRequest<Authenticated>();
  const key = idempotencyKeyOf(request);
  const route = routeOf(context);
  assert(route?.idempotent, 'the route table says this route takes no Idempotency-Key');
  return {
    principal: request.principal?.id ?? 'anonymous',
    key,
    operation: `${request.method} ${request.url.split('?')[0]}`,
    body: request.body ?? {},
  };
});
